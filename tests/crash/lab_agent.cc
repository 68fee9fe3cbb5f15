#include "tests/crash/lab_agent.h"

#include <sys/socket.h>
#include <unistd.h>

#include <asio/co_spawn.hpp>
#include <asio/detached.hpp>
#include <asio/local/stream_protocol.hpp>
#include <asio/read_until.hpp>
#include <asio/streambuf.hpp>
#include <asio/write.hpp>
#include <istream>
#include <stdexcept>

#include "bot/audit_heads.h"
#include "bot/config/config.h"
#include "connectors/services/stripe/stripe.h"
#include "connectors/services/twilio/twilio.h"
#include "connectors/store/sqlite/sqlite_store.h"
#include "engine/base/signal.h"
#include "engine/conversation/conversation.h"
#include "engine/delivery/inbox.h"
#include "engine/delivery/outbox_sender.h"
#include "engine/plans/executor.h"
#include "engine/plans/plan_life.h"
#include "engine/record/audit_verify.h"
#include "tests/crash/lab_clock.h"

namespace apiops::crash {

namespace {

constexpr Duration kTick = std::chrono::milliseconds(20);  // by the real clock: ticks don't make time pass

// The way out, over the driver's socket: each message is answered with the id that the platform gave it.
class LabPort final : public ChatPort {
 public:
  LabPort(asio::io_context& loop, int descriptor)
      : loop_(loop), socket_(loop, asio::local::stream_protocol(), descriptor) {}
  std::string_view name() const override { return "console"; }

  void say(const Json& what) {
    std::error_code gone;
    asio::write(socket_, asio::buffer(what.dump() + "\n"), gone);
    if (gone) ::_exit(3);  // the driver is gone
  }

  asio::awaitable<Json> hear() {
    co_await asio::async_read_until(socket_, buffer_, '\n', asio::use_awaitable);
    std::istream in(&buffer_);
    std::string line;
    std::getline(in, line);
    co_return Json::parse(line);
  }

  asio::awaitable<Result<Delivered>> deliver(Delivery d) override {
    const int n = ++asked_;
    const auto answer = std::make_shared<Waiting>(loop_);
    waiting_[n] = answer;
    say({{"deliver", n},
         {"nonce", d.nonce},
         {"remote_id", d.remote_id},
         {"only_for", d.only_for},
         {"may_be_there", d.may_be_there},
         {"channel", d.place.channel},
         {"thread", d.place.thread},
         {"document", to_json(d.document)}});
    while (answer->remote_id.empty()) co_await answer->signal.wait(std::chrono::hours(1));
    co_return Delivered{answer->remote_id};
  }
  void delivered(int n, std::string remote_id) {
    const auto answer = waiting_.extract(n);
    if (answer.empty()) return;
    answer.mapped()->remote_id = std::move(remote_id);
    answer.mapped()->signal.set();
  }

 private:
  struct Waiting {
    explicit Waiting(asio::io_context& loop) : signal(loop.get_executor()) {}
    Signal signal;
    std::string remote_id;
  };
  asio::io_context& loop_;
  asio::local::stream_protocol::socket socket_;
  asio::streambuf buffer_;
  int asked_ = 0;
  std::map<int, std::shared_ptr<Waiting>> waiting_;
};

std::unique_ptr<Store> open_store(asio::io_context& loop, LabClock& clock, Random& random, const std::string& home) {
  auto store =
      open_sqlite(loop, clock, random,
                  {.path = home + "/store.sqlite", .clock_mark = [&clock](Time mark) { clock.not_before(mark); }});
  if (!store) throw std::runtime_error(store.error().what);
  return std::move(*store);
}

AuditHeads open_heads(const std::string& home) {
  auto heads = AuditHeads::open(home + "/audit-heads.key", home + "/audit-heads.jsonl");
  if (!heads) throw std::runtime_error(heads.error().what);
  return std::move(*heads);
}

class LabAgent {
 public:
  LabAgent(asio::io_context& loop, const Life& life, const Known& known, int descriptor, Shared& shared);
  asio::awaitable<void> serve();

 private:
  asio::awaitable<void> take(Json event);
  asio::awaitable<void> handle(InboxRow row);
  asio::awaitable<void> report(long long number);
  asio::awaitable<void> tick();

