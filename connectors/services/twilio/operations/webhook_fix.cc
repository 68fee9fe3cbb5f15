// twilio.webhook.fix: points the numbers whose voice or message webhook does not answer to the URL that the healthy
// ones use, or to the one that was given. Each number is one step, the same as configuring it by hand.
#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <nlohmann/json.hpp>

#include "connectors/services/twilio/operations/new_url.h"
#include "connectors/services/twilio/operations/number_settings.h"
#include "connectors/services/twilio/operations/operations.h"
#include "connectors/services/twilio/operations/outcomes.h"
#include "connectors/services/twilio/operations/slots.h"
#include "connectors/services/twilio/webhook_probe.h"
#include "engine/base/text.h"

namespace apiops::twilio {

namespace {

std::string trouble_of(const std::string& url, const std::map<std::string, Probed>& probes) {
  const auto found = probes.find(url);
  return found != probes.end() && found->second.checked ? found->second.trouble : std::string();
}

bool is_asked_for(const OwnNumber& number, const std::vector<std::string>& wanted) {
  if (wanted.empty() || wanted.front() == "all") return true;
  return std::any_of(wanted.begin(), wanted.end(),
                     [&](const auto& w) { return w == number.number || w == number.sid; });
}

std::vector<std::string> urls_of(const std::vector<OwnNumber>& numbers) {
  std::vector<std::string> urls;
  for (const auto& number : numbers) {
    if (number.voice_application.empty() && number.trunk.empty()) urls.push_back(number.voice_url);
    if (number.sms_application.empty()) urls.push_back(number.sms_url);
  }
  return urls;
}

// The URL that most of the numbers with an answering webhook use, and how many do; empty where there is none.
struct CommonUrl {
  std::string url;
  std::size_t numbers = 0;
};
CommonUrl common_url(const std::vector<OwnNumber>& numbers, std::string OwnNumber::* field,
                     const std::map<std::string, Probed>& probes) {
  std::map<std::string, std::size_t> counts;
  for (const auto& number : numbers) {
    const std::string& url = number.*field;
    const auto probe = probes.find(url);
    if (!url.empty() && probe != probes.end() && probe->second.checked && probe->second.trouble.empty()) ++counts[url];
  }
  CommonUrl best;
  for (const auto& [url, n] : counts)
    if (n > best.numbers) best = {url, n};
  return best;
}

class WebhookFix final : public NumberSettingsOperation {
 public:
  explicit WebhookFix(OperationTools tools)
      : NumberSettingsOperation(std::move(tools), "twilio.webhook.fix", "Fix webhooks", Risk::kChange) {}

  asio::awaitable<Result<Planned>> plan(Json slots) override;

 private:
  struct Repair {
    OwnNumber number;
    Json set;
    std::string why;
  };
  asio::awaitable<Result<std::vector<StepDraft>>> steps(std::vector<Repair> repairs);
};

}  // namespace

asio::awaitable<Result<Planned>> WebhookFix::plan(Json slots) {
  const auto wanted = slot_list(slots, "number");
  const std::string url = get_string(slots, "url");
  auto all = co_await own_numbers(tools_.api);
  if (!all) co_return std::unexpected(all.error());
  auto services = co_await messaging_services(tools_.api);
  if (!services) co_return std::unexpected(services.error());
  const auto probes = co_await probe_webhooks(tools_.guard, urls_of(*all));
  const std::string voice_url = url.empty() ? common_url(*all, &OwnNumber::voice_url, probes).url : url;
  const std::string sms_url = url.empty() ? common_url(*all, &OwnNumber::sms_url, probes).url : url;
  PlanDraft draft;
  draft.title = "Fix webhooks";
  std::vector<Repair> repairs;
  std::string first_trouble;
  for (const auto& number : *all) {
    if (!is_asked_for(number, wanted)) continue;
    Repair repair{.number = number, .set = Json::object(), .why = {}};
    const std::string voice = trouble_of(number.voice_url, probes), sms = trouble_of(number.sms_url, probes);
    if (!voice.empty() && number.voice_application.empty() && number.trunk.empty())
      repair.why = voice, repair.set["VoiceUrl"] = voice_url;
    if (!sms.empty() && number.sms_application.empty() && taken_by(number, *services) == nullptr)
      repair.why = sms, repair.set["SmsUrl"] = sms_url;
    if (repair.set.empty()) continue;
    if (first_trouble.empty())
      first_trouble = fmt::format("{}'s webhook: {}", spaced_number(number.number), repair.why);
    repairs.push_back(std::move(repair));
  }
  if (repairs.empty() && !wanted.empty() && wanted.front() != "all" &&
      std::none_of(all->begin(), all->end(), [&](const auto& n) { return is_asked_for(n, wanted); }))
    co_return refused(fmt::format("{} is not one of our numbers at Twilio.", spaced_number(wanted.front())), "number");
  if (repairs.empty())
    co_return refused(fmt::format("Every webhook that could be checked answers ({} asked just now). Nothing to fix.",
                                  count_of(static_cast<long long>(probes.size()), "address", "addresses")));
  for (const auto& repair : repairs)
    for (const auto& [form, value] : repair.set.items())
      if (get_string(repair.set, form).empty())
        co_return refused(fmt::format("{}. No other number has one that answers, so I can't tell what is right. To "
                                      "which URL should it point?",
                                      first_trouble),
                          "url");
  if (!url.empty()) {
    auto judged = co_await judge_new_url(tools_.guard, url, *all);
    if (!judged.refused.empty()) co_return refused(judged.refused, "url");
    draft.warnings = std::move(judged.warnings);
  }
  auto made = co_await steps(std::move(repairs));
  if (!made) co_return std::unexpected(made.error());
  draft.steps = std::move(*made);
  if (!url.empty())
    for (StepDraft& step : draft.steps) step.retry["url"] = url;
  if (draft.steps.size() > 1)
    draft.title = fmt::format("Fix the webhooks of {} numbers", draft.steps.size());
  else
    draft.title = "Fix the webhook of " + spaced_number(get_string(draft.steps.front().parameters, "number"));
  co_return Planned{.draft = std::move(draft), .refusal = std::nullopt};
}

asio::awaitable<Result<std::vector<StepDraft>>> WebhookFix::steps(std::vector<Repair> repairs) {
  std::vector<StepDraft> made;
  for (const Repair& repair : repairs) {
    auto row = co_await number_row(tools_.api, repair.number.sid);
    if (!row) co_return std::unexpected(row.error());
    StepDraft step = settings_step(repair.number, *row, repair.set, std::string(name()));
    step.account = tools_.account;
    step.environment = tools_.environment;
    step.fields.push_back({.name = "Why", .value = repair.why + " (checked just now)"});
    made.push_back(std::move(step));
  }
  co_return made;
}

std::unique_ptr<Operation> make_webhook_fix(OperationTools tools) {
  return std::make_unique<WebhookFix>(std::move(tools));
}

}  // namespace apiops::twilio
