#include "bot/examination.h"

#include <fmt/format.h>

#include "connectors/chat/slack/manifest.h"
#include "engine/base/json.h"
#include "engine/base/text.h"

namespace apiops {

namespace {

class Checks {
 public:
  explicit Checks(const MaskingGate& gate) : gate_(gate) {}
  void add(std::string name, bool passed, std::string what, std::string fix = {}) {
    rows_.push_back({{"name", std::move(name)},
                     {"passed", passed},
                     {"what", gate_.mask(std::string_view(what))},
                     {"fix", passed ? "" : gate_.mask(std::string_view(fix))}});
  }
  Json take() { return std::move(rows_); }

 private:
  const MaskingGate& gate_;
  Json rows_ = Json::array();
};

asio::awaitable<void> check_service(Checks& checks, ServiceAdapter& service) {
  const std::string title(service.title());
  auto credentials = co_await service.credentials(true);
  if (!credentials) {
    checks.add(title + " credentials", false, credentials.error().what,
               "Set the service's variables; `apiops ask \"are our keys set\"` names them.");
    co_return;
  }
  for (const auto& c : *credentials) {
    const bool passed = c.present && c.well_formed && c.accepted.value_or(true);
    std::string what = !c.present
                           ? c.variable + " is not set"
                           : c.shown + (c.mode.empty() ? "" : " · " + c.mode) + (c.may.empty() ? "" : " · " + c.may);
    if (!c.trouble.empty()) what += (what.empty() ? "" : ": ") + c.trouble;
    checks.add(title + " " + c.name, passed, std::move(what),
               c.trouble.empty() ? "Set " + c.variable + " and start again." : c.trouble);
  }
  if (!service.configured()) co_return;
  auto health = co_await service.health();
  if (!health)
    checks.add(title + " connection", false, health.error().what,
               "Look at the service's status page, the network, and the base URL.");
  else
    checks.add(title + " connection", true,
               health->latency ? fmt::format("answers in {}", human_duration(*health->latency)) : "answers");
}

// Both tokens, the scopes, the clock, the channels that are configured, and a message there and back.
asio::awaitable<void> check_slack(Checks& checks, Agent& agent) {
  if (!agent.slack()) {
    const bool half = agent.has_half_of_slack();
    checks.add("Slack", !half, half ? "only one of the two tokens is set" : "not set up (no tokens)",
               "Set both SLACK_APP_TOKEN and SLACK_BOT_TOKEN.");
    co_return;
  }
  Slack& slack = *agent.slack();
  const Status tokens = co_await slack.check();
  checks.add("Slack bot token", tokens.has_value(),
             tokens ? slack.status().team + ", " + slack.status().workspace : tokens.error().what,
             "Install the app, then set SLACK_BOT_TOKEN (xoxb-…) from “Install App”.");
  const Status socket = co_await slack.check_socket();
  checks.add(
      "Slack Socket Mode", socket.has_value(), socket ? "a socket was opened and greeted" : socket.error().what,
      "Set SLACK_APP_TOKEN (xapp-…, scope connections:write, from “Basic Information”) and switch Socket Mode on.");
  if (!tokens) co_return;
  std::vector<std::string> missing;
  const std::string granted = "," + slack.status().scopes + ",";
  for (const auto& scope : slack::needed_scopes())
    if (granted.find("," + std::string(scope.name) + ",") == std::string::npos) missing.emplace_back(scope.name);
  checks.add("Slack scopes", missing.empty(), missing.empty() ? "all granted" : "missing: " + join(missing, ", "),
             "Add them under OAuth & Permissions (`apiops manifest slack` lists them) and install the app again.");
  if (const auto apart = slack.status().clock_difference)
    checks.add("Slack clock", std::chrono::abs(*apart) < std::chrono::minutes(2),
               fmt::format("{} apart", human_duration(std::chrono::abs(*apart))), "Set this machine's clock (NTP).");
  const Config& c = agent.config();
  for (const auto& [what, channel] :
       {std::pair{"alerts", c.slack_alerts_channel}, std::pair{"approvers", c.slack_approvers_channel},
        std::pair{"home", c.slack_home_channel}}) {
    if (channel.empty()) continue;
    const Status there = co_await slack.check_channel(channel);
    checks.add(std::string("Slack ") + what + " channel", there.has_value(), there ? channel : there.error().what,
               "Invite the app there: /invite @apiops.");
  }
  if (c.slack_home_channel.empty()) co_return;
  const Status trip = co_await slack.round_trip(c.slack_home_channel);
  checks.add("Slack round trip", trip.has_value(), trip ? "posted, edited, deleted" : trip.error().what,
             "Look at the scope chat:write and whether the app may post in that channel.");
}

}  // namespace

asio::awaitable<Json> examine(Agent& agent, const Json&) {
  Checks checks(agent.gate());
  checks.add("store", co_await agent.ready(), "takes writes", "Look at the disk: is it full or read-only?");
  checks.add("clock", agent.clock_trouble().empty(),
             agent.clock_trouble().empty() ? "agrees with this machine's" : agent.clock_trouble(),
             "Set this machine's clock (NTP).");
  const Understander& rules = agent.rules().current();
  const auto faults = rules.check();
  checks.add("rules", faults.empty(),
             fmt::format("{} of {} examples hold", rules.examples() - faults.size(), rules.examples()),
             "`apiops rules test` names them.");
  if (!agent.rules().trouble().empty())
    checks.add("own rules", false, agent.rules().trouble(), "Correct the file; the rules before it stay in force.");
  checks.add("policy", !agent.policy().people().empty(),
             count_of(static_cast<long long>(agent.policy().people().size()), "person", "people"),
             "Name the people in the configuration.");
  for (auto* service : agent.services()) co_await check_service(checks, *service);
  co_await check_slack(checks, agent);
  co_return Json{{"checks", checks.take()}};
}

}  // namespace apiops
