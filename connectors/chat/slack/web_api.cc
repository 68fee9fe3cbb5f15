#include "connectors/chat/slack/web_api.h"

#include <spdlog/spdlog.h>

#include <algorithm>
#include <array>

#include "connectors/net/retry_after.h"
#include "connectors/net/url_parts.h"
#include "engine/base/text.h"

namespace apiops::slack {

namespace {

constexpr std::array kTokenTrouble{
    "not_authed",         "invalid_auth",           "account_inactive", "user_removed_from_team", "team_disabled",
    "token_revoked",      "not_allowed_token_type", "missing_scope",    "token_expired",          "forbidden_team",
    "org_login_required", "no_permission",          "access_denied"};
constexpr std::array kTransientWords{"internal_error",    "fatal_error", "request_timeout", "service_unavailable",
                                     "team_added_to_org", "ratelimited", "rate_limited"};
constexpr std::array kGone{"channel_not_found",   "message_not_found",  "is_archived",
                           "user_not_found",      "not_in_channel",     "thread_not_found",
                           "cant_update_message", "edit_window_closed", "messages_tab_disabled"};

template <typename List>
bool one_of(const List& list, std::string_view word) {
  return std::find(list.begin(), list.end(), word) != list.end();
}

// What may have been done although no good answer came.
bool writes(const std::string& method) {
  return method.starts_with("chat.") || method.starts_with("views.") || method.starts_with("files.complete");
}

Error refusal(const std::string& method, const std::string& word, const Json& body) {
  Error e{.kind = ErrorKind::kInvalid, .what = "Slack refused " + method + ": " + clean_line(word) + ".", .code = word};
  if (word == "fatal_error" && writes(method))
    e.kind = ErrorKind::kUnknown;  // may have worked in part
  else if (word == "ratelimited" || word == "rate_limited" || word == "message_limit_exceeded")
    e.kind = ErrorKind::kRateLimited;
  else if (one_of(kTransientWords, word))
    e.kind = ErrorKind::kTransient;
  else if (one_of(kTokenTrouble, word))
    e.kind = ErrorKind::kUnauthorized;
  else if (one_of(kGone, word))
    e.kind = ErrorKind::kNotFound;
  if (const std::string needed = get_string(body, "needed"); !needed.empty())
    e.what += " It needs the scope " + clean_line(needed) + "; add it to the app and install it again.";
  return e;
}

}  // namespace

bool is_token_trouble(const Error& error) { return error.kind == ErrorKind::kUnauthorized; }

asio::awaitable<Result<Json>> WebApi::call(std::string method, net::Headers arguments) {
  std::string channel;
  for (const auto& [name, value] : arguments)
    if (name == "channel") channel = value;
  while (true) {
    const Duration wait = pace_.take(method, channel, clock_.steady());
    if (wait <= Duration(0)) break;
    if (wait > kLongestPaceWait)
      co_return std::unexpected(Error{.kind = ErrorKind::kRateLimited,
                                      .what = "Slack takes no more of this just now.",
                                      .code = "paced",
                                      .retry_after = wait});
    const Duration before = clock_.steady();
    co_await clock_.sleep_for(wait);
    if (clock_.steady() < before + wait) co_return failure(ErrorKind::kUnavailable, "The agent is stopping.");
  }
  co_return co_await send(std::move(method), std::move(arguments), settings_.bot_token);
}

asio::awaitable<Result<std::string>> WebApi::open_connection() {
  auto reply = co_await send("apps.connections.open", {}, settings_.app_token);
  if (!reply) co_return std::unexpected(reply.error());
  std::string url = get_string(*reply, "url");
  if (url.empty()) co_return failure(ErrorKind::kTransient, "Slack gave no address for the socket.", "no_url");
  co_return url;
}

asio::awaitable<Result<Json>> WebApi::send(std::string method, net::Headers arguments, Secret token) {
  net::HttpRequest request{.method = "POST", .url = settings_.base_url + method, .timeout = kApiTimeout};
  request.headers = {{"Authorization", "Bearer " + token.reveal()},
                     {"Content-Type", "application/x-www-form-urlencoded"}};
  request.body = net::encode_form(arguments);
  request.ca_file = settings_.ca_file;
  request.safe_to_repeat = !writes(method);
  request.send_once = writes(method);  // a post that may be there is looked up by its metadata before it is repeated
  auto response = co_await http_.send(std::move(request));
  spdlog::debug("Slack: {} → {}", method, response ? std::to_string(response->status) : response.error().code);
  if (!response) {
    Error e = std::move(response.error());
    e.what = "Slack: " + e.what;
    if (e.kind == ErrorKind::kUnknown && !writes(method)) e.kind = ErrorKind::kTransient;
    co_return std::unexpected(std::move(e));
  }
  co_return read(method, *response);
}

Result<Json> WebApi::read(const std::string& method, const net::HttpResponse& response) {
  if (const std::string scopes = response.header("x-oauth-scopes");
      !scopes.empty() && method != "apps.connections.open")
    scopes_ = scopes;
  if (const auto at = net::parse_http_date(response.header("date"))) clock_difference_ = *at - clock_.now();
  if (response.status == 429) {
    const Duration wait = net::retry_after(response.headers, clock_.now()).value_or(kDefaultRetryAfter);
    pace_.block(method, wait, clock_.steady());
    return std::unexpected(Error{.kind = ErrorKind::kRateLimited,
                                 .what = "Slack asked us to slow down.",
                                 .code = "ratelimited",
                                 .http_status = 429,
                                 .retry_after = wait});
  }
  auto body = parse_json(response.body);
  if (response.status != 200 || !body || !body->is_object())
    return std::unexpected(
        Error{.kind = writes(method) ? ErrorKind::kUnknown : ErrorKind::kTransient,
              .what = "Slack sent an unexpected answer (status " + std::to_string(response.status) + ").",
              .code = "unexpected",
              .http_status = response.status});
  if (get_bool(*body, "ok").value_or(false)) return std::move(*body);
  Error e = refusal(method, get_string(*body, "error", "unknown_error"), *body);
  if (e.kind == ErrorKind::kRateLimited) {
    e.retry_after = net::retry_after(response.headers, clock_.now()).value_or(kDefaultRetryAfter);
    pace_.block(method, *e.retry_after, clock_.steady());
  }
  return std::unexpected(std::move(e));
}

asio::awaitable<Status> WebApi::upload(std::string url, std::string bytes, std::string content_type) {
  const auto parts = net::read_url(url);
  if (!parts || (parts->scheme != "https" && !net::is_loopback_host(parts->host)))
    co_return failure(ErrorKind::kRejected, "Slack named an address for the upload that can't be used.");
  net::HttpRequest request{.method = "POST", .url = std::move(url), .timeout = std::chrono::seconds(30)};
  request.headers = {{"Content-Type", std::move(content_type)}};
  request.body = std::move(bytes);
  request.ca_file = settings_.ca_file;
  auto response = co_await http_.send(std::move(request));
  if (!response) co_return std::unexpected(response.error());
  if (response->status != 200)
    co_return failure(ErrorKind::kTransient,
                      "Slack did not take the file (status " + std::to_string(response->status) + ").");
  co_return Status();
}

asio::awaitable<Status> WebApi::respond(std::string response_url, Json message) {
  const auto parts = net::read_url(response_url);
  const auto own = net::read_url(settings_.base_url);
  const bool fine = parts && own &&
                    (net::host_matches(parts->host, {"hooks.slack.com", "hooks.slack-gov.com"}) ||
                     (net::is_loopback_host(parts->host) && net::is_loopback_host(own->host)));
  if (!fine) co_return failure(ErrorKind::kRejected, "That is no address of Slack.");
  net::HttpRequest request{.method = "POST", .url = std::move(response_url), .timeout = kApiTimeout};
  request.headers = {{"Content-Type", "application/json; charset=utf-8"}};
  request.body = canonical(message);
  request.ca_file = settings_.ca_file;
  auto response = co_await http_.send(std::move(request));
  if (!response) co_return std::unexpected(response.error());
  if (response->status != 200) co_return failure(ErrorKind::kRejected, "Slack did not take the answer.");
  co_return Status();
}

}  // namespace apiops::slack
