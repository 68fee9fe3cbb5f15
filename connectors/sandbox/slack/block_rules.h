// What Slack refuses in blocks: the limits of Block Kit (facts on Slack, section 12). Pure functions.
#pragma once

#include <nlohmann/json.hpp>
#include <string>

#include "engine/base/json.h"

namespace apiops::sandbox::slack {

// Slack's word for what is wrong with them ("invalid_blocks", "msg_blocks_too_long", "only_one_table_allowed"), or
// empty; `where` is a JSON pointer to it.
struct BlockFault {
  std::string word, where;
};
BlockFault fault_of_blocks(const Json& blocks, std::size_t at_most);
BlockFault fault_of_view(const Json& view);
// A message's top-level text above Slack's bound.
inline constexpr std::size_t kMaxTextArgument = 4'000;
std::size_t characters(std::string_view text);

}  // namespace apiops::sandbox::slack
