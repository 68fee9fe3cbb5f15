// errors.explain: what a code means, whether it is critical, who must act, what to do next.
#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "engine/answers/answer.h"
#include "engine/base/text.h"

namespace apiops {

asio::awaitable<Answer> answer_explain(Question question, Senses& senses, Progress& progress);

namespace {

constexpr std::size_t kCodesExplained = 5;  // of one question

std::string who(const std::string& actor) {
  if (actor == "us") return "us: our code or our request";
  if (actor == "operator") return "an operator, in the service's console";
  if (actor == "recipient") return "the recipient or customer";
  if (actor == "nobody") return "nobody";
  return actor;
}

std::string again(const std::string& retry) {
  if (retry == "later") return "later, it may work then";
  if (retry == "never") return "no";
  return retry == "after_fix" ? "after the cause is mended" : retry;
}

Tone tone_of(const ErrorFacts& f) {
  if (f.severity == "critical") return Tone::kBad;
  return f.severity == "warning" ? Tone::kWarning : Tone::kPlain;
}

void add(Document& d, const ErrorFacts& f, const std::string& service_title, bool name_code) {
  Fields fields;
  const auto field = [&](std::string name, std::string value, Tone tone = Tone::kPlain) {
    if (!value.empty()) fields.fields.push_back({.name = std::move(name), .value = std::move(value), .tone = tone});
  };
  if (name_code) field("Code", f.code);
  field("Service", service_title);
  field("Meaning", f.meaning);
  field("Category", f.category + (f.kind.empty() ? "" : " (" + f.kind + ")"));
  field("Severity", f.severity, tone_of(f));
  field("Who must act", who(f.actor));
  field("Try again", again(f.retry));
  field("Next step", f.next);
  d.blocks.push_back(std::move(fields));
  if (!f.link.empty()) d.buttons.push_back({.label = "Documentation", .action = {"link", Json{{"url", f.link}}}});
  if (f.remedy == "twilio.webhook.fix")
    d.buttons.push_back(ask_button("Fix the webhooks", f.remedy, Json::object(), "fix the webhooks"));
  else if (!f.remedy.empty())
    d.footer = "An operation can mend it: " + f.remedy + ". Ask for it in words.";
}

}  // namespace

asio::awaitable<Answer> answer_explain(Question question, Senses& senses, Progress&) {
  const std::string service = get_string(question.slots, "service");
  std::vector<std::string> codes = slot_values(question, "code");
  const std::size_t asked = codes.size();
  codes.resize(std::min(asked, kCodesExplained));
  if (codes.empty())
    co_return Answer{sentence("Which code? Write it as the service shows it, for example “what does 30007 mean”.")};
  std::vector<ErrorFacts> all;
  std::vector<std::string> unknown;
  for (const std::string& code : codes) {
    std::vector<ErrorFacts> found = senses.errors.find(code);
    if (!service.empty()) found = {senses.errors.explain(service, code)};
    if (found.empty()) unknown.push_back("“" + code + "”");
    std::ranges::move(found, std::back_inserter(all));
  }
  const std::string not_found =
      unknown.empty() ? ""
                      : join(unknown, ", ") + (unknown.size() == 1 ? " is" : " are") +
                            " in none of the catalogues (Twilio, OpenAI, Stripe). Name the service, or look it up in "
                            "its documentation.";
  if (all.empty()) co_return Answer{sentence(not_found, Tone::kWarning)};
  Document d;
  d.title = all.front().code + ": " + all.front().meaning;
  d.tone = tone_of(all.front());
  for (const auto& facts : all) add(d, facts, title_of(senses, facts.service), codes.size() > 1);
  if (!not_found.empty()) d.blocks.push_back(Paragraph{.text = not_found, .tone = Tone::kWarning});
  if (asked > codes.size())
    d.blocks.push_back(Paragraph{
        .text = fmt::format("These are the first {} of {} codes; ask for the others in a message of their own.",
                            codes.size(), asked),
        .tone = Tone::kMuted});
  co_return Answer{std::move(d)};
}

}  // namespace apiops
