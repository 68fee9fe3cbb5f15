// webhooks.failing: endpoints with failing or pending deliveries, by event type.
#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "engine/answers/answer.h"
#include "engine/base/text.h"

namespace apiops {

asio::awaitable<Answer> answer_webhooks(Question question, Senses& senses, Progress& progress);

asio::awaitable<Answer> answer_webhooks(Question question, Senses& senses, Progress&) {
  const NamedPeriod period = period_asked(question);
  Table t{.columns = {{"Service"}, {"Endpoint"}, {"State"}, {"Undelivered", true}, {"Oldest"}, {"Trouble"}}};
  std::vector<Line> troubles;
  std::vector<Button> buttons;
  for (ServiceAdapter* service : services_asked(question, senses)) {
    auto hooks = co_await service->webhooks(period.period);
    if (!hooks) {
      if (hooks.error().kind != ErrorKind::kUnsupported)
        troubles.push_back(trouble_line(service->title(), hooks.error()));
      continue;
    }
    for (const auto& hook : *hooks) {
      if (hook.undelivered == 0 && hook.trouble.empty() && hook.state != "disabled") continue;
      std::vector<std::string> types;
      for (const auto& [type, n] : hook.by_type) types.push_back(fmt::format("{} × {}", n, type));
      const std::string trouble =
          hook.trouble + (types.empty() ? "" : (hook.trouble.empty() ? "" : "; ") + join(types, ", "));
      t.rows.push_back({{std::string(service->title())},
                        {spaced_number(hook.id) + " " + hook.url},
                        {hook.state, hook.state == "disabled" ? Tone::kBad : Tone::kWarning},
                        {with_thousands(hook.undelivered)},
                        {hook.oldest ? short_time(*hook.oldest, question.now, question.zone) : ""},
                        {trouble}});
      if (hook.state == "disabled" && service->service() == "stripe")
        buttons.push_back(ask_button("Enable " + clip(hook.id, 16), "stripe.webhook.enable",
                                     Json{{"endpoint", hook.id}}, "enable " + hook.id, Tone::kGood));
    }
  }
  t.total_rows = t.rows.size();
  Document d;
  d.title = t.rows.empty()
                ? "No webhook fails in what was checked"
                : fmt::format("{} with trouble, {}", count_of(static_cast<long long>(t.rows.size()), "webhook"),
                              describe(period.period, period.name, question.now, question.zone));
  d.tone = t.rows.empty() ? Tone::kGood : Tone::kBad;
  if (t.rows.empty() && !troubles.empty()) {
    d.title = "Not all webhooks could be checked";
    d.tone = Tone::kWarning;
  }
  if (!troubles.empty()) d.blocks.push_back(Lines{troubles});
  if (!t.rows.empty()) d.blocks.push_back(std::move(t));
  d.buttons = std::move(buttons);
  d.footer = "Stripe's API does not tell single delivery attempts; they stand in its dashboard under Webhooks.";
  co_return Answer{std::move(d)};
}

}  // namespace apiops
