#include "bot/agent.h"

#include <fmt/format.h>
#include <spdlog/spdlog.h>

#include <asio/co_spawn.hpp>
#include <asio/detached.hpp>
#include <fstream>
#include <sstream>

#include "bot/log.h"
#include "connectors/services/openai/openai.h"
#include "connectors/services/stripe/stripe.h"
#include "connectors/services/twilio/twilio.h"
#include "connectors/store/sqlite/sqlite_store.h"
#include "engine/base/json.h"
#include "engine/base/text.h"
#include "engine/intents/rule_set.h"
#include "engine/plans/hearing.h"
#include "engine/plans/plan_card.h"
#include "engine/plans/plan_life.h"
#include "engine/watch/daily_summary.h"

namespace apiops {

namespace {

net::UrlRules url_rules(const AgentOptions& options) {
  net::UrlRules rules;
  rules.allow = options.config.probe_allow;
  rules.stand_ins = options.stand_ins;
  rules.only_static = options.demo;  // the demo's world has no other hosts than its own
  return rules;
}

// The loop must go on whatever breaks in one of its tasks.
auto report(std::string task) {
  return [task = std::move(task)](std::exception_ptr thrown) {
    if (!thrown) return;
    try {
      std::rethrow_exception(thrown);
    } catch (const std::exception& e) {
      spdlog::error("{} stopped: {}", task, e.what());
    }
  };
}

}  // namespace

Result<std::unique_ptr<Agent>> Agent::make(asio::io_context& loop, LoopClock& clock, AgentOptions options) {
  if (auto fine = options.environment.check_base_urls(options.config.base_url_hosts); !fine)
    return std::unexpected(fine.error());
  static SystemRandom random;
  auto store = open_sqlite(loop, clock, random,
                           {.path = options.home + "/store.sqlite",
                            .keep = {.audit = options.config.audit_keep},
                            .inbox_bound = static_cast<std::size_t>(options.config.inbox_bound),
                            .clock_mark = [&clock](Time mark) { clock.not_before(mark); }});
  if (!store) return std::unexpected(store.error());
  const std::string& elsewhere = options.config.audit_heads_file;
  auto heads = AuditHeads::open(options.home + "/audit-heads.key",
                                elsewhere.empty() ? options.home + "/audit-heads.jsonl" : elsewhere);
  if (!heads) return std::unexpected(heads.error());
  const std::string errors_file = options.config.errors_file;
  std::unique_ptr<Agent> agent(new Agent(loop, clock, std::move(options), std::move(*store), std::move(*heads)));
  if (!errors_file.empty()) {
    std::ifstream in(errors_file);
    std::ostringstream text;
    if (!in || !(text << in.rdbuf())) return failure(ErrorKind::kInvalid, errors_file + ": can't be read");
    if (auto added = agent->errors_.add_overrides(text.str(), errors_file); !added)
      return std::unexpected(added.error());
  }
  return agent;
}

Agent::Agent(asio::io_context& loop, LoopClock& clock, AgentOptions options, std::unique_ptr<Store> store,
             AuditHeads audit_heads)
    : loop_(loop),
      clock_(clock),
      options_(std::move(options)),
      store_(std::move(store)),
      audit_heads_(std::make_unique<AuditHeads>(std::move(audit_heads))),
      gate_(MaskingSettings{.mask_personal_data = options_.config.mask_personal_data}),
      secrets_gate_(MaskingSettings{.mask_personal_data = false}),
      http_(loop),
      guard_(loop, http_, url_rules(options_)),
      errors_(embedded_catalogue()),
      policy_(std::make_shared<Policy>(options_.config.people, options_.config.book)),
      rules_(compiled_rules(), options_.config.rules_folder, UnderstandSettings{.country = options_.config.country}),
      inbox_(*store_, secrets_gate_, loop.get_executor()),
      outbox_(*store_, clock_, loop.get_executor()),
      terminal_(loop, inbox_, clock_, random_) {
  inbox_.set_clock(clock_);
  for (const auto& secret : options_.environment.secrets()) gate_.add_secret(secret), secrets_gate_.add_secret(secret);
  for (const auto& own : options_.config.own) gate_.add_own(own);
  mask_log_with(&gate_);
  make_services();
  operations_ = std::make_unique<OperationIndex>(service_pointers_);
  autofix_on_ = std::make_unique<AutofixSwitch>(true, *store_, clock_, policy_);
  autofix_off_ = std::make_unique<AutofixSwitch>(false, *store_, clock_, policy_);
  for (auto* own : {autofix_on_.get(), autofix_off_.get()}) operations_->add_own(*own);
  plan_desk_.reset(new PlanDesk{.store = *store_,
                                .clock = clock_,
                                .random = random_,
                                .gate = gate_,
                                .operations = *operations_,
                                .policy = policy_,
                                .approved = [this](std::string plan) { executor_->start(std::move(plan)); }});
  executor_ = std::make_unique<Executor>(*plan_desk_, loop.get_executor(), make_id(clock_.now(), random_));
  executor_->on_trouble([](const std::string& what) { spdlog::error("{}", what); });
  alert_desk_.reset(new AlertDesk{
      .store = *store_,
      .clock = clock_,
      .random = random_,
      .gate = gate_,
      .policy = policy_,
      .places = {
          {.connector = "console", .workspace = "main", .channel = options_.config.alerts_channel, .thread = {}}}});
  autofix_ = std::make_unique<Autofix>(*plan_desk_, *alert_desk_, errors_);
  senses_.reset(
      new Senses{.services = service_pointers_, .errors = errors_, .store = *store_, .clock = clock_, .gate = gate_});
  room_.reset(new Room{.store = *store_,
                       .clock = clock_,
                       .random = random_,
                       .gate = gate_,
                       .rules = rules_,
                       .senses = *senses_,
                       .plans = *plan_desk_,
                       .alerts = *alert_desk_,
                       .version = std::string(kVersion),
                       .started = clock_.now(),
                       .last_event = [this] { return inbox_.last_event(); },
                       .vouch = [this](Identity who) { return outbox_.vouch(std::move(who)); },
                       .asks_a_minute = options_.config.asks_a_minute});
  conversation_ = std::make_unique<Conversation>(*room_, loop.get_executor());
  inbox_.on_arrival([this](const InboundEvent& event) { conversation_->overhear(event); });
  make_slack();
  outbox_.add(terminal_);
  outbox_.on_posted([this](const OutboxRow& row) { posted(row); });
  outbox_.on_gone([this](const OutboxRow& row, const Error& why) {
    asio::co_spawn(loop_, tell_gone(row, why), report("telling of a lost message"));
  });
}

Agent::~Agent() { mask_log_with(nullptr); }

void Agent::take_policy(const Config& config) {
  options_.config.people = config.people;
  options_.config.book = config.book;
  options_.config.policy_file = config.policy_file;
  options_.config.unix_users = config.unix_users;
  options_.config.slack_groups = config.slack_groups;
  renew_policy();
  asio::co_spawn(loop_, redraw_open_plans(), report("drawing open plans anew"));
}

// Cards say who can approve: that may have changed.
asio::awaitable<void> Agent::redraw_open_plans() {
  auto plans = co_await store_->plans({PlanState::kProposed, PlanState::kWaiting}, kMostPlansLookedAt);
  if (!plans) co_return;  // a card that is old costs a refusal, nothing else
  for (const auto& plan : *plans) {
    auto view = co_await read_plan(*store_, plan.id);
    if (!view || !*view) continue;
    const PlanChange same{.plan = plan.id, .version = (*view)->plan.version, .to = (*view)->plan.state};
    auto cards = co_await card_everywhere(*plan_desk_, std::move(**view));
    if (cards) (void)co_await store_->move(same, std::move(*cards));  // false: decided meanwhile, and drawn by that
  }
}

void Agent::make_services() {
  const Environment& e = options_.environment;
  services_.push_back(
      make_twilio({.base_url = e.text("TWILIO_BASE_URL"),
                   .region = e.text("TWILIO_REGION"),
                   .edge = e.text("TWILIO_EDGE"),
                   .status_url = e.text("TWILIO_STATUS_URL", "https://status.twilio.com"),
                   .account_sid = e.text("TWILIO_ACCOUNT_SID"),
                   .auth_token = e.secret("TWILIO_AUTH_TOKEN"),
                   .api_key = e.text("TWILIO_API_KEY"),
                   .api_secret = e.secret("TWILIO_API_SECRET"),
                   .retry_advice = [this](std::string_view code) { return errors_.explain("twilio", code).retry; }},
                  http_, guard_, clock_, random_));
  services_.push_back(make_openai({.base_url = e.text("OPENAI_BASE_URL", "https://api.openai.com/v1"),
                                   .status_url = e.text("OPENAI_STATUS_URL", "https://status.openai.com"),
                                   .api_key = e.secret("OPENAI_API_KEY"),
                                   .admin_key = e.secret("OPENAI_ADMIN_KEY")},
                                  http_, guard_, clock_, random_));
  services_.push_back(make_stripe({.base_url = e.text("STRIPE_BASE_URL", "https://api.stripe.com"),
                                   .status_url = e.text("STRIPE_STATUS_URL", "https://status.stripe.com"),
                                   .secret_key = e.secret("STRIPE_SECRET_KEY"),
                                   .webhook_secret = e.secret("STRIPE_WEBHOOK_SECRET")},
                                  http_, guard_, clock_, random_));
  for (const auto& service : services_) service_pointers_.push_back(service.get());
}

Status Agent::start() {
  if (slack_ && options_.platforms) {
    outbox_.add(*slack_);
    slack_->start();
  }
  if (options_.console) {
    console_token_ = make_token(random_);
    ConsoleSettings settings{.listen = options_.config.console_listen,
                             .port = options_.config.console_port,
                             .token = console_token_,
                             .demo = options_.demo};
    settings.channels = {"#ops", options_.config.alerts_channel};
    for (const auto& person : options_.config.people)
      if (person.active) settings.people.push_back({.user = person.id, .name = person.name, .role = person.role});
    if (!settings.people.empty()) settings.user = settings.people.front().user;
    console_ = std::make_unique<Console>(loop_, std::move(settings), inbox_, clock_, random_);
    console_->set_views([this](std::string name) { return view(std::move(name)); });
    if (auto started = console_->start(); !started) return started;
    outbox_.add(*console_);
  }
  asio::co_spawn(loop_, inbox_.run([this](InboxRow row) { return conversation_->handle(std::move(row)); }),
                 report("the inbox"));
  asio::co_spawn(loop_, outbox_.run(), report("the outbox"));
  asio::co_spawn(loop_, tick(), report("the timer of plans"));
  asio::co_spawn(loop_, publish_heads(), report("publishing the audit trail's head"));
  asio::co_spawn(loop_, learn_inventory(), report("reading the inventory"));
  if (options_.watch)
    for (auto* service : service_pointers_) {
      if (!service->configured()) continue;
      monitors_.push_back(std::make_unique<ErrorRateMonitor>(
          *alert_desk_, *service, ErrorRateRule{.every = options_.config.alerts_every}, loop_.get_executor()));
      asio::co_spawn(loop_, monitors_.back()->run(), report("a monitor"));
    }
  return {};
}

asio::awaitable<void> Agent::tick() {
  while (!stopping_) {
    look_at_clock();
    if (auto looked = co_await executor_->look_around(); !looked)
      spdlog::warn("the plans could not be looked through: {}", looked.error().what);
    (void)co_await remind_and_escalate(*plan_desk_);
    if (options_.watch) {
      (void)co_await autofix_->look();
      (void)co_await tell_daily_summary(*alert_desk_);
    }
    co_await clock_.sleep_for(kTick);
  }
}

// What the second place says is compared first: a store that was put back to an older copy says so in its own trail.
asio::awaitable<void> Agent::publish_heads() {
  const auto published = audit_heads_->published();
  const auto trouble = co_await missing_heads(*store_, published ? *published : std::vector<AuditHead>{});
  if (!trouble.empty()) {
    spdlog::error("{}", trouble);
    (void)co_await store_->note({.audit = {audit_trouble_record(trouble)}});
  }
  if (audit_heads_->repaired())
    (void)co_await store_->note(
        {.audit = {audit_trouble_record("a torn last line of the published heads was cut off")}});
  co_await audit_heads_->run(*store_, clock_);
}

// Our own numbers stay readable; those of customers do not.
asio::awaitable<void> Agent::learn_inventory() {
  for (auto* service : service_pointers_) {
    if (!service->configured()) continue;
    auto own = co_await service->inventory();
    if (!own) continue;
    for (const auto& number : *own) gate_.add_own(number);
  }
  inventory_known_ = true;
}

asio::awaitable<void> Agent::wait_for_inventory() {
  const Duration end = clock_.steady() + kInventoryPatience;
  while (!inventory_known_ && clock_.steady() < end) co_await clock_.sleep_for(std::chrono::milliseconds(5));
}

void Agent::posted(const OutboxRow& row) {
  constexpr std::string_view kPlan = "plan:";
  if (!row.subject.starts_with(kPlan)) return;
  asio::co_spawn(loop_, first_card_posted(*store_, row.subject.substr(kPlan.size())),
                 [](std::exception_ptr, const Status&) {});  // votes count before it, too
}

asio::awaitable<void> Agent::stop() {
  stopping_ = true;
  inbox_.stop();
  executor_->stop();
  for (auto& monitor : monitors_) monitor->stop();
  const Duration end = clock_.steady() + kStopPatience;
  while ((executor_->busy() || !inbox_.idle()) && clock_.steady() < end)
    co_await clock_.sleep_for(std::chrono::milliseconds(20));
  audit_heads_->stop();
  (void)co_await audit_heads_->publish(*store_);
  outbox_.stop();
  while (!outbox_.idle() && clock_.steady() < end) co_await clock_.sleep_for(std::chrono::milliseconds(20));
  if (slack_) co_await slack_->stop();
  if (console_) console_->stop();
}

std::string Agent::console_url() const {
  return console_ ? fmt::format("http://{}:{}/#{}", options_.config.console_listen, console_->port(), console_token_)
                  : "";
}

asio::awaitable<bool> Agent::ready() {
  auto ready = co_await store_->ready();
  co_return ready && *ready && !stopping_;
}

asio::awaitable<Result<std::optional<Document>>> Agent::card(long long number) {
  auto view = co_await read_plan_by_number(*store_, number);
  if (!view) co_return std::unexpected(view.error());
  if (!*view) co_return std::optional<Document>{};
  Document card = plan_card(**view, *policy_, clock_.now());
  let_numbers_through(**view, gate_);
  gate_.mask(card);
  co_return std::optional(std::move(card));
}

asio::awaitable<Result<Document>> Agent::view(std::string name) {
  Ask ask{.person = options_.config.people.empty() ? Person{} : options_.config.people.front()};
  if (name == "plans") {
    ask.meaning = {.intent = "plans.list", .slots = Json{{"state", "all"}}};
    auto own = co_await own_answer(ask, *room_);
    if (own) {
      gate_.mask(own->document);
      co_return std::move(own->document);
    }
  }
  struct Quiet final : Progress {
    asio::awaitable<void> show(Document) override { co_return; }
  } quiet;
  const AnswerFunction function = answer_to("audit.search");
  Answer answer =
      co_await function({.intent = "audit.search", .slots = Json::object(), .now = clock_.now()}, *senses_, quiet);
  gate_.mask(answer.document);
  co_return std::move(answer.document);
}

}  // namespace apiops
