#include "engine/conversation/help.h"

#include <fmt/format.h>

#include "engine/base/text.h"

namespace apiops {

namespace {

struct Topic {
  std::string_view name, service, title;
  std::vector<std::string_view> examples;
};

const std::vector<Topic>& topics() {
  static const std::vector<Topic> kTopics{
      {"health",
       "",
       "What is wrong?",
       {"API health check", "what's failing", "why are calls failing", "what does 30007 mean", "are our keys set",
        "is Twilio down"}},
      {"twilio",
       "twilio",
       "Twilio",
       {"check Twilio errors", "list failed messages", "list phone numbers", "find a number in 415 with sms",
        "buy a phone number in 415 with sms", "fix the webhooks"}},
      {"openai",
       "openai",
       "OpenAI",
       {"OpenAI rate limits", "how much did we spend on OpenAI this month", "list models", "test the OpenAI API"}},
      {"stripe",
       "stripe",
       "Stripe",
       {"Stripe webhook issues", "failed payments this week", "Stripe balance", "enable we_…",
        "refund 20 dollars of pi_…"}},
      {"money", "", "Money and order", {"audit API config", "unused numbers", "Twilio balance", "monitor API usage"}},
      {"approvals",
       "",
       "Plans and alerts",
       {"what is waiting for approval", "undo plan 41", "who approved that", "what is firing", "who am I"}},
  };
  return kTopics;
}

bool there(const Topic& topic, const Senses& senses) {
  if (topic.service.empty()) return true;
  for (const auto* service : senses.services)
    if (service->service() == topic.service) return service->configured();
  return false;
}

}  // namespace

Document help_for(const Person& person, const Policy& policy, const Senses& senses, const std::string& topic,
                  Time now) {
  Document d;
  d.title = "Ask in plain words; what changes something waits for a colleague's approval";
  const std::string wanted = lower_ascii(topic);
  for (const auto& t : topics()) {
    if (!there(t, senses) ||
        (!wanted.empty() && wanted.find(t.name) == std::string::npos && t.name.find(wanted) == std::string::npos))
      continue;
    Lines lines;
    for (const auto example : t.examples)
      lines.lines.push_back({.mark = "·", .label = {}, .text = std::string(example)});
    d.blocks.push_back(Paragraph{std::string(t.title)});
    d.blocks.push_back(std::move(lines));
  }
  if (d.blocks.empty()) return help_for(person, policy, senses, {}, now);
  std::vector<std::string> may;
  for (const Risk risk : {Risk::kTest, Risk::kChange, Risk::kSpend, Risk::kDelete, Risk::kAuth})
    if (policy.requirement(person, facts_of_risk(risk, {}, now)).possible) may.emplace_back(to_string(risk));
  d.footer = fmt::format(
      "You may ask for: questions{}{}. In a thread, “and for Stripe?” or “last 7 days instead” changes the question.",
      may.empty() ? "" : ", and plans of risk ", join(may, ", "));
  d.buttons.push_back(ask_button("Health", "health.check", Json::object(), "API health check", Tone::kGood));
  d.buttons.push_back(ask_button("Errors", "errors.report", Json::object(), "what's failing"));
  d.buttons.push_back(ask_button("Open plans", "plans.list", Json::object(), "what is waiting for approval"));
  d.buttons.push_back(ask_button("Who am I", "identity.show", Json::object(), "who am I"));
  return d;
}

}  // namespace apiops
