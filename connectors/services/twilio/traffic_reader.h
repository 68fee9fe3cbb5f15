// Reads the messages or calls of a period, however many there are. Twilio's filters know UTC days and its page tokens
// form a chain, so each day is a chain of pages of its own, kDaysSideBySide at once. A chain's next page is asked for
// as soon as its link is known, while the rows of the last one are still read in the pool. What is held is a page for
// each chain, whatever the period holds.
#pragma once

#include <functional>
#include <memory>

#include "connectors/services/twilio/page_parser.h"
#include "connectors/services/twilio/twilio_api.h"

namespace apiops::twilio {

inline constexpr std::size_t kDaysSideBySide = 4;        // of the kReadsAtOnce that a service allows
inline constexpr long long kMaxRecordsRead = 5'000'000;  // of one reading
inline constexpr std::size_t kMaxDaysRead = 400;         // of one reading

struct TrafficQuery {
  RecordKind kind = RecordKind::kMessages;
  Period period;
  net::Headers filter;  // To, From, Status
  long long max_records = kMaxRecordsRead;
  bool newest_page_only = false;  // without a date filter: finds what has no date of sending
};

class TrafficReader {
 public:
  TrafficReader(TwilioApi& api, TrafficQuery query);
  TrafficReader(const TrafficReader&) = delete;
  TrafficReader& operator=(const TrafficReader&) = delete;
  ~TrafficReader();  // what is under way is given up

  struct Step {
    long long records = 0;  // in the period
    bool last = false;      // nothing follows
    bool cut = false;       // at the end: stopped at a bound, or at a page already seen
  };
  // The records of the next page that lie in the period go to `visit`, in the pool: it must touch nothing but what
  // belongs to this page, and own it. Pages of different days come in any order.
  using Visit = std::function<void(const RecordView&)>;
  asio::awaitable<Result<Step>> next(Visit visit);

 private:
  struct Chain;
  struct Reading;
  void ask(std::shared_ptr<Chain> chain);
  void plan_chains();
  void begin_chains();
  void follow(const std::shared_ptr<Chain>& chain, std::string link);

  TwilioApi& api_;
  TrafficQuery query_;
  std::shared_ptr<Reading> reading_;  // from the first page on; shared with requests under way and with the pool
};

// Reads all of it: a digest of each page is made in the pool (Digest::add) and joined here (Digest::join).
template <typename Digest>
struct Scanned {
  Digest digest;
  long long records = 0;
  bool cut = false;
};
template <typename Digest>
asio::awaitable<Result<Scanned<Digest>>> scan(TwilioApi& api, TrafficQuery query, Digest empty = {}) {
  TrafficReader reader(api, std::move(query));
  Scanned<Digest> all{empty};
  while (true) {
    auto page = std::make_shared<Digest>(empty);
    auto step = co_await reader.next([page](const RecordView& record) { page->add(record); });
    if (!step) co_return std::unexpected(step.error());
    all.digest.join(std::move(*page));
    all.records += step->records;
    all.cut = all.cut || step->cut;
    if (step->last) co_return all;
  }
}

}  // namespace apiops::twilio
