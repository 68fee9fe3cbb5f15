// The store's interface over the writer and the reader. Time and ids are taken here, on the loop's thread.
#include "connectors/store/sqlite/sqlite_store.h"

#include "connectors/store/sqlite/alerts.h"
#include "connectors/store/sqlite/inbox.h"
#include "connectors/store/sqlite/open_file.h"
#include "connectors/store/sqlite/outbox.h"
#include "connectors/store/sqlite/plans.h"
#include "connectors/store/sqlite/reader.h"
#include "connectors/store/sqlite/reads.h"
#include "connectors/store/sqlite/rows.h"
#include "connectors/store/sqlite/together.h"
#include "connectors/store/sqlite/writer.h"

namespace apiops {

namespace sqlite {

namespace {

template <typename T>
using Awaiting = asio::awaitable<Result<T>>;

class SqliteStore final : public Store {
 public:
  SqliteStore(asio::io_context& loop, Clock& clock, Random& random, const SqliteOptions& options, OpenedFile file)
      : clock_(clock),
        random_(random),
        room_(options.inbox_bound),
        keep_result_(options.keep.result),
        lock_(std::move(file.lock)),
        reader_(loop, std::move(file.reading)),
        writer_(loop, std::move(file.writing), std::move(*file.chain), options.keep) {}

  Awaiting<ReceiveOutcome> receive(InboundEvent event) override {
    return write<ReceiveOutcome>([event = std::move(event), id = make_id(clock_.now(), random_),
                                  &room = room_](Work& work) { return sqlite::receive(work, event, id, room); });
  }
  Awaiting<std::vector<InboxRow>> take(std::size_t at_most, Duration patience) override {
    return write_patiently<std::vector<InboxRow>>(patience,
                                                  [at_most](Work& work) { return sqlite::take(work, at_most); });
  }
  asio::awaitable<Status> understood(AskRow ask, std::optional<ConversationRow> conversation,
                                     Together together) override {
    return write<void>([ask = std::move(ask), conversation = std::move(conversation),
                        together = std::move(together)](Work& work) mutable {
      return sqlite::understood(work, ask, conversation, std::move(together));
    });
  }
  Awaiting<PlanRow> propose(NewPlan plan, Together together) override {
    return write<PlanRow>([plan = std::move(plan), together = std::move(together)](Work& work) {
      return sqlite::propose(work, plan, together);
    });
  }
  asio::awaitable<Status> answered(std::string ask, std::string state, std::optional<ConversationRow> conversation,
                                   Json result, Together together) override {
    return write<void>([ask = std::move(ask), state = std::move(state), conversation = std::move(conversation),
                        result = std::move(result), keep = keep_result_,
                        together = std::move(together)](Work& work) mutable {
      return sqlite::answered(work, ask, state, conversation, result, keep, std::move(together));
    });
  }
  Awaiting<bool> vote(VoteRow vote, PlanChange change, Together together) override {
    return write<bool>([vote = std::move(vote), change = std::move(change), together = std::move(together)](
                           Work& work) { return sqlite::vote(work, vote, change, together); });
  }
  asio::awaitable<Status> note(Together together) override {
    return write<void>([together = std::move(together)](Work& work) mutable -> Status {
      take_along(work, std::move(together));
      return {};
    });
  }
  Awaiting<std::optional<long long>> start(std::string plan, long long version, std::string executor, Time leased_until,
                                           Together together) override {
    return write<std::optional<long long>>([plan = std::move(plan), version, executor = std::move(executor),
                                            leased_until, together = std::move(together)](Work& work) {
      return sqlite::start(work, plan, version, executor, leased_until, together);
    });
  }
  Awaiting<bool> renew(std::string plan, long long fence, Time leased_until) override {
    return write<bool>([plan = std::move(plan), fence, leased_until](Work& work) {
      return sqlite::renew(work, plan, fence, leased_until);
    });
  }
  Awaiting<bool> intend(JournalRow row, Together together) override {
    return write<bool>([row = std::move(row), together = std::move(together)](Work& work) {
      return sqlite::intend(work, row, together);
    });
  }
  Awaiting<bool> sending(std::string attempt, long long fence, Time leased_until) override {
    return write<bool>([attempt = std::move(attempt), fence, leased_until](Work& work) {
      return sqlite::sending(work, attempt, fence, leased_until);
    });
  }
  Awaiting<bool> outcome(std::string attempt, std::string outcome, StepRow step, long long fence,
                         Together together) override {
    return write<bool>([attempt = std::move(attempt), outcome = std::move(outcome), step = std::move(step), fence,
                        together = std::move(together)](Work& work) {
      return sqlite::outcome(work, attempt, outcome, step, fence, together);
    });
  }
  Awaiting<std::optional<long long>> take_over(std::string plan, long long fence, std::string executor,
                                               Time leased_until, Together together) override {
    return write<std::optional<long long>>([plan = std::move(plan), fence, executor = std::move(executor), leased_until,
                                            together = std::move(together)](Work& work) {
      return sqlite::take_over(work, plan, fence, executor, leased_until, together);
    });
  }
  Awaiting<bool> move(PlanChange change, Together together, std::vector<PlanChange> also) override {
    return write<bool>([change = std::move(change), together = std::move(together),
                        also = std::move(also)](Work& work) { return sqlite::move(work, change, together, also); });
  }
  Awaiting<bool> skip_steps(std::string plan, long long fence, Json result, Together together) override {
    return write<bool>([plan = std::move(plan), fence, result = std::move(result), together = std::move(together)](
                           Work& work) { return sqlite::skip_steps(work, plan, fence, result, together); });
  }
  Awaiting<PlanRow> replace(PlanChange old_plan, NewPlan plan, Together together) override {
    return write<PlanRow>([old_plan = std::move(old_plan), plan = std::move(plan), together = std::move(together)](
                              Work& work) { return sqlite::replace(work, old_plan, plan, together); });
  }
  asio::awaitable<Status> observe(ReadingRow reading, Time next_at) override {
    return write<void>(
        [reading = std::move(reading), next_at](Work& work) { return sqlite::observe(work, reading, next_at); });
  }
  Awaiting<AlertRow> open_alert(AlertRow alert, Together together) override {
    return write<AlertRow>([alert = std::move(alert), together = std::move(together)](Work& work) {
      return sqlite::open_alert(work, alert, together);
    });
  }
  Awaiting<bool> change_alert(AlertRow alert, long long version, Together together) override {
    return write<bool>([alert = std::move(alert), version, together = std::move(together)](Work& work) {
      return sqlite::change_alert(work, alert, version, together);
    });
  }
  Awaiting<std::vector<OutboxRow>> due(OutboxRoom room, Duration patience) override {
    return write_patiently<std::vector<OutboxRow>>(
        patience, [room = std::move(room), &turn = turn_](Work& work) { return sqlite::due(work, room, turn); });
  }
  asio::awaitable<Status> sent(std::string outbox, long long revision, std::string remote_id) override {
    return write<void>([outbox = std::move(outbox), revision, remote_id = std::move(remote_id)](Work& work) {
      return sqlite::sent(work, outbox, revision, remote_id);
    });
  }
  asio::awaitable<Status> not_sent(std::string outbox, std::string state, Time not_before) override {
    return write<void>([outbox = std::move(outbox), state = std::move(state), not_before](Work& work) {
      return sqlite::not_sent(work, outbox, state, not_before);
    });
  }
  asio::awaitable<Status> put_monitor(MonitorRow monitor) override {
    return write<void>([monitor = std::move(monitor)](Work& work) { return sqlite::put_monitor(work, monitor); });
  }
  asio::awaitable<Status> put_setting(std::string name, Json value, Together together) override {
    return write<void>([name = std::move(name), value = std::move(value), together = std::move(together)](Work& work) {
      return sqlite::put_setting(work, name, value, together);
    });
  }
  // Committed, not rolled back: only a commit finds out that the disk is full or gone. The clock mark goes with it.
  Awaiting<bool> ready() override {
    return write<bool>([](Work& work) -> Result<bool> {
      return work.db.change("UPDATE meta SET value = ? WHERE name = 'clock_mark' AND CAST(value AS INTEGER) <= ?1",
                            to_millis(work.now)) >= 0;
    });
  }

