// twilio.message.resend: failed messages once more, one step each, with what that costs. What would fail again, arrive
// twice or reach somebody who unsubscribed is left out and named. A step refers to the message by its SID; text and
// recipient are read again when it is sent.
#include <fmt/format.h>

#include <algorithm>

#include "connectors/services/twilio/numbers.h"
#include "connectors/services/twilio/operations/operations.h"
#include "connectors/services/twilio/operations/outgoing.h"
#include "connectors/services/twilio/operations/resend_rules.h"
#include "connectors/services/twilio/operations/slots.h"
#include "connectors/services/twilio/operations/twilio_operation.h"
#include "connectors/services/twilio/prices.h"
#include "engine/base/text.h"

namespace apiops::twilio {

namespace {

constexpr std::size_t kMostResends = 50;  // in one plan; the rest is named and can be asked for again
constexpr std::chrono::hours kUnsaidPeriod{24};

// A failed message as it must be sent again, and what stands against it.
struct Original {
  Failure failure;
  OutgoingMessage message;
  std::size_t parts = 1;
  bool has_media = false;
};

Original original_of(const Json& row) {
  Original o;
  o.failure.resource = get_string(row, "sid");
  o.failure.status = get_string(row, "status");
  if (const auto code = get_integer(row, "error_code")) o.failure.code = std::to_string(*code);
  if (const auto at = parse_rfc2822(get_string(row, "date_created"))) o.failure.at = *at;
  o.message = {.to = get_string(row, "to"),
               .from = get_string(row, "from"),
               .service = get_string(row, "messaging_service_sid"),
               .body = get_string(row, "body")};
  if (!o.message.service.empty()) o.message.from.clear();  // the service chooses, as it did the first time
  o.parts = std::max<std::size_t>(message_parts(o.message.body), static_cast<std::size_t>(std::max<std::int64_t>(
                                                                     get_integer(row, "num_segments").value_or(1), 1)));
  o.has_media = get_integer(row, "num_media").value_or(0) > 0;
  return o;
}

bool has_failed(const std::string& status) { return status == "failed" || status == "undelivered"; }

asio::awaitable<Result<Original>> read_original(TwilioApi& api, std::string sid) {
  auto reply = co_await api.get(Host::kApi, api.account_path("Messages/" + net::encode_component(sid) + ".json"));
  if (!reply) co_return std::unexpected(reply.error());
  co_return original_of(reply->body);
}

std::string sid_of(const Json& parameters) { return get_string(parameters, "sid"); }

Period period_of(const Json& slots, Time now) {
  const Json& between = get_object(slots, "between");
  const auto from = get_integer(between, "from"), to = get_integer(between, "to");
  if (!from || !to) return {now - kUnsaidPeriod, now};
  return {from_millis(*from), from_millis(*to)};
}

class MessageResend final : public TwilioOperation {
 public:
  MessageResend(OperationTools tools, FailureSource failures, RetryAdvice advice)
      : TwilioOperation(std::move(tools), "twilio.message.resend", "Resend failed messages", Risk::kSpend),
        failures_(std::move(failures)),
        advice_(std::move(advice)) {}

  asio::awaitable<Result<Planned>> plan(Json slots) override;
  asio::awaitable<Result<Json>> observe(Json parameters) override;
  asio::awaitable<StepResult> execute(Attempt attempt) override;
  asio::awaitable<StepResult> reconcile(Attempt attempt) override;

 private:
  struct Selection;
  asio::awaitable<Result<Selection>> select(Json slots);
  asio::awaitable<Result<Selection>> select_named(std::vector<std::string> sids);
  asio::awaitable<Result<Planned>> draft_of(Selection selection);
  StepDraft step_of(const Failure& failure, const std::optional<Money>& price);

  FailureSource failures_;
  RetryAdvice advice_;
};

}  // namespace

// What was found, sorted into what may go out again and what may not, with the reason.
struct MessageResend::Selection {
  std::vector<Original> chosen;
  std::map<std::string, std::pair<long long, std::string>> left_out;  // code → how many, why
  long long beyond = 0;                                               // more than one plan holds
  long long found = 0;
  std::string period;

