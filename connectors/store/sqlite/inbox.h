// Units of work 1 to 4: an event is stored once, taken by one worker, understood as an ask, answered.
#pragma once

#include "connectors/store/sqlite/writer.h"
#include "engine/ports/store.h"

namespace apiops::sqlite {

Result<ReceiveOutcome> receive(Work& work, const InboundEvent& event, const std::string& id, std::size_t bound);
Result<std::vector<InboxRow>> take(Work& work, std::size_t at_most);
Status understood(Work& work, const AskRow& ask, const std::optional<ConversationRow>& conversation, Together together);
Status answered(Work& work, const std::string& ask, const std::string& state,
                const std::optional<ConversationRow>& conversation, const Json& result, Duration keep,
                Together together);

}  // namespace apiops::sqlite
