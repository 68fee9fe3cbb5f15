// The app's manifest: what Slack needs to know to make the app, with the reason for each permission. Pure functions.
#pragma once

#include <span>
#include <string>

namespace apiops::slack {

struct Scope {
  std::string_view name, reason;
};
std::span<const Scope> needed_scopes();
// YAML, for “Create New App → From a manifest”. `mention_only`: without reading channels' messages; follow-ups in
// threads then need a mention.
std::string manifest(bool mention_only);

}  // namespace apiops::slack
