// config.audit: findings with severity, resource, why it matters, and what mends them.
#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "engine/answers/answer.h"
#include "engine/answers/side_by_side.h"
#include "engine/base/text.h"

namespace apiops {

asio::awaitable<Answer> answer_configuration(Question question, Senses& senses, Progress& progress);

namespace {

Table table_of(const std::vector<std::pair<std::string, Finding>>& findings) {
  Table t{.columns = {{"Service"}, {"Severity"}, {"Resource"}, {"Finding"}, {"Why it matters"}, {"Fix"}},
          .total_rows = findings.size()};
  for (const auto& [service, f] : findings) {
    std::vector<Cell> row{{service},
                          {f.severity, f.severity == "critical"  ? Tone::kBad
                                       : f.severity == "warning" ? Tone::kWarning
                                                                 : Tone::kMuted},
                          {spaced_number(f.resource)},
                          {f.what},
                          {f.why},
                          {f.fix}};
    if (f.remedy) {
      row.back().button = t.buttons.size();
      t.buttons.push_back({.label = "Fix", .action = *f.remedy});
    }
    t.rows.push_back(std::move(row));
  }
  return t;
}

}  // namespace

asio::awaitable<Answer> answer_configuration(Question question, Senses& senses, Progress& progress) {
  const auto services = services_asked(question, senses);
  if (services.empty())
    co_return Answer{sentence("No service is set up: no credentials were found. `apiops doctor` says what is missing.",
                              Tone::kWarning)};
  const std::string kind = get_string(question.slots, "kind");
  SideBySide<std::vector<Finding>> readings(co_await asio::this_coro::executor, services,
                                            [&kind](ServiceAdapter& s) { return s.audit_configuration(kind); });
  std::vector<std::pair<std::string, Finding>> all;
  std::vector<Line> troubles;
  for (std::size_t i = 0; i < services.size(); ++i) {
    auto [index, findings] = co_await readings.next();
    const std::string title(services[index]->title());
    if (!findings)
      troubles.push_back(trouble_line(title, findings.error()));
    else
      for (auto& f : *findings) all.emplace_back(title, std::move(f));
  }
  std::sort(all.begin(), all.end(), [](const auto& a, const auto& b) {
    return std::make_tuple(severity_rank(a.second.severity), a.first, a.second.resource) <
           std::make_tuple(severity_rank(b.second.severity), b.first, b.second.resource);
  });
  const auto critical =
      std::count_if(all.begin(), all.end(), [](const auto& f) { return f.second.severity == "critical"; });
  Document d;
  d.title = all.empty() ? "The configuration has no finding in what was checked"
                        : fmt::format("{} in the configuration, {} critical",
                                      count_of(static_cast<long long>(all.size()), "finding"), critical);
  d.tone = critical ? Tone::kBad : all.empty() ? Tone::kGood : Tone::kWarning;
  if (!troubles.empty()) d.blocks.push_back(Lines{troubles});
  if (!all.empty()) d.blocks.push_back(table_of(all));
  co_return Answer{std::move(d)};
}

}  // namespace apiops
