// errors.report: what fails, by code, ranked by severity and count, with the trend and the fixes that are operations.
#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "engine/answers/reading.h"
#include "engine/answers/side_by_side.h"
#include "engine/base/text.h"

namespace apiops {

asio::awaitable<Answer> answer_errors(Question question, Senses& senses, Progress& progress);

namespace {

constexpr std::size_t kTrendSteps = 12;
constexpr std::size_t kMaxRecommendations = 3;

struct Group {
  std::string service, code;
  ErrorFacts facts;
  long long count = 0;
  std::map<std::string, long long> subjects;
  std::vector<double> trend = std::vector<double>(kTrendSteps);
  Time first{};
};

struct Tally {
  std::map<std::pair<std::string, std::string>, Group> groups;
  std::map<std::string, long long> scanned;
  std::vector<std::string> notes;
  std::vector<Line> troubles;
  bool cut = false;
};

void count(Tally& tally, const Failure& f, const std::string& service, const ErrorCatalogue& errors,
           const Period& period) {
  const std::string code =
      f.detail.empty() || errors.explain(service, f.code, f.detail).code != f.detail ? f.code : f.detail;
  auto [it, fresh] = tally.groups.try_emplace({service, code});
  Group& g = it->second;
  if (fresh) {
    g.service = service;
    g.code = code.empty() ? "(none)" : code;
    g.facts = errors.explain(service, f.code, f.detail, f.http_status);
    g.first = f.at;
  }
  ++g.count;
  ++g.subjects[f.subject];
  g.first = std::min(g.first, f.at);
  const auto span = std::max<long long>(1, (period.to - period.from).count());
  const auto at = std::clamp<long long>((f.at - period.from).count(), 0, span - 1);
  g.trend[static_cast<std::size_t>(at * static_cast<long long>(kTrendSteps) / span)] += 1;
}

bool wanted(const Group& g, const Json& slots) {
  const std::string severity = get_string(slots, "severity"), category = get_string(slots, "category"),
                    code = get_string(slots, "code");
  return (severity.empty() || g.facts.severity == severity) && (category.empty() || g.facts.category == category) &&
         (code.empty() || g.code == code);
}

std::vector<const Group*> ranked(const Tally& tally, const Json& slots) {
  std::vector<const Group*> order;
  for (const auto& [key, group] : tally.groups)
    if (wanted(group, slots)) order.push_back(&group);
  std::sort(order.begin(), order.end(), [](const Group* a, const Group* b) {
    return std::make_tuple(severity_rank(a->facts.severity), -a->count) <
           std::make_tuple(severity_rank(b->facts.severity), -b->count);
  });
  return order;
}

Tone tone_of(const std::string& severity) {
  return severity == "critical" ? Tone::kBad : severity == "warning" ? Tone::kWarning : Tone::kMuted;
}

std::string fix_of(const Group& g) {
  std::string fix = g.facts.next.empty() ? g.facts.meaning : g.facts.next;
  if (g.subjects.size() == 1 && !g.subjects.begin()->first.empty())
    fix = spaced_number(g.subjects.begin()->first) + ": " + fix;
  return fix;
}

std::string title_among(const std::vector<ServiceAdapter*>& services, std::string_view name) {
  for (const ServiceAdapter* service : services)
    if (service->service() == name) return std::string(service->title());
  return std::string(name);
}

Table table_of(const std::vector<const Group*>& groups, const std::vector<ServiceAdapter*>& services) {
  Table t;
  const bool several_services = services.size() > 1;
  if (several_services) t.columns.push_back({"Service"});
  for (const Column& c :
       {Column{"Code"}, Column{"Category"}, Column{"Count", true}, Column{"Severity"}, Column{"Suggested fix"}})
    t.columns.push_back(c);
  t.total_rows = groups.size();
  for (const Group* g : groups) {
    if (t.rows.size() == kTableRows) break;
    std::vector<Cell> row;
    if (several_services) row.push_back({title_among(services, g->service)});
    row.push_back({g->code});
    row.push_back({g->facts.category + (g->facts.kind.empty() ? "" : " (" + g->facts.kind + ")")});
    row.push_back({with_thousands(g->count)});
    row.push_back({g->facts.severity, tone_of(g->facts.severity)});
    row.push_back({fix_of(*g)});
    t.rows.push_back(std::move(row));
  }
  return t;
}

// Numbered recommendations: the fixes that are operations first get a button.
void recommend(Document& d, const std::vector<const Group*>& groups) {
  std::string text;
  std::size_t n = 0;
  for (const Group* g : groups) {
    if (n == kMaxRecommendations) break;
    text += fmt::format("{}{}. {} ({}): {}", n ? "\n" : "", n + 1, g->code, count_of(g->count, "time"), fix_of(*g));
    ++n;
    if (g->facts.remedy == "twilio.webhook.fix" || g->facts.remedy == "twilio.number.configure") {
      Json slots = Json::object();
      if (g->subjects.size() == 1 && !g->subjects.begin()->first.empty()) slots["number"] = g->subjects.begin()->first;
      d.buttons.push_back(ask_button("Fix the webhook", "twilio.webhook.fix", slots, "fix the webhooks", Tone::kGood));
    } else if (g->facts.remedy == "stripe.webhook.enable" && g->subjects.size() == 1) {
      d.buttons.push_back(ask_button("Enable the endpoint", "stripe.webhook.enable",
                                     Json{{"endpoint", g->subjects.begin()->first}}, "enable the endpoint",
                                     Tone::kGood));
    }
  }
  if (!text.empty()) d.blocks.push_back(Paragraph{text});
}

Document drawn(const Question& question, const std::vector<ServiceAdapter*>& services, const Tally& tally,
               const NamedPeriod& period, bool working) {
  const auto groups = ranked(tally, question.slots);
  Document d;
  std::vector<std::string> titles;
  for (const ServiceAdapter* s : services) titles.emplace_back(s->title());
  const bool unread = !working && groups.empty() && !tally.troubles.empty() && tally.scanned.empty();
  d.title = fmt::format("{} errors{}, {}", join(titles, ", "), unread ? " could not be read" : "",
                        describe(period.period, period.name, question.now, question.zone));
  d.working = working;
  long long total = 0;
  for (const Group* g : groups) total += g->count;
  // What was not read may have failed, too.
  const bool sure = tally.troubles.empty() && !tally.cut;
  if (!unread) d.aside = (sure || working ? "" : "at least ") + count_of(total, "failure");
  if (!tally.troubles.empty()) d.blocks.push_back(Lines{tally.troubles});
  if (groups.empty()) {
    if (!working) d.tone = unread ? Tone::kBad : sure ? Tone::kGood : Tone::kWarning;
    if (working)
      d.blocks.push_back(Paragraph{"Reading.", Tone::kMuted});
    else if (!unread)
      d.blocks.push_back(
          Paragraph{sure ? "Nothing failed." : "Nothing failed in what was read; the rest is not known."});
  } else {
    d.tone = tone_of(groups.front()->facts.severity);
    d.blocks.push_back(table_of(groups, services));
    const Group& worst = *groups.front();
    const auto peak = std::max_element(worst.trend.begin(), worst.trend.end());
    std::vector<std::string> labels;
    for (std::size_t i = 0; i < kTrendSteps; ++i)
      labels.push_back(short_time(period.period.from + (period.period.to - period.period.from) * static_cast<int>(i) /
                                                           static_cast<int>(kTrendSteps),
                                  question.now, question.zone));
    d.blocks.push_back(Chart{.title = worst.code,
                             .unit = "failures",
                             .labels = labels,
                             .values = worst.trend,
                             .note = fmt::format("{} was first seen in this period at {}; the most at {}.", worst.code,
                                                 short_time(worst.first, question.now, question.zone),
                                                 labels[static_cast<std::size_t>(peak - worst.trend.begin())])});
    if (!working) recommend(d, groups);
  }
  d.footer = scanned_words(tally.scanned, tally.cut);
  for (const auto& note : tally.notes) d.footer += " " + note;
  if (!working && !groups.empty() && get_string(question.slots, "severity").empty()) {
    Json slots = question.slots.is_object() ? question.slots : Json::object();
    slots["severity"] = "critical";
    d.buttons.push_back(ask_button("Only critical", "errors.report", slots, "only critical"));
  }
  return d;
}

// Counts one service's failures as they come.
asio::awaitable<Result<ReadingEnd>> read_into(Tally& tally, ServiceAdapter& service, FailureQuery query,
                                              const ErrorCatalogue& errors, ReadingWatch& watch) {
  const std::string name(service.service());
  const Period period = query.period;
  co_return co_await read_failures(service, std::move(query), watch, [&tally, &errors, name, period](const Failure& f) {
    if (period.contains(f.at)) count(tally, f, name, errors, period);
  });
}

}  // namespace

asio::awaitable<Answer> answer_errors(Question question, Senses& senses, Progress& progress) {
  const auto services = services_asked(question, senses);
  if (services.empty())
    co_return Answer{sentence("No service is set up: no credentials were found. `apiops doctor` says what is missing.",
                              Tone::kWarning)};
  const NamedPeriod period = period_asked(question);
  FailureQuery query{.period = period.period, .resource = get_string(question.slots, "resource")};
  Tally tally;
  ReadingWatch watch(progress, senses.clock, describe(period.period, period.name, question.now, question.zone),
                     [&] { return drawn(question, services, tally, period, true); });
  SideBySide<ReadingEnd> readings(co_await asio::this_coro::executor, services,
                                  [&](ServiceAdapter& s) { return read_into(tally, s, query, senses.errors, watch); });
  for (std::size_t i = 0; i < services.size(); ++i) {
    auto [index, end] = co_await readings.next();
    if (!end) end = ReadingEnd{.error = end.error()};
    for (const auto& [kind, n] : end->scanned) tally.scanned[kind] += n;
    tally.notes.insert(tally.notes.end(), end->notes.begin(), end->notes.end());
    tally.cut = tally.cut || end->cut;
    if (end->error) tally.troubles.push_back(trouble_line(services[index]->title(), *end->error));
    if (i + 1 < services.size()) co_await progress.show(drawn(question, services, tally, period, true));
  }
  co_return Answer{drawn(question, services, tally, period, false)};
}

}  // namespace apiops
