#include "connectors/services/stripe/stripe_api.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <nlohmann/json.hpp>
#include <set>

#include "connectors/services/stripe/stripe_errors.h"

namespace apiops::stripe {

namespace {

constexpr std::size_t kMaxCounted = 10'000;

Error not_configured() {
  return Error{.kind = ErrorKind::kUnauthorized,
               .what = fmt::format("Stripe: STRIPE_SECRET_KEY is not set. Make a key at {}", kKeysPage),
               .code = "not_configured"};
}

// A lock is over in a moment and a card that was declined too often concerns that card: neither slows other calls down.
bool is_rate_limit(const net::ServiceReply& reply) { return error_of(reply).kind == ErrorKind::kRateLimited; }

net::ServiceSettings settings(const StripeOptions& options) {
  net::ServiceSettings made;
  made.name = "Stripe";
  made.base_url = options.base_url;
  made.official_hosts = {"api.stripe.com"};
  made.credential.secret = options.secret_key;
  made.headers = {{"Stripe-Version", std::string(kStripeVersion)}};
  made.is_rate_limit = is_rate_limit;
  return made;
}

// Where a refusal proves that nothing was done, and where it does not.
Outcome outcome_of(const Error& error) {
  if (error.http_status == 0) return error.kind == ErrorKind::kUnknown ? Outcome::kUnknown : Outcome::kNotDone;
  if (error.http_status == 409 || error.http_status == 424 || error.http_status >= 500) return Outcome::kUnknown;
  return error.http_status >= 400 ? Outcome::kNotDone : Outcome::kUnknown;
}

}  // namespace

StripeApi::StripeApi(const StripeOptions& options, net::HttpClient& http, Clock& clock, Random& random)
    : options_(options), clock_(clock), client_(settings(options), http, clock, random) {}

bool StripeApi::live() const {
  const auto& key = options_.secret_key.reveal();
  return key.find("_live_") != std::string::npos || key.starts_with("sk_org_");
}

asio::awaitable<Result<ApiReply>> StripeApi::get(std::string path, net::Headers query) {
  if (!has_key()) co_return std::unexpected(not_configured());
  net::ServiceCall made;
  made.path_or_url = std::move(path);
  made.query = std::move(query);
  auto reply = co_await client_.send(std::move(made));
  count(reply && reply->status == 429);
  if (!reply) co_return std::unexpected(reply.error());
  if (!reply->ok()) co_return std::unexpected(error_of(*reply));
  co_return ApiReply{std::move(reply->body), reply->took};
}

asio::awaitable<Sent> StripeApi::post(std::string path, net::Headers form, std::string idempotency_key) {
  Sent sent;
  if (!has_key()) {
    sent.outcome = Outcome::kNotDone;
    sent.error = not_configured();
    co_return sent;
  }
  net::ServiceCall made;
  made.method = "POST";
  made.path_or_url = std::move(path);
  made.form = std::move(form);
  made.write = made.idempotent = true;
  made.headers.emplace_back("Idempotency-Key", std::move(idempotency_key));
  auto reply = co_await client_.send(std::move(made));
  count(reply && reply->status == 429);
  if (reply && reply->ok()) {
    sent.outcome = Outcome::kDone;
    sent.body = std::move(reply->body);
    co_return sent;
  }
  sent.error = reply ? error_of(*reply) : reply.error();
  sent.outcome = outcome_of(*sent.error);
  sent.stored = reply && should_retry(*reply) == false;
  co_return sent;
}

asio::awaitable<Result<Listed>> StripeApi::list(std::string path, net::Headers query, std::size_t at_most_pages) {
  Listed listed;
  std::set<std::string> seen;
  std::string after;
  for (std::size_t page = 0; page < at_most_pages; ++page) {
    net::Headers with_position = query;
    with_position.emplace_back("limit", "100");
    if (!after.empty()) with_position.emplace_back("starting_after", after);
    auto reply = co_await get(path, std::move(with_position));
    if (!reply && page == 0) co_return std::unexpected(reply.error());
    if (!reply) {
      listed.more = true;
      listed.trouble = reply.error().what;
      co_return listed;
    }
    const Json& data = get_array(reply->body, "data");
    for (const auto& row : data) listed.rows.push_back(row);
    if (!get_bool(reply->body, "has_more").value_or(false) || data.empty()) co_return listed;
    after = get_string(data.back(), "id");
    if (after.empty() || !seen.insert(after).second) {
      listed.more = true;
      listed.trouble = "Stripe's list came back to a page that was already read";
      co_return listed;
    }
  }
  listed.more = true;
  co_return listed;
}

void StripeApi::count(bool refused) {
  const Duration now = clock_.steady();
  calls_.push_back({now, refused});
  while (calls_.size() > kMaxCounted || calls_.front().at + kCounterWindow < now) calls_.pop_front();
}

OwnCalls StripeApi::own_calls() const {
  OwnCalls counted;
  const Duration since = clock_.steady() - kCounterWindow;
  std::map<long long, std::size_t> by_second;
  for (const auto& call : calls_) {
    if (call.at < since) continue;
    ++counted.calls;
    counted.refused += call.refused ? 1 : 0;
    counted.busiest_second = std::max(counted.busiest_second, ++by_second[call.at.count() / 1000]);
  }
  return counted;
}

net::Headers created_in(const Period& period) {
  const auto seconds = [](Time t) { return std::to_string((to_millis(t) + 999) / 1000); };
  return {{"created[gte]", seconds(period.from)}, {"created[lt]", seconds(period.to)}};
}

}  // namespace apiops::stripe
