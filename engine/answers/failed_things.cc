// messages.failed, calls.failed, payments.failed: counted by code, the newest of them, and how many were scanned to
// find them. All are counted, only the newest are kept.
#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "engine/answers/reading.h"
#include "engine/base/text.h"

namespace apiops {

asio::awaitable<Answer> answer_failed_things(Question question, Senses& senses, Progress& progress);

namespace {

constexpr std::size_t kMaxCodes = 20;

std::string code_of(const Failure& f) {
  if (f.code.empty() && f.kind == "calls") return f.status;  // busy and no-answer are no errors: they have no code
  return f.detail.empty() || f.detail == f.code || f.kind != "payments" ? f.code : f.code + " / " + f.detail;
}

Table table_of(const std::vector<Failure>& failures, long long all, const Question& question) {
  const bool payments = question.intent == "payments.failed";
  Table t{.columns = {{"When"}, {"Id"}, {"Status"}, {"Code"}}, .total_rows = static_cast<std::size_t>(all)};
  if (payments)
    t.columns.push_back({"Amount", true});
  else
    t.columns.insert(t.columns.end(), {Column{"From"}, Column{"To"}});
  for (const auto& f : failures) {
    if (t.rows.size() == kTableRows) break;
    std::vector<Cell> row{time_cell(f.at, question.now, question.zone), {f.resource}, {f.status}, {code_of(f)}};
    if (payments)
      row.push_back({f.amount ? to_text(*f.amount) : ""});
    else
      row.push_back({spaced_number(f.from)}), row.push_back({spaced_number(f.to)});
    t.rows.push_back(std::move(row));
  }
  return t;
}

struct Tally {
  std::map<std::string, long long> by_code;
  std::map<std::string, Money> sums;  // amounts are added up for each currency on its own
  std::vector<Failure> newest;        // kTableRows of them, or somewhat more while it is counted
  long long all = 0;

  void add(Failure f) {
    ++all;
    ++by_code[code_of(f)];
    if (f.amount) {
      const auto [sum, fresh] = sums.try_emplace(f.amount->currency, *f.amount);
      if (!fresh) sum->second = sum->second + *f.amount;
    }
    newest.push_back(std::move(f));
    if (newest.size() >= 4 * kTableRows) keep_newest();
  }
  void keep_newest() {
    std::sort(newest.begin(), newest.end(), [](const Failure& a, const Failure& b) { return a.at > b.at; });
    if (newest.size() > kTableRows) newest.resize(kTableRows);
  }
};

Table codes_of(const Tally& tally, const std::string& service, const ErrorCatalogue& errors) {
  std::vector<std::pair<std::string, long long>> order(tally.by_code.begin(), tally.by_code.end());
  std::sort(order.begin(), order.end(),
            [](const auto& a, const auto& b) { return std::tie(b.second, a.first) < std::tie(a.second, b.first); });
  Table t{.columns = {{"Code"}, {"Count", true}, {"Meaning"}, {"Next"}}, .total_rows = order.size()};
  for (const auto& [code, n] : order) {
    if (t.rows.size() == kMaxCodes) break;
    const auto slash = code.find(" / ");
    const ErrorFacts facts = errors.explain(service, slash == std::string::npos ? code : code.substr(slash + 3));
    t.rows.push_back({{code.empty() ? "no code" : code},
                      {with_thousands(n)},
                      {facts.known ? facts.meaning : ""},
                      {facts.known ? facts.next : ""}});
  }
  return t;
}

// What is shown while it is read is small: it is drawn and stored every few seconds.
Document counted(const Tally& tally, const std::string& service, const ErrorCatalogue& errors) {
  Document d;
  d.tone = tally.all == 0 ? Tone::kGood : Tone::kWarning;
  if (tally.all != 0) d.blocks.push_back(codes_of(tally, service, errors));
  return d;
}

Document drawn(Tally& tally, const Question& question, const std::string& service, const ErrorCatalogue& errors) {
  Document d = counted(tally, service, errors);
  if (tally.all == 0) return d;
  tally.keep_newest();
  if (!tally.sums.empty()) {
    std::vector<std::string> parts;
    for (const auto& [currency, sum] : tally.sums) parts.push_back(to_text(sum));
    d.blocks.push_back(Paragraph{"Together " + join(parts, ", ") + "."});
  }
  if (tally.all > static_cast<long long>(kTableRows))
    d.blocks.push_back(Paragraph{fmt::format("The newest {} of them:", kTableRows), Tone::kMuted});
  d.blocks.push_back(table_of(tally.newest, tally.all, question));
  return d;
}

std::string title_of(const Tally& tally, const ReadingEnd& end, const std::string& kind, const std::string& period) {
  if (end.error && tally.all == 0) return fmt::format("Failed {} could not be read", kind);
  const bool sure = !end.error && !end.cut;  // what was not read may have failed, too
  if (tally.all == 0)
    return sure ? fmt::format("No failed {}, {}", kind, period)
                : fmt::format("No failed {} in what was read, {}", kind, period);
  return fmt::format("{}{} failed {}, {}", sure ? "" : "At least ", with_thousands(tally.all), kind, period);
}

}  // namespace

asio::awaitable<Answer> answer_failed_things(Question question, Senses& senses, Progress& progress) {
  const std::string kind = question.intent.substr(0, question.intent.find('.'));
  question.slots["service"] = kind == "payments" ? "stripe" : "twilio";
  const auto services = services_asked(question, senses);
  if (services.empty() || !services.front()->configured())
    co_return Answer{
        sentence("The service that could tell is not set up: its credentials were not found. `apiops doctor` says what "
                 "is missing.",
                 Tone::kWarning)};
  const NamedPeriod period = period_asked(question);
  ServiceAdapter& service = *services.front();
  FailureQuery query{.period = period.period,
                     .kinds = {kind},
                     .to = get_string(question.slots, "to"),
                     .from = get_string(question.slots, "from"),
                     .customer = get_string(question.slots, "customer"),
                     .code = get_string(question.slots, "code")};
  const std::string name(service.service()), shown = describe(period.period, period.name, question.now, question.zone);
  Tally tally;
  const auto so_far = [&] {
    Document d = counted(tally, name, senses.errors);
    d.title = fmt::format("Reading: {} failed {} so far", with_thousands(tally.all), kind);
    return d;
  };
  ReadingWatch watch(progress, senses.clock, shown, so_far);
  const ReadingEnd end = co_await read_failures(service, std::move(query), watch, [&](Failure f) {
    if (period.period.contains(f.at) && f.kind == kind) tally.add(std::move(f));
  });
  Document d = drawn(tally, question, name, senses.errors);
  d.title = title_of(tally, end, kind, shown);
  if (end.cut) d.tone = Tone::kWarning;
  if (end.error) {
    d.tone = Tone::kBad;
    d.blocks.insert(d.blocks.begin(), Lines{{trouble_line(service.title(), *end.error)}});
  }
  d.footer = scanned_words(end.scanned, end.cut);
  for (const auto& note : end.notes) d.footer += " " + note;
  co_return Answer{std::move(d)};
}

}  // namespace apiops
