// Unit of work 14: what is wanted goes to `sending` before the call, and gets its remote id and sent revision after it.
#pragma once

#include <compare>
#include <string>
#include <vector>

#include "connectors/store/sqlite/writer.h"
#include "engine/ports/store.h"

namespace apiops::sqlite {

struct Channel {
  std::string connector, workspace, channel;
  friend auto operator<=>(const Channel&, const Channel&) = default;
};

inline constexpr std::size_t kMostChannelsLookedAt = 1'000;  // at once; the next look begins where this one ended
inline constexpr std::size_t kMostRowsLookedAt = 256;        // of a channel: those behind the head of their place

// `turn`: the channel that had its turn last; the one behind it comes first.
Result<std::vector<OutboxRow>> due(Work& work, const OutboxRoom& room, Channel& turn);
Status sent(Work& work, const std::string& outbox, long long revision, const std::string& remote_id);
Status not_sent(Work& work, const std::string& outbox, const std::string& state, Time not_before);

}  // namespace apiops::sqlite
