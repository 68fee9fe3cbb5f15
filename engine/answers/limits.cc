// limits.report and balance.show: what is left.
#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "engine/answers/answer.h"
#include "engine/base/text.h"

namespace apiops {

asio::awaitable<Answer> answer_limits(Question question, Senses& senses, Progress& progress);
asio::awaitable<Answer> answer_balance(Question question, Senses& senses, Progress& progress);

namespace {

constexpr long long kLowHeadroom = 20;  // per cent left that is worth a warning

std::optional<long long> headroom(const LimitState& limit) {
  if (!limit.limit || !limit.left || *limit.limit <= 0) return std::nullopt;
  return *limit.left * 100 / *limit.limit;
}

std::vector<Cell> row_of(const std::string& service, const LimitState& limit) {
  const auto percent = headroom(limit);
  const auto number = [](const std::optional<long long>& n) { return n ? with_thousands(*n) : std::string("unknown"); };
  return {
      {service},
      {limit.resource},
      {limit.scope},
      {limit.unit},
      {number(limit.limit)},
      {limit.limit && limit.left ? with_thousands(*limit.limit - *limit.left) : "unknown"},
      {number(limit.left)},
      {percent ? fmt::format("{} %", *percent) : "", percent && *percent < kLowHeadroom ? Tone::kBad : Tone::kPlain},
      {limit.reset ? human_duration(*limit.reset) : ""},
      {limit.source}};
}

}  // namespace

asio::awaitable<Answer> answer_limits(Question question, Senses& senses, Progress&) {
  Table t{.columns = {{"Service"},
                      {"Resource"},
                      {"Scope"},
                      {"Unit"},
                      {"Limit", true},
                      {"Used", true},
                      {"Left", true},
                      {"Headroom", true},
                      {"Full again in"},
                      {"Known from"}}};
  std::vector<Line> troubles;
  long long low = 0;
  for (ServiceAdapter* service : services_asked(question, senses)) {
    auto limits = co_await service->limits(get_string(question.slots, "model"));
    if (!limits) {
      troubles.push_back(trouble_line(service->title(), limits.error()));
      continue;
    }
    for (const auto& limit : *limits) {
      if (const auto percent = headroom(limit); percent && *percent < kLowHeadroom) ++low;
      t.rows.push_back(row_of(std::string(service->title()), limit));
    }
  }
  t.total_rows = t.rows.size();
  Document d;
  d.title = t.rows.empty() ? "No limit could be read"
            : low          ? fmt::format("{} nearly used up", count_of(low, "limit is", "limits are"))
                           : "No limit is near in what could be read";
  d.tone = t.rows.empty() || low ? Tone::kWarning : Tone::kGood;
  if (!troubles.empty()) d.blocks.push_back(Lines{troubles});
  if (!t.rows.empty()) d.blocks.push_back(std::move(t));
  co_return Answer{std::move(d)};
}

asio::awaitable<Answer> answer_balance(Question question, Senses& senses, Progress&) {
  Lines lines;
  for (ServiceAdapter* service : services_asked(question, senses)) {
    auto balances = co_await service->balance();
    if (!balances) {
      lines.lines.push_back(trouble_line(service->title(), balances.error()));
      continue;
    }
    for (const auto& b : *balances) {
      Line line{.tone = Tone::kGood, .mark = "✓", .label = std::string(service->title()), .text = to_text(b.available)};
      if (b.pending) line.text += " · pending " + to_text(*b.pending);
      if (b.spent_a_day && b.spent_a_day->micros > 0)
        line.text +=
            fmt::format(" · about {} at this rate",
                        count_of(std::max<std::int64_t>(0, b.available.micros) / b.spent_a_day->micros, "day"));
      if (b.available.micros < 0) line.tone = Tone::kBad, line.mark = "✗";
      if (!b.note.empty()) line.text += " · " + b.note;
      lines.lines.push_back(std::move(line));
    }
  }
  Document d;
  d.title = "Balances";
  d.blocks.push_back(std::move(lines));
  co_return Answer{std::move(d)};
}

}  // namespace apiops
