// apiops plans list|show|approve|reject|undo
#include <fmt/format.h>

#include <iostream>

#include "bot/command_line.h"
#include "bot/misuse.h"

namespace apiops {

namespace {

long long number = 0;
std::string reason, code, outcome;
bool all = false;

int list(const Common& common) {
  const auto reply = request(common, {{"op", "plans"}, {"all", all}});
  if (!reply) return kBadNews;
  if (common.json) return std::cout << reply->at("plans").dump() << '\n', kDone;
  if (reply->at("plans").empty()) std::cout << (all ? "There are no plans.\n" : "No plan is open.\n");
  for (const auto& plan : reply->at("plans"))
    std::cout << fmt::format("{:>4}  {:<22} {:<8} asked by {}, open until {}  {}\n", plan.at("plan").get<long long>(),
                             get_string(plan, "state"), get_string(plan, "risk"), get_string(plan, "asked_by"),
                             get_string(plan, "open_until"), get_string(plan, "title"));
  return kDone;
}

int show(const Common& common) {
  const auto reply = request(common, {{"op", "plan"}, {"plan", number}});
  if (!reply) return kBadNews;
  print(common, reply->at("card"));
  return kDone;
}

// A refusal is bad news, and so is a plan that failed.
int decide(const Common& common, const std::string& verdict) {
  const auto reply = request(
      common,
      {{"op", "decide"}, {"as", ""}, {"plan", number}, {"verdict", verdict}, {"reason", reason}, {"code", code}});
  if (!reply) return kBadNews;
  if (common.json) {
    std::cout << reply->dump(-1, ' ', false, Json::error_handler_t::replace) << '\n';
  } else {
    print(common, reply->at("document"));
    if (reply->contains("card")) std::cout << '\n', print(common, reply->at("card"));
  }
  const std::string tone = get_string(reply->at("document"), "tone"),
                    end = reply->contains("card") ? get_string(reply->at("card"), "tone") : "";
  return tone == "warning" || tone == "bad" || end == "bad" || end == "warning" ? kBadNews : kDone;
}

}  // namespace

void add_plans(CommandLine& line) {
  auto* plans = line.app.add_subcommand("plans", "Plans that wait, and what becomes of them");
  auto* lister = plans->add_subcommand("list", "Open plans, or all with --all");
  lister->add_flag("--all", all, "Ended plans, too");
  line.run[lister] = [&line] { return list(line.common); };
  line.run[plans] = line.run[lister];
  const auto about_one = [&](const char* name, const char* what) {
    auto* command = plans->add_subcommand(name, what);
    command->add_option("PLAN", number, "The plan's number")->required()->check(whole_number(1, 999'999'999));
    return command;
  };
  line.run[about_one("show", "One plan's card")] = [&line] { return show(line.common); };
  auto* approve = about_one("approve", "Vote for it, and wait until it has been executed");
  approve->add_option("CODE", code, "The code that its card shows, where the policy wants it typed");
  line.run[approve] = [&line] { return decide(line.common, "approve"); };
  auto* reject = about_one("reject", "Vote against it: one reject ends it");
  reject->add_option("--reason", reason, "Why, for the record");
  line.run[reject] = [&line] { return decide(line.common, "reject"); };
  line.run[about_one("cancel", "Withdraw it; of one that runs: begin nothing more")] = [&line] {
    return decide(line.common, "cancel");
  };
  auto* mark = about_one("mark", "Say what became of a step whose outcome is unknown");
  mark->add_option("WHAT", outcome, "done, retry (was not done: try once more) or drop (was not done: leave it)")
      ->required()
      ->check(CLI::IsMember({"done", "retry", "drop"}));
  line.run[mark] = [&line] { return decide(line.common, outcome); };
  line.run[about_one("undo", "Propose the plan that takes it back")] = [&line] { return decide(line.common, "undo"); };
}

}  // namespace apiops
