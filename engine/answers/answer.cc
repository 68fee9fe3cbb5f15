#include "engine/answers/answer.h"

#include <fmt/format.h>

#include <algorithm>

#include "engine/base/text.h"

namespace apiops {

std::vector<std::string> slot_values(const Question& question, std::string_view slot) {
  std::vector<std::string> values;
  if (const std::string one = get_string(question.slots, slot); !one.empty()) values.push_back(one);
  for (const Json& one : get_array(question.slots, slot))
    if (one.is_string()) values.push_back(one.get<std::string>());
  return values;
}

std::vector<ServiceAdapter*> services_asked(const Question& question, const Senses& senses) {
  const std::vector<std::string> named = slot_values(question, "service");
  std::vector<ServiceAdapter*> asked;
  for (ServiceAdapter* service : senses.services) {
    const bool wanted = named.empty() ? service->configured()
                                      : std::find(named.begin(), named.end(), service->service()) != named.end();
    if (wanted) asked.push_back(service);
  }
  return asked;
}

std::string title_of(const Senses& senses, std::string_view service) {
  for (const ServiceAdapter* adapter : senses.services)
    if (adapter->service() == service) return std::string(adapter->title());
  return std::string(service);
}

NamedPeriod period_asked(const Question& question) {
  return resolve_period(get_object(question.slots, "period"), question.now, question.zone);
}

Line trouble_line(std::string_view service_title, const Error& error) {
  Line line{.tone = Tone::kBad, .mark = "✗", .label = std::string(service_title), .text = error.what};
  if (error.kind == ErrorKind::kUnsupported) line.tone = Tone::kMuted, line.mark = "–";
  if (error.kind == ErrorKind::kUnauthorized) line.text += " Check its credentials with `apiops doctor`.";
  if (error.kind == ErrorKind::kRateLimited)
    line.text +=
        error.retry_after ? " It asked to wait " + human_duration(*error.retry_after) + "." : " Try again in a minute.";
  if (error.kind == ErrorKind::kTransient)
    line.text += " Your credentials are probably not the cause. Try again in a minute.";
  return line;
}

Document sentence(std::string text, Tone tone) {
  Document d;
  d.title = std::move(text);
  d.tone = tone;
  return d;
}

Button ask_button(std::string label, std::string intent, Json slots, std::string text, Tone tone) {
  return {
      .label = std::move(label),
      .tone = tone,
      .action = {"ask", Json{{"intent", std::move(intent)}, {"slots", std::move(slots)}, {"text", std::move(text)}}}};
}

std::string scanned_words(const std::map<std::string, long long>& scanned, bool cut) {
  if (scanned.empty()) return "Nothing was read.";
  const bool none = std::all_of(scanned.begin(), scanned.end(), [](const auto& kind) { return kind.second == 0; });
  std::vector<std::string> parts;
  for (const auto& [kinds, n] : scanned) {
    if (n == 0 && !none) continue;
    const std::string_view one(kinds.data(), kinds.size() - (kinds.ends_with("ches") ? 2
                                                             : kinds.ends_with('s')  ? 1
                                                                                     : 0));
    parts.push_back(count_of(n, one, kinds));
  }
  return fmt::format("Scanned {}{}.", join(parts, ", "),
                     cut ? " and stopped at the bound of this reading: there may be more" : "");
}

}  // namespace apiops
