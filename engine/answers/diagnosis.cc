// failures.diagnose: verdict, evidence, likely cause, one proposed plan.
#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "engine/answers/answer.h"
#include "engine/answers/side_by_side.h"
#include "engine/base/text.h"

namespace apiops {

asio::awaitable<Answer> answer_diagnosis(Question question, Senses& senses, Progress& progress);

namespace {

// A kind belongs to one service only, so the others need not be asked.
std::string_view service_of_kind(std::string_view kind) {
  if (kind == "calls" || kind == "messages" || kind == "numbers") return "twilio";
  if (kind == "payments") return "stripe";
  return {};
}

// What the catalogue knows of the code: its meaning, who must act, what next.
std::string code_words(const std::string& service, const std::string& code, const ErrorCatalogue& errors) {
  const ErrorFacts facts = errors.explain(service, code);
  if (!facts.known) return {};
  std::string words = fmt::format("{}: {}", code, facts.meaning);
  if (!words.ends_with('.')) words += ".";
  if (!facts.next.empty()) words += " " + facts.next + (facts.next.ends_with('.') ? "" : ".");
  return words;
}

Lines timeline_of(const Diagnosis& found, const Question& question) {
  Lines lines;
  for (const Moment& moment : found.timeline)
    lines.lines.push_back({.tone = moment.tone,
                           .mark = moment.tone == Tone::kBad ? "✗" : "·",
                           .label = short_time(moment.at, question.now, question.zone),
                           .text = moment.what});
  return lines;
}

Document drawn(const Diagnosis& found, const std::string& service, const Question& question,
               const ErrorCatalogue& errors) {
  Document d;
  d.title = found.verdict;
  d.tone = found.tone;
  if (!found.timeline.empty()) d.blocks.push_back(timeline_of(found, question));
  Lines evidence;
  for (const auto& line : found.evidence) evidence.lines.push_back({.mark = "·", .text = line});
  if (!evidence.lines.empty()) d.blocks.push_back(std::move(evidence));
  if (found.trend) d.blocks.push_back(*found.trend);
  if (const std::string words = code_words(service, found.code, errors); !words.empty())
    d.blocks.push_back(Paragraph{words});
  if (!found.cause.empty()) d.blocks.push_back(Paragraph{"Probably " + found.cause});
  if (!found.remedy_text.empty()) d.blocks.push_back(Paragraph{found.remedy_text});
  if (!found.next.empty()) d.blocks.push_back(Paragraph{found.next});
  if (found.remedy) d.buttons.push_back({.label = "See the plan", .tone = Tone::kGood, .action = *found.remedy});
  return d;
}

// Several services: one document, the worst first in the title.
Document merged(std::vector<std::pair<std::string, Document>> parts) {
  if (parts.size() == 1) return std::move(parts.front().second);
  Document all;
  all.tone = Tone::kGood;
  for (auto& [title, part] : parts) {
    const bool worse = static_cast<int>(part.tone) > static_cast<int>(all.tone) && part.tone != Tone::kMuted;
    if (all.title.empty() || worse) all.title = part.title, all.tone = part.tone;
    all.blocks.push_back(Paragraph{title + ": " + part.title, part.tone});
    all.blocks.insert(all.blocks.end(), part.blocks.begin(), part.blocks.end());
    for (auto& button : part.buttons) all.buttons.push_back(std::move(button));
  }
  return all;
}

}  // namespace

asio::awaitable<Answer> answer_diagnosis(Question question, Senses& senses, Progress& progress) {
  DiagnosisQuery query{.kind = get_string(question.slots, "kind"),
                       .resource = get_string(question.slots, "resource"),
                       .period = period_asked(question).period};
  if (get_string(question.slots, "service").empty())
    if (const auto owner = service_of_kind(query.kind); !owner.empty()) question.slots["service"] = owner;
  const auto services = services_asked(question, senses);
  if (services.empty())
    co_return Answer{
        sentence("No service is set up for that: its credentials were not found. `apiops doctor` says what is missing.",
                 Tone::kWarning)};
  Document reading = sentence("Looking for the cause");
  reading.working = true;
  co_await progress.show(reading);
  SideBySide<Diagnosis> readings(co_await asio::this_coro::executor, services,
                                 [&query](ServiceAdapter& s) { return s.diagnose(query); });
  std::vector<std::pair<std::string, Document>> parts, without;  // without: it has no such resource
  for (std::size_t i = 0; i < services.size(); ++i) {
    auto [index, found] = co_await readings.next();
    const std::string title(services[index]->title());
    if (found)
      parts.emplace_back(title, drawn(*found, std::string(services[index]->service()), question, senses.errors));
    else if (found.error().kind != ErrorKind::kUnsupported || services.size() == 1)
      (found.error().kind == ErrorKind::kNotFound ? without : parts)
          .emplace_back(title, sentence(trouble_line(title, found.error()).text, Tone::kBad));
  }
  if (parts.empty()) parts = std::move(without);
  if (parts.empty())
    co_return Answer{sentence(
        "None of the services can tell why. Name the service and what fails, for example “why are calls failing”.")};
  co_return Answer{merged(std::move(parts)), Json{{"resource", query.resource}}};
}

}  // namespace apiops
