// A document as Block Kit, within every limit of Slack (facts on Slack, section 12), and as the plain text that shows
// in notifications. Foreign text goes into plain_text and rich_text only, where no markup lives. Pure functions.
#pragma once

#include <map>
#include <nlohmann/json.hpp>
#include <string>

#include "engine/base/document.h"

namespace apiops::slack {

inline constexpr std::size_t kMaxBlocks = 50;
inline constexpr std::size_t kMaxMessageText = 12'800;  // characters over all blocks; above some 13,200 Slack refuses
inline constexpr std::size_t kMaxFallback = 3'900;      // above 4,000 Slack splits a post and refuses an update
inline constexpr std::size_t kMaxTableText = 9'500;
inline constexpr std::size_t kMaxTableRows = 100, kMaxTableColumns = 20;

struct Drawing {
  Json blocks;
  std::string text;   // escaped
  bool whole = true;  // false: something did not fit; `full` is everything as text
  std::string full;
};

// Who can be mentioned here: accounts of this workspace, and the groups of the policy that are user groups of it.
struct Mentionable {
  std::string workspace;
  std::map<std::string, std::string> groups;  // group of the policy → id of the user group
};

// `salt` makes the block ids new with each revision: a click on an old card does not meet the new one's.
Drawing draw(const Document& document, const std::string& salt, const Mentionable& mentionable = {});
// The home tab: the same blocks, as a view.
Json home_view(const Document& document);

}  // namespace apiops::slack
