#include "connectors/services/openai/openai_api.h"

#include <fmt/format.h>

#include <nlohmann/json.hpp>
#include <set>

#include "connectors/services/openai/openai_errors.h"
#include "engine/base/text.h"

namespace apiops::openai {

namespace {

Error not_configured(Key key) {
  Error error;
  error.kind = ErrorKind::kUnauthorized;
  error.code = "not_configured";
  error.what = key == Key::kAdmin
                   ? fmt::format("OpenAI: this needs an admin key, and OPENAI_ADMIN_KEY is not set. Make one at {}", kAdminKeysPage)
                   : fmt::format("OpenAI: OPENAI_API_KEY is not set. Make a project key at {}", kProjectKeysPage);
  return error;
}

// A read may be tried again; what became of a model call that was answered with something else can't be told.
Error unexpected(const net::HttpResponse& response, const Error& why, bool is_read) {
  Error error = why;
  error.kind = is_read ? ErrorKind::kTransient : ErrorKind::kUnknown;
  error.http_status = response.status;
  error.request_id = response.header("x-request-id");
  error.what = fmt::format("OpenAI sent an unexpected answer ({}, {}): {}", response.status, why.what,
                           clean_line(clip(response.body, 200)));
  return error;
}

// The cursor of the page after this one; empty at the end.
std::string next_cursor(const Json& page, const std::string& cursor) {
  if (!get_bool(page, "has_more").value_or(false)) return {};
  if (cursor == "page") return get_string(page, "next_page");
  if (auto last = get_string(page, "last_id"); !last.empty()) return last;
  const Json& data = get_array(page, "data");
  return data.empty() ? std::string() : get_string(data.back(), "id");
}

}  // namespace

asio::awaitable<Result<ApiReply>> OpenAiApi::call(Key key, net::HttpRequest request) {
  if (!has(key)) co_return std::unexpected(not_configured(key));
  request.timeout = kOpenAiCallTimeout;
  request.headers.emplace_back("Authorization", "Bearer " + secret(key).reveal());
  request.headers.emplace_back("Accept", "application/json");
  const bool is_read = request.method == "GET";
  auto response = co_await http_.send(std::move(request));
  if (!response) co_return std::unexpected(response.error());
  if (response->status >= 400) co_return std::unexpected(error_of(*response));
  auto body = parse_json(response->body);
  if (!body || response->status >= 300) {
    const Error why = body ? Error{.what = "a redirect, which is not followed"} : body.error();
    co_return std::unexpected(unexpected(*response, why, is_read));
  }
  co_return ApiReply{std::move(*body), read_rate_headers(*response), response->took};
}

asio::awaitable<Result<ApiReply>> OpenAiApi::get(Key key, std::string path, net::Headers query) {
  net::HttpRequest request;
  request.url = options_.base_url + path + (query.empty() ? "" : "?" + net::encode_form(query));
  co_return co_await call(key, std::move(request));
}

asio::awaitable<Result<ApiReply>> OpenAiApi::post(std::string path, Json body, std::string trace) {
  net::HttpRequest request;
  request.method = "POST";
  request.url = options_.base_url + path;
  request.body = canonical(body);
  request.headers.emplace_back("Content-Type", "application/json");
  if (!trace.empty()) request.headers.emplace_back("X-Client-Request-Id", std::move(trace));
  co_return co_await call(Key::kProject, std::move(request));
}

asio::awaitable<Result<Listed>> OpenAiApi::list(Key key, std::string path, net::Headers query) {
  co_return co_await pages(key, std::move(path), std::move(query), "after");
}

asio::awaitable<Result<Listed>> OpenAiApi::buckets(std::string path, net::Headers query) {
  co_return co_await pages(Key::kAdmin, std::move(path), std::move(query), "page");
}

asio::awaitable<Result<Listed>> OpenAiApi::pages(Key key, std::string path, net::Headers query, std::string cursor) {
  Listed listed;
  std::set<std::string> seen;
  std::string position;
  for (std::size_t page = 0; page < kMaxListPages; ++page) {
    net::Headers with_position = query;
    if (!position.empty()) with_position.emplace_back(cursor, position);
    auto reply = co_await get(key, path, std::move(with_position));
    if (!reply && page == 0) co_return std::unexpected(reply.error());
    if (!reply) {
      listed.cut = true;
      listed.trouble = reply.error().what;
      co_return listed;
    }
    for (const auto& row : get_array(reply->body, "data")) listed.rows.push_back(row);
    position = next_cursor(reply->body, cursor);
    if (position.empty()) co_return listed;
    if (!seen.insert(position).second) {
      listed.cut = true;
      listed.trouble = "OpenAI's list came back to a page that was already read";
      co_return listed;
    }
  }
  listed.cut = true;
  listed.trouble = fmt::format("stopped after {} pages", kMaxListPages);
  co_return listed;
}

}  // namespace apiops::openai
