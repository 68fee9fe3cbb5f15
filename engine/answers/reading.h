// A long reading of failures: pages are pulled and handed over as they come, so that memory does not grow with what is
// read; how far it is is shown; it ends at the last page, at kReadingTime, or when the person cancels. What was read
// until then counts, and the answer says that the rest is not known.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "engine/answers/answer.h"

namespace apiops {

inline constexpr Duration kReadingTime = std::chrono::seconds(45);   // an ask has a minute in all
inline constexpr Duration kProgressEvery = std::chrono::seconds(2);  // platforms limit edits of a message
inline constexpr Duration kCancelLook = std::chrono::milliseconds(200);

struct ReadingEnd {
  std::map<std::string, long long> scanned;
  std::vector<std::string> notes;
  bool cut = false;            // stopped at a bound, by the clock or by the person
  std::optional<Error> error;  // what stopped it: the rest is what was read before
};

// Watches the readings of one answer, perhaps of several services side by side.
class ReadingWatch {
 public:
  // `draw`: the document as far as it is; its footer is set here, with the button that cancels.
  ReadingWatch(Progress& progress, Clock& clock, std::string period, std::function<Document()> draw);
  asio::awaitable<void> scanned(const std::map<std::string, long long>& more);
  bool cancelled() const { return progress_.cancelled(); }
  bool out_of_time() const { return clock_.steady() >= ends_; }

 private:
  Progress& progress_;
  Clock& clock_;
  std::string period_;
  std::function<Document()> draw_;
  Duration shown_, ends_;
  std::map<std::string, long long> scanned_;
};

asio::awaitable<ReadingEnd> read_failures(ServiceAdapter& service, FailureQuery query, ReadingWatch& watch,
                                          std::function<void(Failure)> take);

}  // namespace apiops
