// The one writing connection, on its own thread, with group commit: units of work that are waiting share one
// transaction, each in a savepoint of its own. A unit that changes nothing, or fails, is rolled back alone; all are
// answered after the commit. A patient unit that finds nothing to do stays, and is run again as the last one of each
// transaction that changes something: so an event is taken, and a message sent, without a commit of its own.
//
// run() is called on the loop's thread. Everything else here happens on the writer's thread, in the order of the calls,
// so nothing is locked. The destructor commits what is queued. The loop outlives the writer.
#pragma once

#include <asio/io_context.hpp>
#include <asio/post.hpp>
#include <asio/thread_pool.hpp>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <type_traits>
#include <vector>

#include "connectors/store/sqlite/awaited.h"
#include "connectors/store/sqlite/chain.h"
#include "connectors/store/sqlite/connection.h"
#include "connectors/store/sqlite/retention.h"
#include "engine/base/clock.h"

namespace apiops::sqlite {

inline constexpr std::size_t kMaxQueuedUnits = 10'000;
inline constexpr std::size_t kMaxUnitsInCommit = 256;

// What a unit of work may touch. `now` is the loop's time when the unit was asked for.
struct Work {
  Connection& db;
  AuditChain& chain;
  Time now;
};

template <typename T>
using UnitBody = std::function<Result<T>(Work&)>;

// A unit whose condition did not hold leaves nothing behind: an error, `false`, an empty optional, an empty list.
template <typename T>
bool holds(const Result<T>& result) {
  if (!result) return false;
  if constexpr (std::is_same_v<T, bool>)
    return *result;
  else if constexpr (requires { result->has_value(); })
    return result->has_value();
  else if constexpr (requires { result->empty(); })
    return !result->empty();
  else
    return true;
}

class Unit {
 public:
  explicit Unit(Time now) : now_(now) {}
  virtual ~Unit() = default;
  virtual bool run(Work& work) = 0;  // true: keep what it wrote
  virtual void fail(Error error) = 0;
  virtual void answer() = 0;  // once, as the last thing
  virtual bool found_nothing() const = 0;
  Time now() const { return now_; }
  void set_now(Time now) { now_ = now; }
  bool patient() const { return patient_; }
  void set_patient(bool patient) { patient_ = patient; }

 private:
  Time now_;
  bool patient_ = false;
};

template <typename T>
class UnitOf final : public Unit {
 public:
  UnitOf(Time now, UnitBody<T> body, std::shared_ptr<Awaited<T>> awaited)
      : Unit(now), body_(std::move(body)), awaited_(std::move(awaited)) {}
  bool run(Work& work) override {
    awaited_->result = body_(work);
    return holds(*awaited_->result);
  }
  void fail(Error error) override { awaited_->result = std::unexpected(std::move(error)); }
  void answer() override { hand_over(std::move(awaited_)); }
  bool found_nothing() const override { return awaited_->result->has_value() && !holds(*awaited_->result); }

 private:
  UnitBody<T> body_;
  std::shared_ptr<Awaited<T>> awaited_;
};

class Writer {
 public:
  Writer(asio::io_context& loop, std::unique_ptr<Connection> db, AuditChain chain, Keep keep);
  ~Writer();

  template <typename T>
  asio::awaitable<Result<T>> run(Time now, UnitBody<T> body) {
    if (*queued_ >= kMaxQueuedUnits) co_return failure(ErrorKind::kUnavailable, queue_full(), "store_busy");
    InQueue place(queued_);
    auto awaited = std::make_shared<Awaited<T>>(loop_);
    submit(std::make_shared<UnitOf<T>>(now, std::move(body), awaited));
    co_return co_await wait_for(std::move(awaited));
  }
  // Answered with nothing only when its patience is over (by `clock`, real time).
  template <typename T>
  asio::awaitable<Result<T>> run_patiently(const Clock& clock, Duration patience, UnitBody<T> body) {
    if (*queued_ >= kMaxQueuedUnits) co_return failure(ErrorKind::kUnavailable, queue_full(), "store_busy");
    InQueue place(queued_);
    auto awaited = std::make_shared<Awaited<T>>(loop_);
    auto unit = std::make_shared<UnitOf<T>>(clock.now(), std::move(body), awaited);
    unit->set_patient(true);
    submit(unit);
    if (!co_await arrives_within(awaited, patience)) submit_again(std::move(unit), clock.now());
    co_return co_await wait_for(std::move(awaited));
  }

 private:
  static std::string queue_full();
  void submit(std::shared_ptr<Unit> unit);
  void submit_again(std::shared_ptr<Unit> unit, Time now);  // its patience is over
  // On the writer's thread:
  void execute(std::shared_ptr<Unit> unit);
  void begin();
  bool run_in_savepoint(Unit& unit);
  void run_patient_ones();
  void commit();
  void fail_all(const Error& error);
  void answer_all();

  asio::io_context& loop_;
  std::shared_ptr<std::size_t> queued_ = std::make_shared<std::size_t>(0);
  std::unique_ptr<Connection> db_;
  AuditChain chain_;
  Retention retention_;
  AuditChain::Head committed_head_;
  std::vector<std::shared_ptr<Unit>> batch_;    // ran, not yet committed
  std::vector<std::shared_ptr<Unit>> patient_;  // found nothing yet
  bool batch_changed_ = false;
  bool commit_posted_ = false;
  Time batch_now_{};
  std::optional<Error> broken_;  // a commit whose fate is not known: nothing more is decided by this process
  asio::thread_pool thread_{1};  // last: its end joins while the rest still stands
};

}  // namespace apiops::sqlite
