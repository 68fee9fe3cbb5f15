// The agent: everything wired together. The only place that knows every part. Loop thread only.
#pragma once

#include <asio/io_context.hpp>
#include <asio/thread_pool.hpp>

#include "bot/audit_heads.h"
#include "bot/config/config.h"
#include "bot/environment.h"
#include "bot/loop_clock.h"
#include "bot/terminal.h"
#include "connectors/chat/console/console.h"
#include "connectors/chat/slack/slack.h"
#include "connectors/net/http_client.h"
#include "connectors/net/url_guard.h"
#include "connectors/sandbox/sandbox.h"
#include "engine/conversation/conversation.h"
#include "engine/delivery/inbox.h"
#include "engine/delivery/outbox_sender.h"
#include "engine/intents/rule_set.h"
#include "engine/plans/autofix_switch.h"
#include "engine/plans/executor.h"
#include "engine/watch/autofix.h"
#include "engine/watch/error_rate_monitor.h"

namespace apiops {

struct AgentOptions {
  Config config;
  Environment environment{{}};
  std::string home;  // exists, 0700
  bool demo = false;
  bool console = false;                          // serve the page
  bool watch = false;                            // run monitors
  bool platforms = false;                        // connect to the chat platforms whose tokens are set
  std::map<std::string, std::string> stand_ins;  // the sandbox's hosts
};

inline constexpr Duration kStopPatience = std::chrono::seconds(10);
inline constexpr Duration kInventoryPatience = std::chrono::seconds(2);
inline constexpr Duration kTick = std::chrono::seconds(5);        // expired plans are looked for
inline constexpr Duration kClockApart = std::chrono::minutes(2);  // a difference of the machine's clock that is told

class Agent {
 public:
  // An Error: what is in the way, for exit code 78.
  static Result<std::unique_ptr<Agent>> make(asio::io_context& loop, LoopClock& clock, AgentOptions options);
  ~Agent();
  Agent(const Agent&) = delete;
  Agent& operator=(const Agent&) = delete;

  Status start();                // begins to work; what a dead process left behind goes on
  asio::awaitable<void> stop();  // no new work; what runs ends within kStopPatience

  Terminal& terminal() { return terminal_; }
  Console* console() { return console_.get(); }
  // Whether its tokens are set; connected only in a process that serves (AgentOptions::platforms).
  Slack* slack() { return slack_.get(); }
  bool has_half_of_slack() const {
    return options_.environment.text("SLACK_BOT_TOKEN").empty() != options_.environment.text("SLACK_APP_TOKEN").empty();
  }
  const Config& config() const { return options_.config; }
  bool demo() const { return options_.demo; }
  // People and policy of a configuration that was read anew; the rest of it counts at the next start. Open plans keep
  // what they were shown with; who lost the right is not counted any more.
  void take_policy(const Config& config);
  // What became of a configuration that was read anew: to the log, the home channel and the audit trail.
  void tell_policy(const std::string& what, Tone tone);
  ChatSink& inbox() { return inbox_; }
  const OperationIndex& operations() const { return *operations_; }
  Autofix& autofix() { return *autofix_; }
  std::string console_url() const;  // with the token in its fragment
  Store& store() { return *store_; }
  const Policy& policy() const { return *policy_; }
  const RuleBook& rules() const { return rules_; }
  const MaskingGate& gate() const { return gate_; }
  Clock& clock() { return clock_; }
  // What is to be said about the machine's clock: it stands elsewhere than ours. Empty: they agree.
  std::string clock_trouble() const;
  std::span<ServiceAdapter* const> services() const { return service_pointers_; }
  asio::awaitable<Result<Document>> view(std::string name);  // "plans", "audit"
  asio::awaitable<bool> ready();
  AuditHeads& audit_heads() { return *audit_heads_; }
  // Until our own numbers are known, which stay readable; at most kInventoryPatience.
  asio::awaitable<void> wait_for_inventory();
  // A plan's card as it is now, masked; empty where there is none.
  asio::awaitable<Result<std::optional<Document>>> card(long long number);

 private:
  Agent(asio::io_context& loop, LoopClock& clock, AgentOptions options, std::unique_ptr<Store> store,
        AuditHeads audit_heads);
  void make_services();
  void make_slack();
  asio::awaitable<Document> home_of(Identity who);
  void take_members(std::vector<SlackMember> members);
  void renew_policy();
  asio::awaitable<void> redraw_open_plans();
  std::vector<Place> own_places() const;
  Together told_at_home(const std::string& subject, Document document);
  void tell_trouble(std::string connector, std::string what, std::string over = "is connected again");
  asio::awaitable<void> tell_gone(OutboxRow row, Error why);
  void look_at_clock();
  asio::awaitable<void> tick();
  asio::awaitable<void> learn_inventory();
  asio::awaitable<void> publish_heads();
  void posted(const OutboxRow& row);

  asio::io_context& loop_;
  LoopClock& clock_;
  AgentOptions options_;
  SystemRandom random_;
  std::unique_ptr<Store> store_;
  std::unique_ptr<AuditHeads> audit_heads_;
  MaskingGate gate_;
  MaskingGate secrets_gate_;
  net::HttpClient http_;
  net::UrlGuard guard_;
  std::vector<std::unique_ptr<ServiceAdapter>> services_;
  std::vector<ServiceAdapter*> service_pointers_;
  std::unique_ptr<OperationIndex> operations_;
  ErrorCatalogue errors_;
  std::shared_ptr<const Policy> policy_;
  std::vector<SlackMember> slack_members_;  // of mapped user groups, as last read
  RuleBook rules_;
  Inbox inbox_;
  OutboxSender outbox_;
  std::unique_ptr<Senses> senses_;
  std::unique_ptr<PlanDesk> plan_desk_;
  std::unique_ptr<AlertDesk> alert_desk_;
  std::unique_ptr<Executor> executor_;
  std::unique_ptr<AutofixSwitch> autofix_on_, autofix_off_;
  std::unique_ptr<Autofix> autofix_;
  std::unique_ptr<Room> room_;
  std::unique_ptr<Conversation> conversation_;
  Terminal terminal_;
  std::unique_ptr<Console> console_;
  std::unique_ptr<Slack> slack_;
  std::optional<Place> home_place_;                 // for the agent's own trouble
  std::map<std::string, std::string> trouble_now_;  // connector → id of its trouble, while it lasts
  std::map<Place, Time> gone_told_;                 // when it was last told that a place takes no messages
  bool clock_told_ = false;                         // the machine's clock stands elsewhere, and that was told
  std::string console_token_;
  std::vector<std::unique_ptr<ErrorRateMonitor>> monitors_;
  bool stopping_ = false;
  bool inventory_known_ = false;
};

inline constexpr std::string_view kVersion = "0.1.0";

}  // namespace apiops