  void leave_out(const std::string& code, const std::string& why) {
    auto& [count, reason] = left_out[code.empty() ? "no code" : code];
    ++count;
    reason = why;
  }
  std::vector<std::string> left_out_words() const {
    std::vector<std::string> words;
    for (const auto& [code, left] : left_out)
      words.push_back(fmt::format("{} with {} left out: {}", count_of(left.first, "message"), code, left.second));
    return words;
  }
};

asio::awaitable<Result<Planned>> MessageResend::plan(Json slots) {
  const auto ids = slot_list(slots, "ids");
  auto selection = ids.empty() ? co_await select(slots) : co_await select_named(ids);
  if (!selection) co_return std::unexpected(selection.error());
  if (selection->chosen.empty()) {
    if (selection->found == 0)
      co_return refused(fmt::format("No failed messages {}. Nothing to resend.", selection->period));
    std::vector<Button> choices;
    for (const auto& [code, left] : selection->left_out)
      if (ids.empty() && !slots.contains("code") && resend_verdict(code, "later").may != Resend::kNever &&
          code != "no code") {
        Json picked = slots;
        picked["code"] = code;
        picked.erase("between");
        choices.push_back(ask_button(std::string(name()), std::move(picked), "resend those with " + code + " anyway"));
      }
    co_return refused(
        fmt::format("None of {} should be sent again as it is. {}.", count_of(selection->found, "failed message"),
                    join(selection->left_out_words(), ". ")),
        {}, std::move(choices));
  }
  co_return co_await draft_of(std::move(*selection));
}

asio::awaitable<Result<MessageResend::Selection>> MessageResend::select_named(std::vector<std::string> sids) {
  Selection selection;
  selection.period = "with these ids";
  for (const std::string& sid : sids) {
    if (selection.chosen.size() == kMostResends) {
      ++selection.beyond;
      continue;
    }
    auto original = co_await read_original(tools_.api, sid);
    if (!original && original.error().kind == ErrorKind::kNotFound) {
      selection.leave_out(clean_line(clip(sid, 34)), "there is no such message at this account");
      ++selection.found;
      continue;
    }
    if (!original) co_return std::unexpected(original.error());
    ++selection.found;
    const ResendVerdict verdict = resend_verdict(original->failure.code, advice_(original->failure.code));
    if (!has_failed(original->failure.status))
      selection.leave_out(sid, fmt::format("it has not failed, it is {}", original->failure.status));
    else if (verdict.may == Resend::kNever)
      selection.leave_out(original->failure.code, verdict.why);
    else if (original->message.body.empty() || original->has_media)
      selection.leave_out(sid, original->has_media ? "it has media, which are not copied" : "its text was erased");
    else
      selection.chosen.push_back(std::move(*original));
  }
  co_return selection;
}

asio::awaitable<Result<MessageResend::Selection>> MessageResend::select(Json slots) {
  const auto codes = slot_list(slots, "code");
  Selection selection;
  selection.period = get_string(get_object(slots, "between"), "name", "in the last 24 hours");
  FailureQuery query;
  query.period = period_of(slots, tools_.clock.now());
  query.kinds = {"messages"};
  if (codes.size() == 1) query.code = codes.front();
  auto reader = failures_(query);
  std::vector<Failure> fit;
  for (bool last = false; !last;) {
    auto page = co_await reader->next();
    if (!page) co_return std::unexpected(page.error());
    last = page->last;
    for (Failure& failure : page->items) {
      if (!failure.resource.starts_with("SM") && !failure.resource.starts_with("MM")) continue;
      if (!codes.empty() && std::ranges::find(codes, failure.code) == codes.end()) continue;
      ++selection.found;
      const ResendVerdict verdict = resend_verdict(failure.code, advice_(failure.code));
      if (verdict.may == Resend::kYes || (verdict.may == Resend::kOnlyIfNamed && !codes.empty()))
        fit.push_back(std::move(failure));
      else
        selection.leave_out(failure.code, verdict.why);
    }
  }
  std::ranges::sort(fit, std::greater{}, &Failure::at);
  for (const Failure& failure : fit) {
    if (selection.chosen.size() == kMostResends) {
      ++selection.beyond;
      continue;
    }
    auto original = co_await read_original(tools_.api, failure.resource);
    if (!original) co_return std::unexpected(original.error());
    if (!has_failed(original->failure.status)) continue;  // an alert about a message that arrived in the end
    if (original->message.body.empty() || original->has_media)
      selection.leave_out(failure.code, original->has_media ? "media are not copied" : "the text was erased");
    else
      selection.chosen.push_back(std::move(*original));
  }
  co_return selection;
}

asio::awaitable<Result<Planned>> MessageResend::draft_of(Selection selection) {
  std::map<std::string, std::optional<Money>> prices;
  PlanDraft draft;
  std::optional<Money> total;
  for (const Original& original : selection.chosen) {
    const std::string country = country_of(original.message.to);
    if (!prices.contains(country)) {
      auto price = country.empty() ? Result<std::optional<Money>>() : co_await message_price(tools_.api, country);
      if (!price && price.error().kind != ErrorKind::kNotFound) co_return std::unexpected(price.error());
      prices[country] = price ? *price : std::nullopt;
    }
    std::optional<Money> cost = prices[country];
    if (!cost)
      co_return refused(
          fmt::format("Twilio's price list does not tell what a message to {} costs, so there is no limit "
                      "to hold it to. Nothing was planned.",
                      country.empty() ? "that number" : country));
    cost = times(*cost, original.parts);
    total = total ? *total + *cost : *cost;
    draft.steps.push_back(step_of(original.failure, cost));
    draft.steps.back().summary =
        fmt::format("Resend {} to {} ({}, failed {})", original.failure.resource, spaced_number(original.message.to),
                    original.failure.code, utc(original.failure.at, tools_.clock.now()));
    const ResendVerdict verdict = resend_verdict(original.failure.code, advice_(original.failure.code));
    const std::string warning = fmt::format("{}: {}", original.failure.code, verdict.why);
    if (verdict.may == Resend::kOnlyIfNamed && std::ranges::find(draft.warnings, warning) == draft.warnings.end())
      draft.warnings.push_back(warning);
  }
  const auto n = static_cast<long long>(draft.steps.size());
  draft.title = fmt::format("Resend {} for {} at most", count_of(n, "failed message"), to_text(*total));
  for (std::string& words : selection.left_out_words()) draft.warnings.push_back(std::move(words));
  if (selection.beyond > 0)
    draft.warnings.push_back(fmt::format("{} more are not in this plan: one holds {}. Ask again when it is done",
                                         selection.beyond, kMostResends));
  co_return drafted(std::move(draft));
}

StepDraft MessageResend::step_of(const Failure& failure, const std::optional<Money>& price) {
  StepDraft step = new_step(tools_, *this, Json{{"sid", failure.resource}});
  if (price) {
    step.parameters["ceiling"] = to_decimal(*price);
    step.parameters["currency"] = price->currency;
  }
  step.expected = Json{{"status", failure.status}, {"code", failure.code}, {"above_ceiling", false}};
  step.cost = price;
  step.ceiling = price;
  step.retry = Json{{"ids", Json::array({failure.resource})}};
  return step;
}

asio::awaitable<Result<Json>> MessageResend::observe(Json parameters) {
  auto original = co_await read_original(tools_.api, sid_of(parameters));
  if (!original) co_return std::unexpected(original.error());
  const auto ceiling = parse_money(get_string(parameters, "ceiling"), get_string(parameters, "currency", "usd"));
  auto price = co_await message_price(tools_.api, country_of(original->message.to));
  if (!price) co_return std::unexpected(price.error());
  const bool above = !*price || !ceiling || (*price)->currency != ceiling->currency ||
                     times(**price, original->parts).micros > ceiling->micros;
  co_return Json{{"status", original->failure.status}, {"code", original->failure.code}, {"above_ceiling", above}};
}

asio::awaitable<StepResult> MessageResend::execute(Attempt attempt) {
  auto original = co_await read_original(tools_.api, sid_of(attempt.parameters));
  if (!original)
    co_return not_done(original.error(),
                       "Nothing was sent: the failed message can't be read. " + original.error().what);
  if (original->message.body.empty())
    co_return not_done(Error{.kind = ErrorKind::kRejected, .what = "The message's text was erased."},
                       "Nothing was sent: the text of the failed message was erased.");
  co_return co_await send_message(tools_, std::move(original->message), kLooksAtBatch);
}

asio::awaitable<StepResult> MessageResend::reconcile(Attempt attempt) {
  auto original = co_await read_original(tools_.api, sid_of(attempt.parameters));
  if (!original)
    co_return not_known(original.error(), "Whether it was sent can't be read just now: " + original.error().what);
  co_return co_await find_message(tools_, std::move(original->message), attempt.at);
}

std::unique_ptr<Operation> make_message_resend(OperationTools tools, FailureSource failures, RetryAdvice advice) {
  return std::make_unique<MessageResend>(std::move(tools), std::move(failures), std::move(advice));
}

}  // namespace apiops::twilio
