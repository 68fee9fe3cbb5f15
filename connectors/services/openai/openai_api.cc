#include "connectors/services/openai/openai_api.h"

#include <fmt/format.h>

#include <nlohmann/json.hpp>
#include <set>

#include "connectors/services/openai/openai_errors.h"

namespace apiops::openai {

namespace {

Error not_configured(Key key) {
  Error error;
  error.kind = ErrorKind::kUnauthorized;
  error.code = "not_configured";
  error.what = key == Key::kAdmin
                   ? fmt::format("OpenAI: this needs an admin key, and OPENAI_ADMIN_KEY is not set. Make one at {}",
                                 kAdminKeysPage)
                   : fmt::format("OpenAI: OPENAI_API_KEY is not set. Make a project key at {}", kProjectKeysPage);
  return error;
}

bool is_rate_limit(const net::ServiceReply& reply) {
  const Trouble trouble = trouble_of(error_of(reply));
  return trouble == Trouble::kRate || trouble == Trouble::kRamp;
}

net::ServiceSettings settings(const OpenAiOptions& options, const Secret& key) {
  net::ServiceSettings made;
  made.name = "OpenAI";
  made.base_url = options.base_url;
  made.official_hosts = {"api.openai.com", "*.api.openai.com"};
  made.credential.secret = key;
  made.is_rate_limit = is_rate_limit;
  return made;
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

OpenAiApi::OpenAiApi(const OpenAiOptions& options, net::HttpClient& http, Clock& clock, Random& random)
    : options_(options),
      lists_(settings(options, options.api_key), http, clock, random),
      models_(settings(options, options.api_key), http, clock, random),
      admin_(settings(options, options.admin_key), http, clock, random) {}

asio::awaitable<Result<ApiReply>> OpenAiApi::call(net::ServiceClient& client, Key key, net::ServiceCall call) {
  if (!has(key)) co_return std::unexpected(not_configured(key));
  call.timeout = kOpenAiCallTimeout;
  auto reply = co_await client.send(std::move(call));
  if (!reply) co_return std::unexpected(reply.error());
  if (!reply->ok()) co_return std::unexpected(error_of(*reply));
  co_return ApiReply{std::move(reply->body), read_rate_headers(*reply), reply->took};
}

asio::awaitable<Result<ApiReply>> OpenAiApi::get(Key key, std::string path, net::Headers query) {
  net::ServiceCall made;
  made.path_or_url = std::move(path);
  made.query = std::move(query);
  co_return co_await call(key == Key::kAdmin ? admin_ : lists_, key, std::move(made));
}

asio::awaitable<Result<ApiReply>> OpenAiApi::post(std::string path, Json body, std::string trace) {
  net::ServiceCall made;
  made.method = "POST";
  made.path_or_url = std::move(path);
  made.json = std::move(body);
  if (!trace.empty()) made.headers.emplace_back("X-Client-Request-Id", std::move(trace));
  co_return co_await call(models_, Key::kProject, std::move(made));
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