  asio::io_context& loop_;
  Config config_ = demo_config();
  SystemRandom random_;
  net::HttpClient http_;
  LabClock clock_;
  std::unique_ptr<Store> store_;
  MaskingGate gate_{MaskingSettings{}}, secrets_gate_{MaskingSettings{.mask_personal_data = false}};
  net::UrlGuard guard_;
  std::vector<std::unique_ptr<ServiceAdapter>> services_;
  std::vector<ServiceAdapter*> pointers_;
  std::unique_ptr<OperationIndex> operations_;
  std::shared_ptr<const Policy> policy_ = std::make_shared<Policy>(config_.people, config_.book);
  Inbox inbox_;
  OutboxSender outbox_;
  std::unique_ptr<PlanDesk> desk_;
  std::unique_ptr<AlertDesk> alerts_;
  std::unique_ptr<Senses> senses_;
  std::unique_ptr<Executor> executor_;
  std::unique_ptr<Room> room_;
  std::unique_ptr<Conversation> conversation_;
  LabPort port_;
  AuditHeads heads_;
};

LabAgent::LabAgent(asio::io_context& loop, const Life& life, const Known& known, int descriptor, Shared& shared)
    : loop_(loop),
      http_(loop),
      clock_(loop, life.start, [this, &shared] { return http_.under_way() == 0 && shared.under_way == 0; }),
      store_(open_store(loop, clock_, random_, life.home)),
      guard_(loop, http_, net::UrlRules{.only_static = true, .stand_ins = life.hosts}),
      inbox_(*store_, secrets_gate_, loop.get_executor()),
      outbox_(*store_, clock_, loop.get_executor()),
      port_(loop, descriptor),
      heads_(open_heads(life.home)) {
  const auto& e = life.environment;
  inbox_.set_clock(clock_);
  services_.push_back(make_twilio({.base_url = e.at("TWILIO_BASE_URL"),
                                   .status_url = e.at("TWILIO_STATUS_URL"),
                                   .account_sid = e.at("TWILIO_ACCOUNT_SID"),
                                   .auth_token = Secret(e.at("TWILIO_AUTH_TOKEN"))},
                                  http_, guard_, clock_, random_));
  services_.push_back(make_stripe({.base_url = e.at("STRIPE_BASE_URL"),
                                   .status_url = e.at("STRIPE_STATUS_URL"),
                                   .secret_key = Secret(e.at("STRIPE_SECRET_KEY"))},
                                  http_, guard_, clock_, random_));
  for (const auto& service : services_) pointers_.push_back(service.get());
  operations_ = std::make_unique<OperationIndex>(pointers_);
  desk_.reset(new PlanDesk{.store = *store_,
                           .clock = clock_,
                           .random = random_,
                           .gate = gate_,
                           .operations = *operations_,
                           .policy = policy_,
                           .approved = [this](std::string plan) { executor_->start(std::move(plan)); }});
  executor_ = std::make_unique<Executor>(*desk_, loop.get_executor(), make_id(clock_.now(), random_));
  executor_->on_trouble([this](const std::string& what) { port_.say({{"trouble", what}}); });
  alerts_.reset(new AlertDesk{
      .store = *store_, .clock = clock_, .random = random_, .gate = gate_, .policy = policy_, .places = {}});
  senses_.reset(
      new Senses{.services = pointers_, .errors = known.errors, .store = *store_, .clock = clock_, .gate = gate_});
  room_.reset(new Room{.store = *store_,
                       .clock = clock_,
                       .random = random_,
                       .gate = gate_,
                       .rules = known.rules,
                       .senses = *senses_,
                       .plans = *desk_,
                       .alerts = *alerts_,
                       .version = "crash laboratory",
                       .started = clock_.now(),
                       .last_event = [this] { return inbox_.last_event(); }});
  conversation_ = std::make_unique<Conversation>(*room_, loop.get_executor());
  outbox_.add(port_);
  outbox_.on_posted([this](const OutboxRow& row) {
    constexpr std::string_view kPlan = "plan:";
    if (row.subject.starts_with(kPlan))
      asio::co_spawn(loop_, first_card_posted(*store_, row.subject.substr(kPlan.size())), asio::detached);
  });
}

asio::awaitable<void> LabAgent::tick() {
  asio::steady_timer timer(loop_);
  for (;;) {
    (void)co_await executor_->look_around();
    timer.expires_after(kTick);
    co_await timer.async_wait(asio::use_awaitable);
  }
}

asio::awaitable<void> LabAgent::take(Json event) {
  const std::string key = get_string(event, "key"), user = get_string(event, "user");
  auto outcome = co_await inbox_.receive(
      {.kind = get_string(event, "kind"),
       .key = key,
       .place = {.connector = "console", .workspace = "main", .channel = "#ops", .thread = get_string(event, "thread")},
       .message = get_string(event, "message"),
       .identity = {.platform = "console", .workspace = "main", .user = user},
       .text = get_string(event, "text"),
       .token = get_string(event, "token")});
  if (outcome && outcome->kind != ReceiveOutcome::Kind::kFull) port_.say({{"ack", key}});
}

// The head of the audit trail is published where something has moved it, not by the clock: a life that begins, handles
// something and is asked for its story publishes twice at least, on any machine.
asio::awaitable<void> LabAgent::handle(InboxRow row) {
  co_await conversation_->handle(std::move(row));
  (void)co_await heads_.publish(*store_);
}

// The agent's own story of a plan, as it is stored.
asio::awaitable<void> LabAgent::report(long long number) {
  (void)co_await heads_.publish(*store_);
  Json story = {{"report", number}, {"steps", Json::array()}, {"votes", Json::array()}, {"attempts", Json::array()}};
  auto view = co_await read_plan_by_number(*store_, number);
  if (view && *view) {
    story["state"] = to_string((*view)->plan.state);
    story["in_words"] = in_words((*view)->plan.state);
    for (const auto& step : (*view)->steps)
      story["steps"].push_back({{"state", to_string(step.state)},
                                {"operation", step.draft.operation},
                                {"told", get_string(step.result, "told")}});
    for (const auto& vote : (*view)->votes) story["votes"].push_back(vote.person);
    auto journal = co_await store_->journal((*view)->plan.id);
    if (journal)
      for (const auto& row : *journal)
        story["attempts"].push_back({{"id", row.attempt}, {"step", row.step}, {"outcome", row.outcome}});
  }
  auto trail = co_await store_->audit({});
  const auto heads = heads_.published();
  const AuditVerdict verdict =
      verify_audit(trail ? std::move(*trail) : std::vector<AuditRow>{}, heads ? *heads : std::vector<AuditHead>{});
  story["heads"] = heads ? heads->size() : 0;
  story["audit_records"] = verdict.records;
  story["audit_sound"] = trail && verdict.sound() && verdict.records > 0;
  if (!verdict.sound()) story["audit_fault"] = verdict.faults.front().what;
  port_.say(story);
}

asio::awaitable<void> LabAgent::serve() {
  (void)co_await heads_.publish(*store_);
  asio::co_spawn(loop_, inbox_.run([this](InboxRow row) { return handle(std::move(row)); }), asio::detached);
  asio::co_spawn(loop_, outbox_.run(), asio::detached);
  asio::co_spawn(loop_, tick(), asio::detached);
  for (;;) {
    const Json what = co_await port_.hear();
    if (what.contains("event")) asio::co_spawn(loop_, take(what.at("event")), asio::detached);
    if (what.contains("delivered")) port_.delivered(what.at("delivered"), what.at("remote_id"));
    if (what.contains("report")) asio::co_spawn(loop_, report(what.at("report")), asio::detached);
    if (what.contains("stop")) ::_exit(0);
  }
}

[[noreturn]] void live(const Life& life, const Known& known, int descriptor, Shared& shared) {
  try {
    arm(life.death, shared);
    asio::io_context loop(1);
    LabAgent agent(loop, life, known, descriptor, shared);
    asio::co_spawn(loop, agent.serve(), [](std::exception_ptr) { ::_exit(3); });
    loop.run();
    ::_exit(4);
  } catch (const std::exception& e) {
    ::dprintf(2, "the agent broke: %s\n", e.what());
    ::_exit(5);
  }
}

}  // namespace

Born bear(const Life& life, const Known& known, Shared& shared) {
  int ends[2];
  if (::socketpair(AF_UNIX, SOCK_STREAM, 0, ends) != 0) throw std::runtime_error("no socket pair");
  shared.killed_at = -1;
  const pid_t process = ::fork();
  if (process < 0) throw std::runtime_error("no process");
  if (process == 0) {
    ::close(ends[0]);
    live(life, known, ends[1], shared);
  }
  ::close(ends[1]);
  return {.process = process, .line = ends[0]};
}

}  // namespace apiops::crash