  Awaiting<std::optional<ConversationRow>> conversation(Place place, std::string person) override {
    return read<std::optional<ConversationRow>>([place = std::move(place), person = std::move(person)](Connection& db) {
      return read_conversation(db, place, person);
    });
  }
  Awaiting<std::optional<PlanRow>> plan(std::string id) override {
    return read<std::optional<PlanRow>>([id = std::move(id)](Connection& db) { return find_plan(db, id); });
  }
  Awaiting<std::optional<PlanRow>> plan_by_number(long long number) override {
    return read<std::optional<PlanRow>>([number](Connection& db) { return read_plan_by_number(db, number); });
  }
  Awaiting<std::vector<PlanRow>> plans(std::vector<PlanState> states, std::size_t at_most) override {
    return read<std::vector<PlanRow>>(
        [states = std::move(states), at_most](Connection& db) { return read_plans(db, states, at_most); });
  }
  Awaiting<std::vector<StepRow>> steps(std::string plan) override {
    return read<std::vector<StepRow>>([plan = std::move(plan)](Connection& db) { return read_steps(db, plan); });
  }
  Awaiting<std::vector<VoteRow>> votes(std::string plan) override {
    return read<std::vector<VoteRow>>([plan = std::move(plan)](Connection& db) { return read_votes(db, plan); });
  }
  Awaiting<std::vector<JournalRow>> journal(std::string plan) override {
    return read<std::vector<JournalRow>>([plan = std::move(plan)](Connection& db) { return read_journal(db, plan); });
  }
  Awaiting<std::optional<ButtonRow>> button(std::string token_hash) override {
    return read<std::optional<ButtonRow>>(
        [token_hash = std::move(token_hash)](Connection& db) { return read_button(db, token_hash); });
  }
  Awaiting<std::vector<OutboxRow>> messages_of(std::string subject) override {
    return read<std::vector<OutboxRow>>(
        [subject = std::move(subject)](Connection& db) { return read_messages_of(db, subject); });
  }
  Awaiting<std::vector<AlertRow>> alerts(bool resolved_too, std::size_t at_most) override {
    return read<std::vector<AlertRow>>(
        [resolved_too, at_most](Connection& db) { return read_alerts(db, resolved_too, at_most); });
  }
  Awaiting<std::optional<AlertRow>> alert_by_number(long long number) override {
    return read<std::optional<AlertRow>>([number](Connection& db) { return read_alert_by_number(db, number); });
  }
  Awaiting<std::vector<ReadingRow>> readings(std::string monitor, Time since) override {
    return read<std::vector<ReadingRow>>(
        [monitor = std::move(monitor), since](Connection& db) { return read_readings(db, monitor, since); });
  }
  Awaiting<std::vector<MonitorRow>> monitors() override {
    return read<std::vector<MonitorRow>>([](Connection& db) { return read_monitors(db); });
  }
  Awaiting<std::vector<HistoryItem>> history(Place place, std::string user, std::size_t limit) override {
    return read<std::vector<HistoryItem>>([place = std::move(place), user = std::move(user), limit](Connection& db) {
      return read_history(db, place, user, limit);
    });
  }
  Awaiting<std::optional<Json>> result(std::string ask) override {
    return read<std::optional<Json>>(
        [ask = std::move(ask), now = clock_.now()](Connection& db) { return read_result(db, ask, now); });
  }
  Awaiting<std::vector<AuditRow>> audit(AuditQuery query) override {
    return read<std::vector<AuditRow>>([query = std::move(query)](Connection& db) { return read_audit(db, query); });
  }
  Awaiting<AllowanceRow> allowance(std::string rule, std::string window) override {
    return read<AllowanceRow>([rule = std::move(rule), window = std::move(window)](Connection& db) {
      return read_allowance(db, rule, window);
    });
  }
  Awaiting<std::optional<AuditRow>> audit_record(std::string chain, long long seq) override {
    return read<std::optional<AuditRow>>(
        [chain = std::move(chain), seq](Connection& db) { return read_audit_record(db, chain, seq); });
  }
  // Asked of the writer, after what it commits: a head that a crash could still take back is never published.
  Awaiting<AuditHead> audit_head() override {
    return write<AuditHead>([](Work& work) -> Result<AuditHead> {
      const AuditChain::Head& head = work.chain.head();
      return AuditHead{.chain = work.chain.name(), .seq = head.seq, .hash = head.hash, .at = work.now};
    });
  }
  asio::awaitable<Status> head_published(AuditHead head) override {
    return write<void>([head = std::move(head)](Work& work) { return sqlite::head_published(work.db, head); });
  }
  Awaiting<std::vector<AuditHead>> published_heads() override {
    return read<std::vector<AuditHead>>([](Connection& db) { return read_heads(db); });
  }
  Awaiting<std::optional<Json>> setting(std::string name) override {
    return read<std::optional<Json>>([name = std::move(name)](Connection& db) { return read_setting(db, name); });
  }

