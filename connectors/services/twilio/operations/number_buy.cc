// twilio.number.buy: buys exact numbers, one step each. Twilio has no idempotency key here, so the attempt's id goes
// into the number's FriendlyName, and after a lost reply the account is read; an order is never sent twice.
#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "connectors/services/twilio/offers.h"
#include "connectors/services/twilio/operations/operations.h"
#include "connectors/services/twilio/operations/outcomes.h"
#include "connectors/services/twilio/operations/slots.h"
#include "connectors/services/twilio/operations/twilio_operation.h"
#include "engine/base/text.h"

namespace apiops::twilio {

namespace {

constexpr std::size_t kMostNumbersAtOnce = 10;
constexpr std::size_t kChoices = 5;
constexpr std::size_t kSearchLimit = 20;

std::string friendly_name_of(const Attempt& attempt) { return clip("apiops " + attempt.id, 64); }

std::string price_words(const std::optional<Money>& monthly) {
  return monthly ? to_text(*monthly) + " a month" : "price not known";
}

Button pick(const Offer& offer, const Json& slots) {
  Json picked{{"number", offer.offer.number}, {"number_type", offer.offer.number_type}};
  if (const std::string country = get_string(slots, "country"); !country.empty()) picked["country"] = country;
  Button button = ask_button("twilio.number.buy", std::move(picked), "buy " + offer.offer.number);
  button.label = fmt::format("{} · {}", spaced_number(offer.offer.number), price_words(offer.offer.monthly));
  return button;
}

// What the search was for, as a person would say it: "local numbers in area code 415 with SMS".
std::string search_words(const NumberQuery& query) {
  std::string words = query.number_type == "tollfree" ? "toll-free numbers" : query.number_type + " numbers";
  words += " in " + (query.area_code.empty() ? query.country : "area code " + query.area_code);
  if (!query.contains.empty()) words += " that contain " + query.contains;
  if (!query.capabilities.empty()) words += " with " + capability_words(query.capabilities);
  return words;
}

StepResult bought(const OwnNumber& number, const Json& parameters) {
  StepResult r;
  r.outcome = Outcome::kDone;
  r.result = Json{{"sid", number.sid}, {"number", number.number}};
  const auto monthly = parse_money(get_string(parameters, "ceiling"), get_string(parameters, "currency", "usd"));
  r.told = fmt::format("{} is ours: {} · {}", spaced_number(number.number), number.sid, price_words(monthly));
  Button webhook =
      ask_button("twilio.number.configure", Json{{"number", number.number}}, "set the webhook of " + number.number);
  webhook.label = "Set its webhook";
  r.follow_ups.push_back(std::move(webhook));
  return r;
}

class NumberBuy final : public TwilioOperation {
 public:
  explicit NumberBuy(OperationTools tools)
      : TwilioOperation(std::move(tools), "twilio.number.buy", "Buy a phone number", Risk::kSpend) {}

  asio::awaitable<Result<Planned>> plan(Json slots) override;
  asio::awaitable<Result<Json>> observe(Json parameters) override;
  asio::awaitable<StepResult> execute(Attempt attempt) override;
  asio::awaitable<StepResult> reconcile(Attempt attempt) override;

