// The store: the named transitions of data-model.md, each one whole transaction on the store's own thread, and reads.
// Called from the event loop's thread; nothing is held open across a wait. A transition whose condition does not hold
// changes nothing and returns false (or nothing): somebody else was faster, read again. An Error means "not committed":
// kUnavailable (full, read-only, gone) or kUnknown (the commit's fate is not known; read back).
//
// Every plan and alert change is conditional on the row's version, so a decision made on what was read holds or fails
// whole.
#pragma once

#include <asio/awaitable.hpp>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "engine/ports/store_rows.h"

namespace apiops {

// What a transition takes along in the same transaction.
struct Together {
  std::vector<AuditEntry> audit;
  std::vector<OutboxWrite> outbox;
  std::vector<ButtonRow> buttons;
  std::string inbox_done;  // id of an inbox row that is done with it, or empty
};

struct NewPlan {
  PlanRow plan;  // number is given by the store
  std::vector<StepRow> steps;
};

// A conditional change of a plan: holds only where the plan has this version (and fence, where `fence` is set).
struct PlanChange {
  std::string plan;
  long long version = 0;
  PlanState to = PlanState::kWaiting;
  std::optional<long long> fence;  // must equal the plan's
  bool drop_buttons = false;       // voting buttons of this plan stop working ("already decided" is told instead)
  // Reserved where the plan becomes approved; one that would pass its limit fails the whole with code kOverAllowance.
  // The store itself settles them in the transaction that ends the plan or leads it back to waiting.
  std::vector<AllowanceHold> holds = {};
  std::optional<Time> reminded_at = {}, escalated_at = {};
};
inline constexpr std::string_view kOverAllowance = "over_allowance";

// What a sender has room for.
struct OutboxRoom {
  std::size_t messages = 0;
  std::map<std::string, std::size_t> in_channel = {};  // on their way in one channel, by connector; else any number
};

struct Store {
  virtual ~Store() = default;

  // 1 receive: acknowledge to the platform after this returned. kFull above the inbox bound.
  virtual asio::awaitable<Result<ReceiveOutcome>> receive(InboundEvent event) = 0;
  // 2 take: new → taken, oldest first, at most one of each place; also those of a worker that died (lease over). Where
  // there is none, waits for one this long; it is then taken in the transaction that made it ready (so does due()).
  virtual asio::awaitable<Result<std::vector<InboxRow>>> take(std::size_t at_most, Duration patience = {}) = 0;
  // 3 understood: the ask with its conversation; an answer follows.
  virtual asio::awaitable<Status> understood(AskRow ask, std::optional<ConversationRow> conversation,
                                             Together together) = 0;
  // 3 as well, where a plan follows: gives it the next number. In the documents and audit records of `together`, every
  // kNumberHere becomes the number (the number is known inside the transaction only). The same holds for replace() and
  // open_alert().
  static constexpr std::string_view kNumberHere = "{{number}}";
  virtual asio::awaitable<Result<PlanRow>> propose(NewPlan plan, Together together) = 0;
  // 4 answered; a `result` that is not null is kept for a day under the ask's id.
  virtual asio::awaitable<Status> answered(std::string ask, std::string state,
                                           std::optional<ConversationRow> conversation, Json result,
                                           Together together) = 0;
  // 5 vote: inserts the vote and moves the plan (`to` may be its present state: counted, not yet enough).
  virtual asio::awaitable<Result<bool>> vote(VoteRow vote, PlanChange change, Together together) = 0;
  // Anything that leaves no state behind but a record and an answer: a refused click, a refused vote, a setting.
  virtual asio::awaitable<Status> note(Together together) = 0;
  // 6 start: approved → executing with executor, a new fence (returned) and a lease; empty where somebody else was
  // faster.
  virtual asio::awaitable<Result<std::optional<long long>>> start(std::string plan, long long version,
                                                                  std::string executor, Time leased_until,
                                                                  Together together) = 0;
  virtual asio::awaitable<Result<bool>> renew(std::string plan, long long fence, Time leased_until) = 0;
  // 6 as well, for a plan that another process left executing or unknown with `fence`: a new fence (returned), so that
  // nothing the other one still wants to write holds. Empty where somebody else was faster.
  virtual asio::awaitable<Result<std::optional<long long>>> take_over(std::string plan, long long fence,
                                                                      std::string executor, Time leased_until,
                                                                      Together together) = 0;
  // 7 intend: step running; journal row (intended), only while the plan is executing with this fence. No byte leaves
  // before. False also where the journal already holds an attempt of this step that is open, done or unknown.
  virtual asio::awaitable<Result<bool>> intend(JournalRow row, Together together) = 0;
  // 7 as well, immediately before the first byte leaves: journal intended → sent, and the lease holds until then.
  // False: the plan is no longer ours, and nothing may be sent. What still says "intended" was never sent.
  virtual asio::awaitable<Result<bool>> sending(std::string attempt, long long fence, Time leased_until) = 0;
  // 8 outcome: journal answered; step done, failed or unknown.
  virtual asio::awaitable<Result<bool>> outcome(std::string attempt, std::string outcome, StepRow step, long long fence,
                                                Together together) = 0;
  // 9 finish, and every other move of a plan (expire, drift, cancel, back to waiting, undone of the one it undoes).
  // `also`: other plans that change with it (the plan that this one takes back); all hold, or nothing is written.
  virtual asio::awaitable<Result<bool>> move(PlanChange change, Together together,
                                             std::vector<PlanChange> also = {}) = 0;
  // Of an executing or unknown plan: what waits never begins (waiting → skipped, with `result`). False where nothing
  // waits.
  virtual asio::awaitable<Result<bool>> skip_steps(std::string plan, long long fence, Json result,
                                                   Together together) = 0;
  // 10 replace: the old plan moves (cancelled, drifted), the new one is proposed.
  virtual asio::awaitable<Result<PlanRow>> replace(PlanChange old_plan, NewPlan plan, Together together) = 0;
  // 12 observe: a reading; the monitor's next time; an alert opened (id not yet known), updated or resolved. Returns
  // the alert's row as stored (its number, above all). At most one alert that is not resolved has a fingerprint.
  virtual asio::awaitable<Status> observe(ReadingRow reading, Time next_at) = 0;
  virtual asio::awaitable<Result<AlertRow>> open_alert(AlertRow alert, Together together) = 0;
  virtual asio::awaitable<Result<bool>> change_alert(AlertRow alert, long long version,
                                                     Together together) = 0;  // 13 too
  // 14 send: waiting rows that are due → sending, channels in turn, at most one row of each place. In a channel edits
  // and private answers go first, then posts, oldest change first. Rows left in `sending` by a process that died come
  // back as `unsure`.
  virtual asio::awaitable<Result<std::vector<OutboxRow>>> due(OutboxRoom room, Duration patience = {}) = 0;
  virtual asio::awaitable<Status> sent(std::string outbox, long long revision, std::string remote_id) = 0;
  virtual asio::awaitable<Status> not_sent(std::string outbox, std::string state, Time not_before) = 0;