 private:
  template <typename T>
  Awaiting<T> write(UnitBody<T> body) {
    return writer_.run<T>(clock_.now(), std::move(body));
  }
  template <typename T>
  Awaiting<T> write_patiently(Duration patience, UnitBody<T> body) {
    return patience > Duration::zero() ? writer_.run_patiently<T>(clock_, patience, std::move(body))
                                       : write<T>(std::move(body));
  }
  template <typename T>
  Awaiting<T> read(std::function<T(Connection&)> body) {
    return reader_.run<T>(std::move(body));
  }

  Clock& clock_;
  Random& random_;
  InboxRoom room_;  // on the writer's thread …
  Channel turn_;    // … as well: who was sent to last
  Duration keep_result_;
  FileLock lock_;  // outlives both connections
  Reader reader_;
  Writer writer_;
};

}  // namespace

}  // namespace sqlite

Result<std::unique_ptr<Store>> open_sqlite(asio::io_context& loop, Clock& clock, Random& random,
                                           SqliteOptions options) {
  auto file = sqlite::open_file(options, clock.now(), make_id(clock.now(), random), make_id(clock.now(), random));
  if (!file) return std::unexpected(file.error());
  if (options.clock_mark) options.clock_mark(file->clock_mark);
  return std::make_unique<sqlite::SqliteStore>(loop, clock, random, options, std::move(*file));
}

}  // namespace apiops
