// Unit of work 14: what is wanted goes to `sending` before the call, and gets its remote id and sent revision after it.
#pragma once

#include "connectors/store/sqlite/writer.h"
#include "engine/ports/store.h"

namespace apiops::sqlite {

Result<std::vector<OutboxRow>> due(Work& work, std::size_t at_most);
Status sent(Work& work, const std::string& outbox, long long revision, const std::string& remote_id);
Status not_sent(Work& work, const std::string& outbox, const std::string& state, Time not_before);

}  // namespace apiops::sqlite