  // Reads.
  virtual asio::awaitable<Result<std::optional<ConversationRow>>> conversation(Place place, std::string person) = 0;
  virtual asio::awaitable<Result<std::optional<PlanRow>>> plan(std::string id) = 0;
  virtual asio::awaitable<Result<std::optional<PlanRow>>> plan_by_number(long long number) = 0;
  virtual asio::awaitable<Result<std::vector<PlanRow>>> plans(std::vector<PlanState> states,
                                                              std::size_t at_most) = 0;  // newest first
  virtual asio::awaitable<Result<std::vector<StepRow>>> steps(std::string plan) = 0;
  virtual asio::awaitable<Result<std::vector<VoteRow>>> votes(std::string plan) = 0;
  virtual asio::awaitable<Result<std::vector<JournalRow>>> journal(std::string plan) = 0;
  virtual asio::awaitable<Result<std::optional<ButtonRow>>> button(std::string token_hash) = 0;
  virtual asio::awaitable<Result<std::vector<OutboxRow>>> messages_of(
      std::string subject) = 0;  // all places of a plan or alert
  virtual asio::awaitable<Result<std::vector<AlertRow>>> alerts(bool resolved_too, std::size_t at_most) = 0;
  virtual asio::awaitable<Result<std::optional<AlertRow>>> alert_by_number(long long number) = 0;
  virtual asio::awaitable<Result<std::vector<ReadingRow>>> readings(std::string monitor, Time since) = 0;
  virtual asio::awaitable<Result<std::vector<MonitorRow>>> monitors() = 0;
  virtual asio::awaitable<Status> put_monitor(MonitorRow monitor) = 0;
  // What was said in a place, oldest first; private answers are those to this user.
  virtual asio::awaitable<Result<std::vector<HistoryItem>>> history(Place place, std::string user,
                                                                    std::size_t limit) = 0;
  // What an answer kept for "show more"; empty when its day is over.
  virtual asio::awaitable<Result<std::optional<Json>>> result(std::string ask) = 0;
  struct AuditQuery {
    std::optional<Period> period;
    std::string person, plan, resource, text, kind;
    std::size_t at_most = 100'000;
    bool newest_first = false;
  };
  virtual asio::awaitable<Result<std::vector<AuditRow>>> audit(AuditQuery query) = 0;
  virtual asio::awaitable<Result<AllowanceRow>> allowance(std::string rule, std::string window) = 0;
  virtual asio::awaitable<Result<std::optional<AuditRow>>> audit_record(std::string chain, long long seq) = 0;
  // 15 publish head: the last committed record of this process's chain; and, once the second place has taken it, that
  // it did.
  virtual asio::awaitable<Result<AuditHead>> audit_head() = 0;
  virtual asio::awaitable<Status> head_published(AuditHead head) = 0;
  virtual asio::awaitable<Result<std::vector<AuditHead>>> published_heads() = 0;  // oldest first
  virtual asio::awaitable<Result<std::optional<Json>>> setting(std::string name) = 0;
  virtual asio::awaitable<Status> put_setting(std::string name, Json value, Together together) = 0;
  virtual asio::awaitable<Result<bool>>
  ready() = 0;  // a tiny write that is rolled back: the health endpoint's question
};

// The kind of the record that retention leaves: {"cuts": [{"chain", "seq", "hash"}]}, where chains begin from now on.
inline constexpr std::string_view kAuditCut = "cut";
// The chain: hash = SHA-256(previous hash + "\n" + canonical). One function for every store and for `verify`.
std::string audit_canonical(const std::string& chain, long long seq, Time at, const AuditEntry& entry);
std::string audit_hash(std::string_view previous_hash, std::string_view canonical);

}  // namespace apiops