 private:
  asio::awaitable<Result<Planned>> plan_exact(std::vector<std::string> numbers, Json slots);
  asio::awaitable<Result<Planned>> plan_search(NumberQuery query, std::size_t count, Json slots);
  StepDraft step(const Offer& offer, const std::string& country) const;
  Planned drafted(std::vector<StepDraft> steps, const std::vector<Offer>& others, const Json& slots) const;
  // The number among ours; bought by this attempt, by somebody else, or not there.
  asio::awaitable<Result<std::optional<OwnNumber>>> ours(std::string number, std::string friendly_name);
};

}  // namespace

asio::awaitable<Result<Planned>> NumberBuy::plan(Json slots) {
  const auto numbers = slot_list(slots, "number");
  const std::size_t count = std::max<std::size_t>(slot_count(slots, "count").value_or(1), numbers.size());
  if (count > kMostNumbersAtOnce)
    co_return refused(
        fmt::format("{} numbers in one plan are too many: at most {}. Ask for fewer, and again for the rest.", count,
                    kMostNumbersAtOnce),
        "count");
  if (!numbers.empty()) co_return co_await plan_exact(numbers, std::move(slots));
  NumberQuery query;
  query.country = get_string(slots, "country", "US");
  query.area_code = get_string(slots, "area_code");
  query.contains = get_string(slots, "contains");
  query.number_type = get_string(slots, "number_type", "local");
  query.capabilities = slot_list(slots, "capabilities");
  query.limit = kSearchLimit;
  co_return co_await plan_search(std::move(query), count, std::move(slots));
}

asio::awaitable<Result<Planned>> NumberBuy::plan_search(NumberQuery query, std::size_t count, Json slots) {
  auto found = co_await offers(tools_.api, query);
  if (!found) co_return std::unexpected(found.error());
  const auto in_all = found->size();
  std::erase_if(*found, [](const Offer& o) { return o.address_needed; });
  if (found->size() < count) {
    std::string what =
        found->empty() ? fmt::format("Twilio has no {} on offer just now.", search_words(query))
                       : fmt::format("Twilio has only {} {} on offer just now.", found->size(), search_words(query));
    if (in_all > found->size())
      what += fmt::format(" {} more need a registered address first (Twilio Console).", in_all - found->size());
    std::vector<Button> choices;
    for (const Offer& offer : *found) choices.push_back(pick(offer, slots));
    if (found->empty()) what += " Try another area code or type.";
    co_return refused(std::move(what), "area_code", std::move(choices));
  }
  std::vector<StepDraft> steps;
  for (std::size_t i = 0; i < count; ++i) {
    if (!(*found)[i].offer.monthly)
      co_return refused(
          "Twilio's price list does not tell what this kind of number costs, so there is no limit to hold it to. "
          "Nothing was planned.");
    steps.push_back(step((*found)[i], query.country));
  }
  found->erase(found->begin(), found->begin() + static_cast<std::ptrdiff_t>(count));
  co_return drafted(std::move(steps), *found, slots);
}

asio::awaitable<Result<Planned>> NumberBuy::plan_exact(std::vector<std::string> numbers, Json slots) {
  std::vector<StepDraft> steps;
  for (const auto& number : numbers) {
    auto already = co_await own_number(tools_.api, number);
    if (already)
      co_return refused(fmt::format("{} is ours already ({}). Nothing to buy.", spaced_number(number), already->sid));
    if (already.error().kind != ErrorKind::kNotFound) co_return std::unexpected(already.error());
    std::string country = get_string(slots, "country");
    if (country.empty()) country = country_of(number);
    if (country.empty()) co_return refused(fmt::format("Which country is {} in?", number), "country");
    auto offer = co_await offer_of(tools_.api, number, country, number_type_of(number));
    if (!offer) co_return std::unexpected(offer.error());
    if (!*offer) {
      Button search = ask_button("numbers.search", Json{{"country", country}}, "find a number in " + country);
      search.label = "Find another";
      co_return refused(fmt::format("{} is not on offer at Twilio now. Nothing was planned.", spaced_number(number)),
                        "number", {std::move(search)});
    }
    if ((*offer)->address_needed)
      co_return refused(
          fmt::format("{} needs a registered address or bundle at Twilio first; without it the order is refused. Add "
                      "it in the Twilio Console.",
                      spaced_number(number)));
    if (!(*offer)->offer.monthly)
      co_return refused(
          "Twilio's price list does not tell what this number costs, so there is no limit to hold it to. Nothing was "
          "planned.");
    steps.push_back(step(**offer, country));
  }
  co_return drafted(std::move(steps), {}, slots);
}

StepDraft NumberBuy::step(const Offer& offer, const std::string& country) const {
  const NumberOffer& o = offer.offer;
  const std::string type = o.number_type == "tollfree" ? "toll-free" : o.number_type;
  StepDraft s;
  s.service = "twilio";
  s.account = tools_.account;
  s.operation = std::string(name());
  s.risk = Risk::kSpend;
  s.parameters = Json{{"number", o.number},
                      {"country", country},
                      {"number_type", o.number_type},
                      {"ceiling", to_decimal(*o.monthly)},
                      {"currency", o.monthly->currency}};
  s.expected = Json{{"owned", false}, {"on_offer", true}, {"above_ceiling", false}};
  s.summary =
      fmt::format("Buy {} ({}, {}, {})", spaced_number(o.number), country, type, capability_words(o.capabilities));
  s.fields.push_back({.name = "Number", .value = spaced_number(o.number)});
  if (!o.place.empty()) s.fields.push_back({.name = "Place", .value = o.place});
  s.monthly_cost = o.monthly;
  s.ceiling = o.monthly;
  s.effect =
      "the number is ours at once; it has no webhook yet, so calls to it get an error until one is set. "
      "It is not reserved until then: if it goes to someone else first, nothing is bought";
  s.undo = "release it (this month is still charged)";
  s.undo_operation = "twilio.number.release";
  s.undo_parameters = Json{{"number", o.number}};
  s.environment = tools_.environment;
  return s;
}

Planned NumberBuy::drafted(std::vector<StepDraft> steps, const std::vector<Offer>& others, const Json& slots) const {
  PlanDraft draft;
  draft.title = steps.size() == 1 ? "Buy a phone number" : fmt::format("Buy {} phone numbers", steps.size());
  if (steps.size() == 1)
    for (const Offer& offer : others)
      if (draft.alternatives.size() < kChoices && offer.offer.monthly) draft.alternatives.push_back(pick(offer, slots));
  draft.steps = std::move(steps);
  return {.draft = std::move(draft), .refusal = std::nullopt};
}

asio::awaitable<Result<Json>> NumberBuy::observe(Json parameters) {
  const std::string number = get_string(parameters, "number");
  auto already = co_await own_number(tools_.api, number);
  if (!already && already.error().kind != ErrorKind::kNotFound) co_return std::unexpected(already.error());
  auto offer =
      co_await offer_of(tools_.api, number, get_string(parameters, "country"), get_string(parameters, "number_type"));
  if (!offer) co_return std::unexpected(offer.error());
  const auto ceiling = parse_money(get_string(parameters, "ceiling"), get_string(parameters, "currency", "usd"));
  bool above = false;
  if (*offer) {
    const auto& price = (*offer)->offer.monthly;
    above = !price || !ceiling || price->currency != ceiling->currency || price->micros > ceiling->micros;
  }
  co_return Json{{"owned", already.has_value()}, {"on_offer", offer->has_value()}, {"above_ceiling", above}};
}

asio::awaitable<StepResult> NumberBuy::execute(Attempt attempt) {
  const std::string number = get_string(attempt.parameters, "number");
  auto reply = co_await tools_.api.post(Host::kApi, tools_.api.account_path("IncomingPhoneNumbers.json"),
                                        {{"PhoneNumber", number}, {"FriendlyName", friendly_name_of(attempt)}});
  if (reply) {
    const OwnNumber created = number_of(reply->body);
    if (!created.sid.empty()) co_return bought(created, attempt.parameters);
    co_return not_known(
        Error{.kind = ErrorKind::kUnknown, .what = "Twilio accepted the order but named no number."},
        "Twilio accepted the order but named no number. I am checking whether it is ours. I will not order again.");
  }
  const Error& error = reply.error();
  if (error.kind == ErrorKind::kUnknown)
    co_return not_known(error, fmt::format("The order for {} was sent, but no certain answer came back. I am checking "
                                           "whether the number is ours. I will not order again.",
                                           spaced_number(number)));
  if (error.code == "21422")
    co_return not_done(error, fmt::format("{} was sold to someone else while this plan waited. Nothing was bought.",
                                          spaced_number(number)));
  co_return not_done(error, "Nothing was bought. " + error.what);
}

asio::awaitable<Result<std::optional<OwnNumber>>> NumberBuy::ours(std::string number, std::string friendly_name) {
  auto exact = co_await own_number(tools_.api, number);
  if (exact) co_return std::optional(std::move(*exact));
  if (exact.error().kind != ErrorKind::kNotFound) co_return std::unexpected(exact.error());
  auto listed =
      co_await tools_.api.list(Host::kApi, tools_.api.account_path("IncomingPhoneNumbers.json"),
                               "incoming_phone_numbers", {{"FriendlyName", friendly_name}, {"PageSize", "50"}});
  if (!listed) co_return std::unexpected(listed.error());
  for (const Json& row : listed->rows)
    if (get_string(row, "friendly_name") == friendly_name) co_return std::optional(number_of(row));
  co_return std::optional<OwnNumber>();
}

asio::awaitable<StepResult> NumberBuy::reconcile(Attempt attempt) {
  const std::string number = get_string(attempt.parameters, "number"), friendly = friendly_name_of(attempt);
  for (int look = 1;; ++look) {
    auto found = co_await ours(number, friendly);
    if (!found)
      co_return not_known(found.error(), "Whether the number is ours can't be read just now: " + found.error().what);
    if (*found && (*found)->friendly_name == friendly) co_return bought(**found, attempt.parameters);
    if (*found)
      co_return not_known(
          Error{.kind = ErrorKind::kRejected, .what = "The number is ours, but it does not bear this order's name."},
          fmt::format("{} is ours ({}), but it does not bear this order's name: somebody else bought or renamed it. A "
                      "person has to judge.",
                      spaced_number(number), (*found)->sid));
    if (look == kReconcileLooks) break;
    co_await tools_.clock.sleep_for(kReconcileSpan / (kReconcileLooks - 1));
  }
  co_return not_done(Error{.kind = ErrorKind::kTransient, .what = "The order did not reach Twilio."},
                     fmt::format("{} was not bought: in {} looks over {} it did not appear among our numbers.",
                                 spaced_number(number), kReconcileLooks, human_duration(kReconcileSpan)));
}

std::unique_ptr<Operation> make_number_buy(OperationTools tools) {
  return std::make_unique<NumberBuy>(std::move(tools));
}

}  // namespace apiops::twilio
