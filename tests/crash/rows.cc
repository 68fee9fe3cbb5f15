#include "tests/crash/rows.h"

#include <map>
#include <nlohmann/json.hpp>

namespace apiops::crash {

namespace {

const std::string kOne = "buy a phone number in 415 with sms", kFive = "buy 5 phone numbers in 415 with sms",
                  kFiveElsewhere = "buy 5 phone numbers in 646";  // one town has not enough for all runs

// Row 48: at each step of five, before and after its effect.
std::vector<Script> in_the_middle_of_five_steps() {
  std::vector<Script> scripts;
  for (int step = 1; step <= 5; ++step)
    for (const char* point : {"executor.intended", "executor.sending", "http.sent", "executor.recorded"})
      scripts.push_back({.ask = scripts.size() % 2 == 0 ? kFive : kFiveElsewhere, .deaths = {{point, step}}});
  return scripts;
}

std::vector<Script> dying_at(const std::string& point, int times, Json trouble = Json::object()) {
  std::vector<Script> scripts;
  for (int i = 0; i < times; ++i)
    scripts.push_back({.ask = kOne,
                       .deaths = {{point, 1}},
                       .trouble = trouble,
                       .double_click = i % 2 == 1,
                       .redelivered = i % 3 == 1,
                       .decide_unknown = true});
  return scripts;
}

// Row 49: while the head of the audit trail is written: as a life begins, after the ask that it heard was handled, and
// both, one life after the other.
std::vector<Script> writing_the_head() {
  std::vector<Script> scripts;
  for (const char* point : {"heads.before_publish", "heads.published"})
    for (const std::vector<Death>& deaths :
         {std::vector<Death>{{point, 1}}, {{point, 2}}, {{point, 1}, {point, 2}}, {{point, 2}, {point, 1}}})
      scripts.push_back({.ask = kOne, .deaths = deaths, .decide_unknown = true});
  return scripts;
}

// Row 46: it dies with the order marked as sent, and from then on nothing can be read: for an hour it looks, then a
// person says.
std::vector<Script> unreadable_after_dying() {
  std::vector<Script> scripts = dying_at("executor.sending", 2);
  for (auto& script : scripts)
    script.after_death = {{"kind", "503"}, {"path_regex", "IncomingPhoneNumbers"}, {"count", -1}};
  return scripts;
}

// Row 52: it is suspended before and after it marked the attempt as sent; another one ends the plan; then it goes on.
std::vector<Script> suspended() {
  std::vector<Script> scripts;
  for (const char* point : {"executor.intended", "executor.sending"})
    scripts.push_back({.ask = kOne, .deaths = {{point, 1, true}}, .goes_on = true});
  return scripts;
}

const std::map<int, std::vector<Script>>& rows() {
  static const Json kNotReached = {{"kind", "drop"}, {"path_regex", "^POST"}, {"count", 1}};
  static const std::map<int, std::vector<Script>> kRows = {{39, dying_at("planner.proposed", 4)},
                                                           {40, dying_at("outbox.delivered", 4)},
                                                           {41, dying_at("approvals.before_vote", 4)},
                                                           {42, dying_at("approvals.voted", 4)},
                                                           {43, dying_at("executor.intended", 4)},
                                                           {44, dying_at("http.sent", 12)},
                                                           {45, dying_at("executor.sent", 4, kNotReached)},
                                                           {46, unreadable_after_dying()},
                                                           {47, dying_at("executor.recorded", 4)},
                                                           {48, in_the_middle_of_five_steps()},
                                                           {49, writing_the_head()},
                                                           {52, suspended()}};
  return kRows;
}

}  // namespace

Script script_of_row(int row, std::size_t n) {
  const auto found = rows().find(row);
  if (found == rows().end() || n >= found->second.size()) return {};
  return found->second[n];
}

}  // namespace apiops::crash
