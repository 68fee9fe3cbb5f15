#include "connectors/services/twilio/twilio_api.h"

#include <fmt/format.h>

#include <array>
#include <set>

#include "connectors/services/twilio/twilio_errors.h"

namespace apiops::twilio {

namespace {

std::string_view product_of(Host host) {
  switch (host) {
    case Host::kApi:
      return "api";
    case Host::kMonitor:
      return "monitor";
    case Host::kMessaging:
      return "messaging";
    case Host::kPricing:
      return "pricing";
    case Host::kVoice:
      return "voice";
    case Host::kAccounts:
      return "accounts";
  }
  return "api";
}

std::string edge_of(std::string_view region) {
  constexpr std::array<std::pair<std::string_view, std::string_view>, 9> kEdges{{{"au1", "sydney"},
                                                                                 {"br1", "sao-paulo"},
                                                                                 {"ie1", "dublin"},
                                                                                 {"de1", "frankfurt"},
                                                                                 {"jp1", "tokyo"},
                                                                                 {"jp2", "osaka"},
                                                                                 {"sg1", "singapore"},
                                                                                 {"us1", "ashburn"},
                                                                                 {"us2", "umatilla"}}};
  for (const auto& [known, edge] : kEdges)
    if (known == region) return std::string(edge);
  return {};
}

// An API key where there is one: it can be replaced without breaking what else uses the auth token.
net::Credential credential_of(const TwilioOptions& options) {
  if (!options.api_key.empty() && !options.api_secret.empty()) return {options.api_key, options.api_secret};
  return {options.account_sid, options.auth_token};
}

net::ServiceSettings settings_of(const TwilioOptions& options) {
  net::ServiceSettings settings;
  settings.name = "Twilio";
  settings.base_url =
      options.base_url.empty() ? official_origin(Host::kApi, options.region, options.edge) : options.base_url;
  settings.official_hosts = {"*.twilio.com"};
  settings.credential = credential_of(options);
  return settings;
}

Error not_configured() {
  return {.kind = ErrorKind::kUnauthorized,
          .what =
              "Twilio is not set up: TWILIO_ACCOUNT_SID with TWILIO_AUTH_TOKEN (or TWILIO_API_KEY and "
              "TWILIO_API_SECRET) is missing.",
          .code = "not_configured"};
}

}  // namespace

std::string official_origin(Host host, const std::string& region, const std::string& edge) {
  if (region.empty() && edge.empty()) return fmt::format("https://{}.twilio.com", product_of(host));
  const std::string in = region.empty() ? "us1" : region, at = edge.empty() ? edge_of(in) : edge;
  return fmt::format("https://{}.{}.{}.twilio.com", product_of(host), at, in);
}

TwilioApi::TwilioApi(const TwilioOptions& options, net::HttpClient& http, Clock& clock, Random& random)
    : options_(options), http_(http), client_(settings_of(options), http, clock, random), clock_(clock) {}

bool TwilioApi::configured() const {
  const bool key = !options_.api_key.empty() && !options_.api_secret.empty();
  return !options_.account_sid.empty() && (key || !options_.auth_token.empty());
}

bool TwilioApi::uses_auth_token() const { return options_.api_key.empty() || options_.api_secret.empty(); }

std::string TwilioApi::origin(Host host) const {
  return options_.base_url.empty() ? official_origin(host, options_.region, options_.edge) : options_.base_url;
}

// A relative link of the 2010 interface belongs to its own host, an absolute one is checked by the client.
std::string TwilioApi::absolute(Host host, const std::string& path) const {
  return path.starts_with("/") ? official_origin(host, options_.region, options_.edge) + path : path;
}

std::string TwilioApi::account_path(std::string_view rest) const {
  return fmt::format("/2010-04-01/Accounts/{}/{}", options_.account_sid, rest);
}

// What Twilio refuses is an Error from here on.
asio::awaitable<Result<net::ServiceReply>> TwilioApi::send(net::ServiceCall call) {
  if (!configured()) co_return std::unexpected(not_configured());
  if (options_.base_url.empty() && options_.edge.empty() && !options_.region.empty() &&
      edge_of(options_.region).empty())
    co_return failure(ErrorKind::kInvalid, "TWILIO_REGION is none that I know the edge of: set TWILIO_EDGE, too.");
  const bool is_read = call.method == "GET";
  auto reply = co_await client_.send(std::move(call));
  if (!reply) co_return std::unexpected(reply.error());
  const Json counted{{"n", reply->header("twilio-concurrent-requests")}};
  if (const auto n = get_integer(counted, "n")) concurrent_ = *n;
  if (const auto date = parse_rfc2822(reply->header("date"))) clock_ahead_ = *date - clock_.now();
  if (!reply->ok()) co_return std::unexpected(error_of(*reply, is_read, options_.account_sid));
  co_return reply;
}

asio::awaitable<Result<ApiReply>> TwilioApi::call(net::ServiceCall call) {
  auto reply = co_await send(std::move(call));
  if (!reply) co_return std::unexpected(reply.error());
  co_return ApiReply{std::move(reply->body), reply->took};
}

asio::awaitable<Result<std::string>> TwilioApi::page_text(std::string path, net::Headers query) {
  net::ServiceCall r;
  r.path_or_url = absolute(Host::kApi, path);
  r.query = std::move(query);
  r.unread = true;
  auto reply = co_await send(std::move(r));
  if (!reply) co_return std::unexpected(reply.error());
  co_return std::move(reply->text);
}

asio::awaitable<Result<ApiReply>> TwilioApi::get(Host host, std::string path, net::Headers query) {
  net::ServiceCall r;
  r.path_or_url = absolute(host, path);
  r.query = std::move(query);
  co_return co_await call(std::move(r));
}

asio::awaitable<Result<ApiReply>> TwilioApi::post(Host host, std::string path, net::Headers form) {
  return write("POST", host, std::move(path), std::move(form));
}

asio::awaitable<Result<ApiReply>> TwilioApi::patch(Host host, std::string path, net::Headers form) {
  return write("PATCH", host, std::move(path), std::move(form));
}

asio::awaitable<Result<ApiReply>> TwilioApi::write(std::string method, Host host, std::string path, net::Headers form) {
  net::ServiceCall r;
  r.method = std::move(method);
  r.path_or_url = absolute(host, path);
  r.form = std::move(form);
  r.write = true;
  co_return co_await call(std::move(r));
}

asio::awaitable<Status> TwilioApi::remove(Host host, std::string path) {
  net::ServiceCall r;
  r.method = "DELETE";
  r.path_or_url = absolute(host, path);
  r.write = true;
  auto reply = co_await call(std::move(r));
  if (!reply) co_return std::unexpected(reply.error());
  co_return Status{};
}

asio::awaitable<Result<ApiPage>> TwilioApi::page(Host host, std::string path, std::string rows_name,
                                                 net::Headers query) {
  auto reply = co_await get(host, std::move(path), std::move(query));
  if (!reply) co_return std::unexpected(reply.error());
  ApiPage page;
  page.body = std::move(reply->body);
  const Json& meta = get_object(page.body, "meta");
  page.next = get_string(page.body, "next_page_uri", get_string(meta, "next_page_url"));
  const std::string named = get_string(meta, "key");
  page.rows_name = named.empty() ? rows_name : named;
  co_return page;
}

asio::awaitable<Result<bool>> TwilioApi::each(Host host, std::string path, std::string rows_name, net::Headers query,
                                              std::size_t max_pages, std::function<void(Json row)> visit) {
  std::set<std::string> seen;
  for (std::size_t n = 0; n < max_pages; ++n) {
    auto one = co_await page(host, path, rows_name, std::move(query));
    if (!one) co_return std::unexpected(one.error());
    if (const auto rows = one->body.find(one->rows_name); rows != one->body.end() && rows->is_array())
      for (Json& row : *rows) visit(std::move(row));
    if (one->next.empty()) co_return false;
    if (!seen.insert(one->next).second) break;
    path = one->next;
    query.clear();
  }
  co_return true;
}

asio::awaitable<Result<Listed>> TwilioApi::list(Host host, std::string path, std::string rows_name, net::Headers query,
                                                std::size_t max_pages) {
  Listed listed;
  const auto cut = co_await each(host, std::move(path), std::move(rows_name), std::move(query), max_pages,
                                 [&listed](Json row) { listed.rows.push_back(std::move(row)); });
  if (!cut) co_return std::unexpected(cut.error());
  listed.cut = *cut;
  co_return listed;
}

}  // namespace apiops::twilio
