#include "connectors/store/sqlite/writer.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "engine/base/crash_point.h"

namespace apiops::sqlite {

Writer::Writer(asio::io_context& loop, std::unique_ptr<Connection> db, AuditChain chain, Keep keep)
    : loop_(loop), db_(std::move(db)), chain_(std::move(chain)), retention_(keep), committed_head_(chain_.head()) {}

Writer::~Writer() { thread_.join(); }

std::string Writer::queue_full() {
  return fmt::format("The store is busy: {} changes are waiting. Nothing was changed. Try again in a moment.",
                     kMaxQueuedUnits);
}

void Writer::submit(std::shared_ptr<Unit> unit) {
  asio::post(thread_, [this, unit = std::move(unit)]() mutable { execute(std::move(unit)); });
}

void Writer::submit_again(std::shared_ptr<Unit> unit, Time now) {
  asio::post(thread_, [this, unit = std::move(unit), now]() mutable {
    const auto waits = std::find(patient_.begin(), patient_.end(), unit);
    if (waits == patient_.end()) return;  // it found something meanwhile: its answer is on the way
    patient_.erase(waits);
    unit->set_patient(false);
    unit->set_now(now);
    execute(std::move(unit));
  });
}

// Whatever was queued before the posted commit joins its transaction.
void Writer::execute(std::shared_ptr<Unit> unit) {
  if (broken_) {
    unit->fail(*broken_);
    unit->answer();
    return;
  }
  batch_.push_back(std::move(unit));
  try {
    if (!db_->in_transaction()) begin();
    batch_now_ = std::max(batch_now_, batch_.back()->now());
    if (run_in_savepoint(*batch_.back())) batch_changed_ = true;
  } catch (const SqliteFailure& failed) {
    // The transaction itself is gone or can't go on: nothing of this batch is committed.
    fail_all(failed.error());
    return;
  }
  if (batch_.back()->patient() && batch_.back()->found_nothing()) {
    patient_.push_back(std::move(batch_.back()));
    batch_.pop_back();
  }
  if (batch_.size() >= kMaxUnitsInCommit) return commit();
  if (commit_posted_) return;
  commit_posted_ = true;
  asio::post(thread_, [this] {
    commit_posted_ = false;
    commit();
  });
}

void Writer::begin() {
  db_->change("BEGIN IMMEDIATE");
  batch_changed_ = false;
}

bool Writer::run_in_savepoint(Unit& unit) {
  const AuditChain::Head before = chain_.head();
  const auto changes = db_->total_changes();
  db_->change("SAVEPOINT unit");
  bool keep = false;
  try {
    Work work{*db_, chain_, unit.now()};
    keep = unit.run(work);
  } catch (const SqliteFailure& failed) {
    unit.fail(failed.error());
    if (!db_->in_transaction() || failed.damaged() || failed.io()) throw;  // SQLite gave up the whole transaction
  } catch (const std::exception& wrong) {
    unit.fail({ErrorKind::kBug, fmt::format("The store's unit of work failed: {}. Nothing was changed.", wrong.what()),
               "store_bug"});
  }
  if (!keep) {
    db_->change("ROLLBACK TO unit");
    chain_.back_to(before);
  }
  db_->change("RELEASE unit");
  return keep && db_->total_changes() != changes;
}

// What this transaction made ready is taken in it.
void Writer::run_patient_ones() {
  for (auto& unit : std::exchange(patient_, {})) {
    unit->set_now(std::max(unit->now(), batch_now_));
    batch_.push_back(std::move(unit));
    run_in_savepoint(*batch_.back());
    if (!batch_.back()->found_nothing()) continue;
    patient_.push_back(std::move(batch_.back()));
    batch_.pop_back();
  }
}

void Writer::commit() {
  if (!db_->in_transaction()) return;
  try {
    if (batch_changed_) {
      run_patient_ones();
      // The latest time seen: after a restart the clock never stands before it.
      db_->change("UPDATE meta SET value = max(CAST(value AS INTEGER), ?) WHERE name = 'clock_mark'",
                  to_millis(batch_now_));
      APIOPS_CRASH_POINT("store.before_commit");
      db_->change("COMMIT");
      APIOPS_CRASH_POINT("store.committed");
      committed_head_ = chain_.head();
    } else {
      db_->change("ROLLBACK");
    }
  } catch (const SqliteFailure& failed) {
    Error error = failed.error();
    if (failed.io() || failed.damaged()) {
      // Its frames may stand in the log and come back at the next start: not known, and no later decision may rest on
      // it.
      broken_ = error;
      error.kind = ErrorKind::kUnknown;
    }
    fail_all(error);
    return;
  }
  answer_all();
  retention_.after_commit(*db_, chain_, batch_now_);
  committed_head_ = chain_.head();
}

void Writer::fail_all(const Error& error) {
  if (db_->in_transaction()) {
    try {
      db_->change("ROLLBACK");
    } catch (const SqliteFailure& failed) {
      broken_ = failed.error();
    }
  }
  chain_.back_to(committed_head_);
  for (auto& unit : batch_) unit->fail(error);
  answer_all();
}

void Writer::answer_all() {
  for (auto& unit : batch_) unit->answer();
  batch_.clear();
  batch_changed_ = false;
}

}  // namespace apiops::sqlite
