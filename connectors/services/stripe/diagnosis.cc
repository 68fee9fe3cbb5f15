// failures.diagnose for Stripe: payments by decline code, and one resource. Webhooks have a file of their own.
#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "connectors/services/stripe/payments.h"
#include "connectors/services/stripe/stripe_adapter.h"
#include "engine/base/text.h"

namespace apiops::stripe {

namespace {

constexpr std::size_t kShownCodes = 5;
constexpr long long kMostlyOne = 60;  // per cent of one code that make it the story
constexpr long long kMostlyOneMinimum = 10;

// What a card's bank decides; everything else is ours or Stripe's to look at.
bool is_decline(const std::string& code) {
  return code == "card_declined" || code == "expired_card" || code == "incorrect_cvc" ||
         code == "authentication_required" || code == "insufficient_funds";
}

struct Mix {
  long long failed = 0, declines = 0;
  std::map<std::string, long long> by_code;  // "card_declined/insufficient_funds"
  std::map<std::string, Money> by_currency;
};

void add(Mix& mix, const Failure& failed) {
  ++mix.failed;
  mix.declines += is_decline(failed.code) ? 1 : 0;
  const std::string code = failed.code.empty() ? "no code" : failed.code;
  ++mix.by_code[failed.detail.empty() || failed.detail.find(' ') != std::string::npos ? code
                                                                                      : code + "/" + failed.detail];
  if (!failed.amount) return;
  Money& sum = mix.by_currency[failed.amount->currency];
  sum.currency = failed.amount->currency;
  sum.micros += failed.amount->micros;
}

std::vector<std::pair<long long, std::string>> ranked(const std::map<std::string, long long>& by_code) {
  std::vector<std::pair<long long, std::string>> sorted;
  for (const auto& [code, count] : by_code) sorted.emplace_back(count, code);
  std::ranges::sort(sorted, std::greater<>());
  return sorted;
}

std::string share(long long part, long long whole) {
  return whole > 0 ? fmt::format("{}.{} %", part * 1000 / whole / 10, part * 1000 / whole % 10) : "no share";
}

std::string sums(const std::map<std::string, Money>& by_currency) {
  std::vector<std::string> parts;
  for (const auto& [currency, sum] : by_currency) parts.push_back(to_text(sum));
  return join(parts, ", ");
}

asio::awaitable<Result<Mix>> read_mix(PageReader<Failure>& reader) {
  Mix mix;
  for (bool last = false; !last;) {
    auto page = co_await reader.next();
    if (!page) co_return std::unexpected(page.error());
    for (const auto& failed : page->items) add(mix, failed);
    last = page->last;
  }
  co_return mix;
}

Diagnosis of_payment(const Failure& failed, const std::string& id) {
  Diagnosis d;
  if (failed.status == "succeeded") {
    d.tone = Tone::kGood;
    d.verdict = fmt::format("{} succeeded{}.", id, failed.amount ? ": " + to_text(*failed.amount) : "");
    return d;
  }
  d.tone = failed.code.empty() ? Tone::kWarning : Tone::kBad;
  d.verdict = failed.code.empty() ? fmt::format("{} is {}: no failure is recorded.", id, failed.status)
                                  : fmt::format("{} failed: {}{}.", id, failed.code,
                                                failed.detail.empty() ? "" : " (" + failed.detail + ")");
  if (failed.amount) d.evidence.push_back("the amount is " + to_text(*failed.amount));
  d.evidence.push_back("its status is " + failed.status);
  if (is_decline(failed.code)) {
    d.cause = "the customer's bank refused; nothing is broken on our side";
    d.next = "Ask the customer for another card or to call the bank; tell them no more than that it was declined.";
  }
  return d;
}

Diagnosis of_invoice(const Json& row, Time now) {
  Diagnosis d;
  const auto status = get_string(row, "status", "unknown");
  const long long tries = get_integer(row, "attempt_count").value_or(0);
  const bool open = status == "open" && tries > 0;
  d.tone = open ? Tone::kBad : status == "paid" ? Tone::kGood : Tone::kWarning;
  d.verdict = fmt::format("Invoice {} is {}{}.", get_string(row, "id"), status,
                          open ? fmt::format(" after {}", count_of(tries, "failed try", "failed tries")) : "");
  const auto currency = get_string(row, "currency", "usd");
  d.evidence.push_back(
      "due: " +
      to_text(from_minor_units(
          get_integer(row, "amount_remaining").value_or(get_integer(row, "amount_due").value_or(0)), currency)));
  if (const auto next = get_integer(row, "next_payment_attempt"))
    d.evidence.push_back("Stripe tries again " + utc(from_seconds(*next), now));
  const auto error = clean_line(clip(get_string(get_object(row, "last_finalization_error"), "message"), 200));
  if (!error.empty()) d.evidence.push_back("it could not be finalised: " + error);
  return d;
}

Diagnosis of_subscription(const Json& row) {
  Diagnosis d;
  const auto status = get_string(row, "status", "unknown");
  const bool bad = status == "past_due" || status == "unpaid" || status == "incomplete";
  d.tone = bad ? Tone::kBad : Tone::kGood;
  d.verdict = fmt::format("Subscription {} is {}.", get_string(row, "id"), status);
  if (const auto invoice = get_string(row, "latest_invoice"); !invoice.empty())
    d.evidence.push_back("its latest invoice is " + invoice);
  if (bad) d.next = "Look at its latest invoice: that tells why the payment failed.";
  return d;
}

Diagnosis of_event(const Json& row, const std::vector<Endpoint>& all, Time now) {
  Diagnosis d;
  const Undelivered event{get_string(row, "id"), get_string(row, "type"),
                          from_seconds(get_integer(row, "created").value_or(0)),
                          get_integer(row, "pending_webhooks").value_or(0)};
  d.tone = event.pending > 0 ? Tone::kBad : Tone::kGood;
  d.verdict =
      event.pending > 0
          ? fmt::format("{} ({}) still waits for {}.", event.event, event.type, count_of(event.pending, "endpoint"))
          : fmt::format("{} ({}) was delivered to every endpoint that wants it.", event.event, event.type);
  d.evidence.push_back("it was made " + utc(event.at, now));
  for (const Endpoint* endpoint : waiting_endpoints(all, event))
    d.evidence.push_back(fmt::format("{} wants it: {} ({})", endpoint->id, endpoint->url, endpoint->status));
  return d;
}

std::string path_of(const std::string& id) {
  for (const auto& [prefix, path] : {std::pair{"pi_", "/v1/payment_intents/"},
                                     {"ch_", "/v1/charges/"},
                                     {"py_", "/v1/charges/"},
                                     {"in_", "/v1/invoices/"},
                                     {"sub_", "/v1/subscriptions/"},
                                     {"evt_", "/v1/events/"}}) {
    if (id.starts_with(prefix)) return path + net::encode_component(id);
  }
  return {};
}

}  // namespace

asio::awaitable<Result<Diagnosis>> StripeAdapter::diagnose_one(std::string id) {
  const std::string path = path_of(id);
  if (path.empty())
    co_return failure(ErrorKind::kUnsupported,
                      fmt::format("{} can't be diagnosed: name a payment (pi_, ch_), an endpoint (we_), an event "
                                  "(evt_), an invoice (in_) or a subscription (sub_).",
                                  id));
  auto reply = co_await api_.get(path);
  if (!reply && reply.error().kind == ErrorKind::kNotFound) {
    co_return failure(ErrorKind::kNotFound,
                      fmt::format("Stripe ({}) does not know {}. It may belong to the other mode.",
                                  api_.live() ? "LIVE" : "TEST", id));
  }
  if (!reply) co_return std::unexpected(reply.error());
  const Time now = clock_.now();
  if (id.starts_with("pi_")) co_return of_payment(failure_of_intent(reply->body), id);
  if (id.starts_with("ch_") || id.starts_with("py_")) co_return of_payment(failure_of_charge(reply->body), id);
  if (id.starts_with("in_")) co_return of_invoice(reply->body, now);
  if (id.starts_with("sub_")) co_return of_subscription(reply->body);
  const auto all = co_await endpoints(api_);
  co_return of_event(reply->body, all ? *all : std::vector<Endpoint>(), now);
}

asio::awaitable<Result<Diagnosis>> StripeAdapter::diagnose_payments(Period period) {
  FailureQuery query;
  query.period = period;
  query.kinds = {"payments"};
  const auto reader = failures(std::move(query));
  const auto mix = co_await read_mix(*reader);
  if (!mix) co_return std::unexpected(mix.error());
  const auto counted = co_await totals(period);
  const long long total = counted && counted->contains("payments") ? counted->at("payments") : 0;
  Diagnosis d;
  if (mix->failed == 0) {
    d.tone = Tone::kGood;
    d.verdict = fmt::format("No payment failed in this period{}.",
                            total > 0 ? fmt::format(" ({})", count_of(total, "payment")) : "");
    co_return d;
  }
  const auto codes = ranked(mix->by_code);
  const std::string of = total > 0 ? fmt::format("{} of {} ({})", with_thousands(mix->failed),
                                                 count_of(total, "payment"), share(mix->failed, total))
                                   : count_of(mix->failed, "payment");
  const bool all_declines = mix->declines == mix->failed;
  d.tone = all_declines ? Tone::kWarning : Tone::kBad;
  d.verdict = all_declines ? fmt::format("{} failed, all because the customers' banks declined.", of)
                           : fmt::format("{} failed.", of);
  for (std::size_t i = 0; i < codes.size() && i < kShownCodes; ++i)
    d.evidence.push_back(fmt::format("{} {}", with_thousands(codes[i].first), codes[i].second));
  if (codes.size() > kShownCodes)
    d.evidence.push_back(
        fmt::format("and {}", count_of(static_cast<long long>(codes.size() - kShownCodes), "other code")));
  d.evidence.push_back("together " + sums(mix->by_currency));
  if (mix->failed >= kMostlyOneMinimum && codes.front().first * 100 / mix->failed >= kMostlyOne) {
    d.cause = fmt::format("one cause for most of them: {} of {} are {}", with_thousands(codes.front().first),
                          with_thousands(mix->failed), codes.front().second);
  } else if (all_declines && codes.size() > 1) {
    d.cause = "ordinary declines: the codes are mixed and nothing on our side is broken";
  }
  d.next = all_declines ? "Nothing to repair; customers need another card or their bank."
                        : "Look at the codes that are not declines first.";
  co_return d;
}

asio::awaitable<Result<Diagnosis>> StripeAdapter::diagnose(DiagnosisQuery query) {
  const bool endpoint = query.resource.starts_with("we_") || query.resource.starts_with("http");
  if (!query.resource.empty() && !endpoint) co_return co_await diagnose_one(query.resource);
  if (endpoint || query.kind == "webhooks") co_return co_await diagnose_webhooks(query.period, query.resource);
  if (query.kind == "payments") co_return co_await diagnose_payments(query.period);
  if (!query.kind.empty() && query.kind != "requests")
    co_return failure(ErrorKind::kUnsupported, fmt::format("Stripe has no {}.", query.kind));
  // Nothing named: what fails most, webhooks first, because nobody else tells of them.
  auto webhooks_first = co_await diagnose_webhooks(query.period, {});
  if (!webhooks_first || webhooks_first->tone == Tone::kBad) co_return webhooks_first;
  auto payments = co_await diagnose_payments(query.period);
  co_return payments && payments->tone != Tone::kGood ? payments : webhooks_first;
}

}  // namespace apiops::stripe
