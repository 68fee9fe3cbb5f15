// Units of work 1 to 4: an event is stored once, taken by one worker, understood as an ask, answered.
#pragma once

#include "connectors/store/sqlite/writer.h"
#include "engine/ports/store.h"

namespace apiops::sqlite {

// Whether the inbox takes one more. What waits is counted seldom (it may be 100,000 rows): in between the number is
// never less than the truth, since what was done is not taken off. On the writer's thread only.
class InboxRoom {
 public:
  explicit InboxRoom(std::size_t bound) : bound_(bound), at_most_(bound) {}
  bool full(Work& work);
  void added() { ++at_most_; }

 private:
  std::size_t bound_, at_most_;
  Time counted_at_{};
};

Result<ReceiveOutcome> receive(Work& work, const InboundEvent& event, const std::string& id, InboxRoom& room);
Result<std::vector<InboxRow>> take(Work& work, std::size_t at_most);
Status understood(Work& work, const AskRow& ask, const std::optional<ConversationRow>& conversation, Together together);
Status answered(Work& work, const std::string& ask, const std::string& state,
                const std::optional<ConversationRow>& conversation, const Json& result, Duration keep,
                Together together);

}  // namespace apiops::sqlite
