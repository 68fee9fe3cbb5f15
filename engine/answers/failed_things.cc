// messages.failed, calls.failed, payments.failed: the failures themselves, newest first, and how many were scanned to
// find them.
#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "engine/answers/answer.h"
#include "engine/base/text.h"

namespace apiops {

asio::awaitable<Answer> answer_failed_things(Question question, Senses& senses, Progress& progress);

namespace {

std::string code_of(const Failure& f) {
  return f.detail.empty() || f.detail == f.code || f.kind != "payments" ? f.code : f.code + " / " + f.detail;
}

Table table_of(const std::vector<Failure>& failures, const Question& question) {
  const bool payments = question.intent == "payments.failed";
  Table t{.columns = {{"When"}, {"Id"}, {"Status"}, {"Code"}}, .total_rows = failures.size()};
  if (payments)
    t.columns.push_back({"Amount", true});
  else
    t.columns.insert(t.columns.end(), {Column{"From"}, Column{"To"}});
  for (const auto& f : failures) {
    if (t.rows.size() == kTableRows) break;
    std::vector<Cell> row{{short_time(f.at, question.now, question.zone)}, {f.resource}, {f.status}, {code_of(f)}};
    if (payments)
      row.push_back({f.amount ? to_text(*f.amount) : ""});
    else
      row.push_back({spaced_number(f.from)}), row.push_back({spaced_number(f.to)});
    t.rows.push_back(std::move(row));
  }
  return t;
}

std::string by_code(const std::vector<Failure>& failures, const std::string& service, const ErrorCatalogue& errors) {
  std::map<std::string, long long> counts;
  for (const auto& f : failures) ++counts[code_of(f).empty() ? "no code" : code_of(f)];
  std::vector<std::pair<std::string, long long>> order(counts.begin(), counts.end());
  std::sort(order.begin(), order.end(), [](const auto& a, const auto& b) { return a.second > b.second; });
  std::vector<std::string> parts;
  for (const auto& [code, n] : order) {
    if (parts.size() == 5) break;
    const auto slash = code.find(" / ");
    const ErrorFacts facts = errors.explain(service, slash == std::string::npos ? code : code.substr(slash + 3));
    parts.push_back(fmt::format("{} × {}{}", with_thousands(n), code, facts.known ? " (" + facts.meaning + ")" : ""));
  }
  return join(parts, " · ");
}

// Amounts are added up for each currency on its own.
std::string sums(const std::vector<Failure>& failures) {
  std::map<std::string, Money> all;
  for (const auto& f : failures) {
    if (!f.amount) continue;
    auto [it, fresh] = all.try_emplace(f.amount->currency, *f.amount);
    if (!fresh) it->second = it->second + *f.amount;
  }
  std::vector<std::string> parts;
  for (const auto& [currency, sum] : all) parts.push_back(to_text(sum));
  return join(parts, ", ");
}

}  // namespace

asio::awaitable<Answer> answer_failed_things(Question question, Senses& senses, Progress&) {
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
  Gathered found = co_await gather(service, query);
  std::erase_if(found.failures, [&](const Failure& f) { return !period.period.contains(f.at) || f.kind != kind; });
  std::sort(found.failures.begin(), found.failures.end(),
            [](const Failure& a, const Failure& b) { return a.at > b.at; });
  Document d;
  const auto n = static_cast<long long>(found.failures.size());
  d.title = n == 0 ? fmt::format("No failed {} in the {}", kind,
                                 describe(period.period, period.name, question.now, question.zone))
                   : fmt::format("{} failed {}, {}", with_thousands(n), kind,
                                 describe(period.period, period.name, question.now, question.zone));
  d.tone = n == 0 ? Tone::kGood : Tone::kWarning;
  if (found.error) {  // what was not read may have failed, too
    d.title = n == 0 ? fmt::format("Failed {} could not be read", kind) : "At least " + d.title;
    d.tone = Tone::kBad;
  }
  if (found.error) d.blocks.push_back(Lines{{trouble_line(service.title(), *found.error)}});
  if (n > 0) {
    d.blocks.push_back(Paragraph{by_code(found.failures, std::string(service.service()), senses.errors)});
    if (const std::string money = sums(found.failures); !money.empty())
      d.blocks.push_back(Paragraph{"Together " + money + "."});
    d.blocks.push_back(table_of(found.failures, question));
  }
  d.footer = scanned_words(found.scanned, found.cut);
  for (const auto& note : found.notes) d.footer += " " + note;
  co_return Answer{std::move(d)};
}

}  // namespace apiops
