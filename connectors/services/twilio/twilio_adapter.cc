#include "connectors/services/twilio/twilio_adapter.h"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "connectors/services/twilio/failures.h"
#include "connectors/services/twilio/operations/operations.h"
#include "engine/base/text.h"

namespace apiops {

std::unique_ptr<ServiceAdapter> make_twilio(TwilioOptions options, net::HttpClient& http, net::UrlGuard& guard,
                                            Clock& clock, Random& random) {
  return std::make_unique<twilio::TwilioAdapter>(std::move(options), http, guard, clock, random);
}

namespace twilio {

TwilioAdapter::TwilioAdapter(TwilioOptions options, net::HttpClient& http, net::UrlGuard& guard, Clock& clock,
                             Random& random)
    : options_(std::move(options)), http_(http), guard_(guard), clock_(clock), api_(options_, http, clock, random) {
  const OperationTools tools{api_, guard_, clock_, options_.account, std::string(environment())};
  for (const auto make :
       {make_number_buy, make_number_release, make_number_configure, make_webhook_fix, make_message_send,
        make_call_place, make_service_configure, make_trigger_create, make_geo_update, make_key_revoke})
    owned_.push_back(make(tools));
  owned_.push_back(make_message_resend(
      tools, [this](FailureQuery query) { return failures(std::move(query)); }, options_.retry_advice));
  for (const auto& operation : owned_) operations_.push_back(operation.get());
}

std::unique_ptr<PageReader<Failure>> TwilioAdapter::failures(FailureQuery query) {
  return std::make_unique<FailureReader>(api_, std::move(query));
}

asio::awaitable<Result<std::vector<BalanceState>>> TwilioAdapter::balance() {
  auto reply = co_await api_.get(Host::kApi, api_.account_path("Balance.json"));
  if (!reply) co_return std::unexpected(reply.error());
  const auto money =
      parse_money(get_decimal(reply->body, "balance"), lower_ascii(get_string(reply->body, "currency", "usd")));
  if (!money) co_return failure(ErrorKind::kTransient, "Twilio's answer names no balance.");
  BalanceState state;
  state.available = *money;
  if (auto spent = co_await spent_a_day()) state.spent_a_day = *spent;
  state.note = "Twilio's balance can lag behind by some minutes";
  co_return std::vector<BalanceState>{std::move(state)};
}

asio::awaitable<Result<std::vector<LimitState>>> TwilioAdapter::limits(std::string) {
  auto reply = co_await api_.get(Host::kApi, api_.account_path("Messages.json"), {{"PageSize", "1"}});
  if (!reply) co_return std::unexpected(reply.error());
  LimitState at_once;
  at_once.resource = "REST API";
  at_once.scope = "account";
  at_once.unit = "requests at once";
  at_once.source = api_.concurrent_requests()
                       ? fmt::format(
                             "{} at once on the last call, of which I make at most {}; Twilio does not tell the "
                             "ceiling of an account",
                             *api_.concurrent_requests(), net::kCallsAtOnce)
                       : "Twilio did not tell how many run at once, and does not tell the ceiling of an account";
  co_return std::vector<LimitState>{std::move(at_once)};
}

asio::awaitable<Result<std::vector<NumberOffer>>> TwilioAdapter::search_numbers(NumberQuery query) {
  auto found = co_await offers(api_, std::move(query));
  if (!found) co_return std::unexpected(found.error());
  std::vector<NumberOffer> numbers;
  for (Offer& offer : *found) {
    if (offer.address_needed) offer.offer.place += " (needs a registered address)";
    numbers.push_back(std::move(offer.offer));
  }
  co_return numbers;
}

asio::awaitable<Result<std::vector<std::string>>> TwilioAdapter::inventory() {
  auto numbers = co_await own_numbers(api_);
  if (!numbers) co_return std::unexpected(numbers.error());
  std::vector<std::string> all;
  for (const auto& number : *numbers) all.push_back(number.number);
  co_return all;
}

asio::awaitable<Result<std::vector<WebhookState>>> TwilioAdapter::webhooks(Period period) {
  auto numbers = co_await own_numbers(api_);
  if (!numbers) co_return std::unexpected(numbers.error());
  auto alerts = co_await read_alerts(api_, period);
  if (!alerts) co_return std::unexpected(alerts.error());
  std::vector<std::string> urls;
  for (const auto& n : *numbers) urls.push_back(n.voice_url), urls.push_back(n.sms_url);
  const auto probes = co_await probe_webhooks(guard_, urls);
  std::vector<WebhookState> states;
  for (const auto& n : *numbers) {
    for (const auto* url : {&n.voice_url, &n.sms_url}) {
      if (url->empty() || (url == &n.sms_url && n.sms_url == n.voice_url)) continue;
      WebhookState state{.id = n.number,
                         .url = shown_url(*url),
                         .state = "enabled",
                         .events = {url == &n.voice_url ? "calls" : "messages"}};
      for (const auto& [resource, list] : alerts->items)
        for (const Alert& alert : list) {
          if (alert.url.empty() || alert.url != *url) continue;
          ++state.undelivered;
          ++state.by_type[alert.code];
          state.oldest = std::min(state.oldest.value_or(alert.at), alert.at);
        }
      const auto probe = probes.find(*url);
      if (probe != probes.end() && probe->second.checked) state.trouble = probe->second.trouble;
      if (state.undelivered > 0 || !state.trouble.empty()) states.push_back(std::move(state));
    }
  }
  co_return states;
}

}  // namespace twilio
}  // namespace apiops
