#include "connectors/sandbox/stripe/stripe_side.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <nlohmann/json.hpp>

#include "connectors/sandbox/reply.h"

namespace apiops::sandbox::stripe {

namespace {

constexpr Beat kPayments{Stream::kPayment,
                         Duration(1'080'000)};  // 80 a day: 2,400 events in the 30 days that Stripe keeps them
constexpr std::chrono::hours kKept{24 * 30};
constexpr std::chrono::hours kDisabledSince{30};
constexpr std::array<const char*, 6> kDeclines{"insufficient_funds", "generic_decline", "expired_card",
                                               "do_not_honor",       "incorrect_cvc",   "insufficient_funds"};

long long seconds(Time t) { return to_millis(t) / 1000; }
net::ServerReply missing(const std::string& what, const std::string& id) {
  return stripe_error(404, {{"code", "resource_missing"},
                            {"doc_url", "https://stripe.com/docs/error-codes/resource-missing"},
                            {"message", "No such " + what + ": '" + id + "'"},
                            {"param", "id"},
                            {"type", "invalid_request_error"}});
}
std::string words_of(const std::string& decline) {
  if (decline == "expired_card") return "Your card has expired.";
  if (decline == "insufficient_funds") return "Your card has insufficient funds.";
  if (decline == "incorrect_cvc") return "Your card's security code is incorrect.";
  return "Your card was declined.";
}
// expired_card and incorrect_cvc are codes of their own; the others are kinds of card_declined.
std::string code_of(const std::string& decline) {
  return decline == "expired_card" || decline == "incorrect_cvc" ? decline : "card_declined";
}
Time bound(const net::ServerRequest& request, const char* name, Time otherwise) {
  const auto value = integer_of(request.parameter(name));
  return value ? from_seconds(*value) : otherwise;
}

}  // namespace

StripeSide::StripeSide(World& world, Ledger& ledger) : world_(world), ledger_(ledger) {
  const std::string hooks = "https://" + std::string(kHooksHost);
  const auto add = [&](long long n, std::string path, std::string description, std::vector<std::string> events,
                       long long age) -> Endpoint& {
    Endpoint& e = endpoints_.emplace_back();
    e.id = id("we_", Stream::kEndpoint, n);
    e.url = hooks + path;
    e.description = std::move(description);
    e.events = std::move(events);
    e.age_days = age;
    e.enabled.emplace_back(world.anchor() - std::chrono::hours(24 * age), true);
    return e;
  };
  add(0, "/stripe/orders", "Orders", {"payment_intent.succeeded"}, 400);
  add(1, std::string(kFailingPath), "Billing", {"payment_intent.payment_failed"}, 320);
  add(2, "/stripe/ledger", "Bookkeeping", {"payment_intent.succeeded", "charge.refunded"}, 200)
      .enabled.emplace_back(world.anchor() - kDisabledSince, false);
  add(3, "/stripe/disputes", "Disputes", {"charge.dispute.created"}, 90);
  for (const Json& effect : ledger.effects()) apply(effect);
}

std::string StripeSide::secret_key() const {
  return "sk_"
         "test_"
         "51" +
         world_.letters(Stream::kAccount, 1, 97);
}
std::string StripeSide::webhook_secret() const {
  return "wh"
         "sec_" +
         world_.letters(Stream::kAccount, 2, 32);
}
std::string StripeSide::id(const char* prefix, Stream stream, long long n) const {
  return prefix + world_.id("", stream, n).substr(8);
}

std::optional<long long> StripeSide::place(const char* prefix, Stream stream, const std::string& text) const {
  // The place stands in the last 16 characters; the rest must be what belongs to it.
  const std::string head(prefix);
  if (!text.starts_with(head) || text.size() != head.size() + 24) return std::nullopt;
  const long long newest = (world_.now() - world_.anchor()) / kPayments.every + 2,
                  oldest = -(kKept / kPayments.every) - 2;
  for (long long n = newest; n >= oldest; --n)
    if (id(prefix, stream, n) == text) return n;
  return std::nullopt;
}

void StripeSide::apply(const Json& effect) {
  if (get_string(effect, "service") != "stripe") return;
  const Time at = from_millis(get_integer(effect, "at").value_or(0));
  if (get_string(effect, "effect") == "refund.made") refunds_.push_back(get_object(effect, "refund"));
  if (get_string(effect, "effect") != "endpoint.switched") return;
  for (auto& e : endpoints_)
    if (e.id == get_string(effect, "endpoint")) e.enabled.emplace_back(at, get_bool(effect, "enabled").value_or(true));
}

asio::awaitable<net::ServerReply> StripeSide::handle(const net::ServerRequest& request) {
  net::ServerReply reply;
  if (request.header("authorization") != "Bearer " + secret_key())
    reply = stripe_error(
        401, {{"message", "Invalid API Key provided: " + request.header("authorization").substr(0, 15) + "****"},
              {"type", "invalid_request_error"}});
  else
    reply = route(request, parts_of(request.path));
  reply.headers.emplace_back("Request-Id", "req_" + world_.letters(Stream::kRequest, to_millis(world_.now()), 14));
  reply.headers.emplace_back("Stripe-Version", "2025-08-27.basil");
  co_return reply;
}

net::ServerReply StripeSide::route(const net::ServerRequest& request, const std::vector<std::string>& path) {
  if (path.size() < 2 || path[0] != "v1") return missing("resource", request.path);
  const std::string& what = path[1];
  const std::string which = path.size() > 2 ? path[2] : "";
  if (what == "account")
    return json_reply(200, {{"id", "acct_" + world_.letters(Stream::kAccount, 3, 16)},
                            {"object", "account"},
                            {"charges_enabled", true},
                            {"payouts_enabled", true},
                            {"details_submitted", true},
                            {"country", "US"},
                            {"default_currency", "usd"},
                            {"email", Json()},
                            {"type", "standard"},
                            {"requirements",
                             {{"currently_due", Json::array()},
                              {"past_due", Json::array()},
                              {"eventually_due", Json::array()},
                              {"pending_verification", Json::array()},
                              {"disabled_reason", Json()},
                              {"current_deadline", Json()},
                              {"alternatives", Json()},
                              {"errors", Json::array()}}}});
  if (what == "balance") {
    const auto row = [](long long amount, const char* currency) {
      return Json{{"amount", amount}, {"currency", currency}, {"source_types", {{"card", amount}}}};
    };
    return json_reply(200, {{"object", "balance"},
                            {"available", Json::array({row(1'284'350, "usd"), row(90'220, "eur")})},
                            {"pending", Json::array({row(312'075, "usd"), row(11'900, "eur")})},
                            {"livemode", false}});
  }
  if (what == "webhook_endpoints") return endpoints(request, which);
  if (what == "events") return events(request, which);
  if (what == "charges") return payments(request, which, false);
  if (what == "payment_intents") return payments(request, which, true);
  if (what == "balance_transactions") return transactions(request);
  if (what == "refunds") return request.method == "POST" ? make_refund(request) : refunds(request);
  if (what == "subscriptions" || what == "invoices")
    return which.empty() ? list(request, what, {}, [](std::size_t) { return Json(); })
                         : missing(what.substr(0, what.size() - 1), which);
  return stripe_error(404, {{"message", "Unrecognized request URL (" + request.method + ": " + request.path + ")."},
                            {"type", "invalid_request_error"}});
}

net::ServerReply StripeSide::list(const net::ServerRequest& request, const std::string& name,
                                  const std::vector<std::string>& ids, const std::function<Json(std::size_t)>& row) {
  const auto limit =
      static_cast<std::size_t>(std::clamp(integer_of(request.parameter("limit")).value_or(10), 1LL, 100LL));
  std::size_t begin = 0;
  if (const std::string after = request.parameter("starting_after"); !after.empty()) {
    const auto found = std::find(ids.begin(), ids.end(), after);
    if (found == ids.end()) return missing(name, after);
    begin = static_cast<std::size_t>(found - ids.begin()) + 1;
  }
  Json rows = Json::array();
  for (std::size_t i = begin; i < ids.size() && rows.size() < limit; ++i) rows.push_back(row(i));
  const bool more = begin + rows.size() < ids.size();
  return json_reply(200, {{"object", "list"}, {"data", std::move(rows)}, {"has_more", more}, {"url", "/v1/" + name}});
}

Json StripeSide::endpoint_json(const Endpoint& e) const {
  return {{"id", e.id},
          {"object", "webhook_endpoint"},
          {"api_version", "2025-08-27.basil"},
          {"application", Json()},
          {"created", seconds(world_.anchor()) - e.age_days * 86'400},
          {"description", e.description},
          {"enabled_events", e.events},
          {"livemode", false},
          {"metadata", Json::object()},
          {"status", e.is_enabled() ? "enabled" : "disabled"},
          {"url", e.url}};
}

net::ServerReply StripeSide::endpoints(const net::ServerRequest& request, const std::string& which) {
  if (which.empty()) {
    std::vector<std::string> ids;
    for (const auto& e : endpoints_) ids.push_back(e.id);
    return list(request, "webhook_endpoints", ids, [this](std::size_t i) { return endpoint_json(endpoints_[i]); });
  }
  const auto found = std::ranges::find_if(endpoints_, [&](const Endpoint& e) { return e.id == which; });
  if (found == endpoints_.end()) return missing("webhook endpoint", which);
  if (request.method == "POST") {
    const std::string disabled = value_of(request.form(), "disabled");
    if (disabled == "true" || disabled == "false") {
      ledger_.add("stripe", "endpoint.switched", world_.now(), {{"endpoint", which}, {"enabled", disabled == "false"}});
      apply(ledger_.effects().back());
    }
  }
  return json_reply(200, endpoint_json(*found));
}

StripeSide::Payment StripeSide::payment(long long n) const {
  const std::uint64_t draw = world_.chance(Stream::kPayment, n, 3);
  Payment p{.n = n,
            .at = kPayments.at(world_, n),
            .amount = 500 + static_cast<long long>(draw % 18'000),
            .currency = draw % 11 == 0 ? "eur" : "usd",
            .decline = {}};
  if ((draw >> 20) % 100 < 9) p.decline = kDeclines[(draw >> 40) % kDeclines.size()];
  return p;
}

std::vector<StripeSide::Payment> StripeSide::payments_between(Time from, Time to) const {
  std::vector<Payment> found;
  for (const long long n : kPayments.within(world_, std::max(from, world_.now() - kKept), to))
    found.push_back(payment(n));
  std::sort(found.begin(), found.end(), [](const Payment& a, const Payment& b) { return a.at > b.at; });
  return found;
}

long long StripeSide::refunded(const std::string& charge) const {
  long long sum = 0;
  for (const auto& refund : refunds_)
    if (get_string(refund, "charge") == charge) sum += get_integer(refund, "amount").value_or(0);
  return sum;
}

Json StripeSide::charge_json(const Payment& p) const {
  const bool good = p.decline.empty();
  const std::string charge = id("ch_", Stream::kCharge, p.n);
  const long long back = refunded(charge);
  return {{"id", charge},
          {"object", "charge"},
          {"amount", p.amount},
          {"amount_captured", good ? p.amount : 0},
          {"amount_refunded", back},
          {"balance_transaction", good ? Json(id("txn_", Stream::kOther, p.n)) : Json()},
          {"billing_details",
           {{"address", Json()}, {"email", Json()}, {"name", Json()}, {"phone", Json()}, {"tax_id", Json()}}},
          {"captured", good},
          {"created", seconds(p.at)},
          {"currency", p.currency},
          {"customer", id("cus_", Stream::kCustomer, p.n % 300)},
          {"description", "Order"},
          {"disputed", false},
          {"failure_code", good ? Json() : Json(code_of(p.decline))},
          {"failure_message", good ? Json() : Json(words_of(p.decline))},
          {"livemode", false},
          {"metadata", Json::object()},
          {"outcome",
           {{"network_status", good ? "approved_by_network" : "declined_by_network"},
            {"reason", good ? Json() : Json(p.decline)},
            {"risk_level", "normal"},
            {"seller_message", good ? "Payment complete." : words_of(p.decline)},
            {"type", good ? "authorized" : "issuer_declined"}}},
          {"paid", good},
          {"payment_intent", id("pi_", Stream::kPaymentIntent, p.n)},
          {"payment_method", Json()},
          {"payment_method_details", Json()},
          {"receipt_url", Json()},
          {"refunded", back >= p.amount},
          {"status", good ? "succeeded" : "failed"}};
}

Json StripeSide::intent_json(const Payment& p) const {
  const bool good = p.decline.empty();
  const std::string charge = id("ch_", Stream::kCharge, p.n);
  Json error;
  if (!good)
    error = {{"charge", charge},
             {"code", code_of(p.decline)},
             {"decline_code", p.decline},
             {"doc_url", "https://stripe.com/docs/error-codes/card-declined"},
             {"message", words_of(p.decline)},
             {"type", "card_error"}};
  return {{"id", id("pi_", Stream::kPaymentIntent, p.n)},
          {"object", "payment_intent"},
          {"amount", p.amount},
          {"amount_capturable", 0},
          {"amount_received", good ? p.amount : 0},
          {"canceled_at", Json()},
          {"capture_method", "automatic"},
          {"client_secret", Json()},
          {"confirmation_method", "automatic"},
          {"created", seconds(p.at)},
          {"currency", p.currency},
          {"customer", id("cus_", Stream::kCustomer, p.n % 300)},
          {"description", "Order"},
          {"last_payment_error", error},
          {"latest_charge", charge},
          {"livemode", false},
          {"metadata", Json::object()},
          {"payment_method_types", Json::array({"card"})},
          {"status", good ? "succeeded" : "requires_payment_method"}};
}

// How many endpoints wait for an event of this type and time: the one that answers 500, and those that were disabled
// then.
long long StripeSide::pending(const std::string& type, Time at) const {
  long long waiting = 0;
  for (const auto& e : endpoints_) {
    if (std::ranges::find(e.events, type) == e.events.end()) continue;
    bool enabled = true;
    for (const auto& [since, on] : e.enabled)
      if (since <= at) enabled = on;
    if (!enabled || e.url.ends_with(kFailingPath)) ++waiting;
  }
  return waiting;
}

Json StripeSide::event_json(const Payment& p) const {
  const std::string type = p.decline.empty() ? "payment_intent.succeeded" : "payment_intent.payment_failed";
  return {{"id", id("evt_", Stream::kEvent, p.n)},
          {"object", "event"},
          {"api_version", "2025-08-27.basil"},
          {"created", seconds(p.at)},
          {"data", {{"object", intent_json(p)}}},
          {"livemode", false},
          {"pending_webhooks", pending(type, p.at)},
          {"request", {{"id", Json()}, {"idempotency_key", Json()}}},
          {"type", type}};
}

net::ServerReply StripeSide::events(const net::ServerRequest& request, const std::string& which) {
  if (!which.empty()) {
    const auto n = place("evt_", Stream::kEvent, which);
    return n ? json_reply(200, event_json(payment(*n))) : missing("event", which);
  }
  auto all = payments_between(bound(request, "created[gte]", Time{}), bound(request, "created[lt]", world_.now()));
  std::vector<std::string> types;
  for (const auto& [name, value] : request.query)
    if (name == "type" || name.starts_with("types[")) types.push_back(value);
  const std::string delivered = request.parameter("delivery_success");
  std::erase_if(all, [&](const Payment& p) {
    const std::string type = p.decline.empty() ? "payment_intent.succeeded" : "payment_intent.payment_failed";
    if (!types.empty() && std::ranges::find(types, type) == types.end()) return true;
    return !delivered.empty() && (pending(type, p.at) == 0) != (delivered == "true");
  });
  std::vector<std::string> ids;
  for (const auto& p : all) ids.push_back(id("evt_", Stream::kEvent, p.n));
  return list(request, "events", ids, [&](std::size_t i) { return event_json(all[i]); });
}

net::ServerReply StripeSide::payments(const net::ServerRequest& request, const std::string& which, bool intents) {
  const char* prefix = intents ? "pi_" : "ch_";
  const Stream stream = intents ? Stream::kPaymentIntent : Stream::kCharge;
  if (!which.empty()) {
    const auto n = place(prefix, stream, which);
    if (!n) return missing(intents ? "payment_intent" : "charge", which);
    return json_reply(200, intents ? intent_json(payment(*n)) : charge_json(payment(*n)));
  }
  const auto all =
      payments_between(bound(request, "created[gte]", Time{}), bound(request, "created[lt]", world_.now()));
  std::vector<std::string> ids;
  for (const auto& p : all) ids.push_back(id(prefix, stream, p.n));
  return list(request, intents ? "payment_intents" : "charges", ids,
              [&](std::size_t i) { return intents ? intent_json(all[i]) : charge_json(all[i]); });
}

net::ServerReply StripeSide::transactions(const net::ServerRequest& request) {
  auto all = payments_between(bound(request, "created[gte]", Time{}), bound(request, "created[lt]", world_.now()));
  std::erase_if(all, [](const Payment& p) { return !p.decline.empty(); });
  std::vector<std::string> ids;
  for (const auto& p : all) ids.push_back(id("txn_", Stream::kOther, p.n));
  return list(request, "balance_transactions", ids, [&](std::size_t i) {
    const Payment& p = all[i];
    const long long fee = p.amount * 29 / 1000 + 30;
    return Json{{"id", ids[i]},
                {"object", "balance_transaction"},
                {"amount", p.amount},
                {"available_on", seconds(p.at) + 172'800},
                {"created", seconds(p.at)},
                {"currency", p.currency},
                {"description", "Order"},
                {"exchange_rate", Json()},
                {"fee", fee},
                {"fee_details", Json::array()},
                {"net", p.amount - fee},
                {"reporting_category", "charge"},
                {"source", id("ch_", Stream::kCharge, p.n)},
                {"status", "available"},
                {"type", "charge"}};
  });
}

net::ServerReply StripeSide::refunds(const net::ServerRequest& request) {
  const std::string charge = request.parameter("charge"), intent = request.parameter("payment_intent");
  std::vector<Json> found;
  for (auto refund = refunds_.rbegin(); refund != refunds_.rend(); ++refund)
    if ((charge.empty() || get_string(*refund, "charge") == charge) &&
        (intent.empty() || get_string(*refund, "payment_intent") == intent))
      found.push_back(*refund);
  std::vector<std::string> ids;
  for (const auto& refund : found) ids.push_back(get_string(refund, "id"));
  return list(request, "refunds", ids, [&](std::size_t i) { return found[i]; });
}

// The same key with the same request is answered as before; with another request it is refused.
net::ServerReply StripeSide::make_refund(const net::ServerRequest& request) {
  const std::string key = request.header("idempotency-key");
  if (const auto seen = seen_.find(key); !key.empty() && seen != seen_.end()) {
    if (seen->second.first != request.body)
      return stripe_error(
          400, {{"message",
                 "Keys for idempotent requests can only be used with the same parameters they were first used with."},
                {"type", "idempotency_error"}});
    net::ServerReply again = seen->second.second;
    again.headers.emplace_back("Idempotent-Replayed", "true");
    return again;
  }
  for (const auto& refund : refunds_)
    if (!key.empty() && get_string(refund, "key") == key) return json_reply(200, refund);
  const auto form = request.form();
  const std::string charge = value_of(form, "charge"), intent = value_of(form, "payment_intent");
  const auto n = charge.empty() ? place("pi_", Stream::kPaymentIntent, intent) : place("ch_", Stream::kCharge, charge);
  net::ServerReply reply;
  if (!n) {
    reply = missing(charge.empty() ? "payment_intent" : "charge", charge.empty() ? intent : charge);
  } else {
    const Payment p = payment(*n);
    const std::string id_of_charge = id("ch_", Stream::kCharge, p.n);
    const long long left = p.decline.empty() ? p.amount - refunded(id_of_charge) : 0,
                    amount = integer_of(value_of(form, "amount")).value_or(left);
    if (left <= 0) {
      reply = stripe_error(400, {{"code", "charge_already_refunded"},
                                 {"message", "Charge " + id_of_charge + " has already been refunded."},
                                 {"type", "invalid_request_error"}});
    } else if (amount <= 0 || amount > left) {
      reply = stripe_error(400, {{"message", "Refund amount is greater than unrefunded amount on charge"},
                                 {"param", "amount"},
                                 {"type", "invalid_request_error"}});
    } else {
      Json metadata = Json::object();
      for (const auto& [name, value] : form)
        if (name.starts_with("metadata[") && name.ends_with("]")) metadata[name.substr(9, name.size() - 10)] = value;
      const auto count = static_cast<long long>(refunds_.size());
      Json refund = {{"id", id("re_", Stream::kRefund, count)},
                     {"object", "refund"},
                     {"amount", amount},
                     {"balance_transaction", id("txn_", Stream::kRefund, count)},
                     {"charge", id_of_charge},
                     {"created", seconds(world_.now())},
                     {"currency", p.currency},
                     {"metadata", std::move(metadata)},
                     {"payment_intent", id("pi_", Stream::kPaymentIntent, p.n)},
                     {"reason", value_of(form, "reason").empty() ? Json() : Json(value_of(form, "reason"))},
                     {"receipt_number", Json()},
                     {"source_transfer_reversal", Json()},
                     {"status", "succeeded"},
                     {"transfer_reversal", Json()}};
      ledger_.add("stripe", "refund.made", world_.now(), {{"refund", refund}});
      apply(ledger_.effects().back());
      reply = json_reply(200, refund);
    }
  }
  if (!key.empty()) seen_[key] = {request.body, reply};
  return reply;
}

}  // namespace apiops::sandbox::stripe
