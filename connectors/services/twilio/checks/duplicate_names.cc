// Two things of one kind with the same name: sooner or later somebody changes the wrong one.
#include <fmt/format.h>

#include <map>

#include "connectors/services/twilio/checks/check.h"
#include "engine/base/text.h"

namespace apiops::twilio {

namespace {

template <typename Things>
void look(std::vector<Finding>& found, std::string_view kind, const Things& things, auto name_of, auto id_of) {
  std::map<std::string, std::vector<std::string>> by_name;
  for (const auto& thing : things)
    if (!name_of(thing).empty()) by_name[name_of(thing)].push_back(id_of(thing));
  for (const auto& [name, ids] : by_name)
    if (ids.size() > 1)
      found.push_back(finding("duplicate_names", "info", ids.front(),
                              fmt::format("{} {} are called “{}”: {}", ids.size(), kind, name, join(ids, ", ")),
                              "sooner or later somebody changes the wrong one", "give each a name of its own"));
}

}  // namespace

std::vector<Finding> check_duplicate_names(const ConfigurationView& view) {
  std::vector<Finding> found;
  // A number that was never named carries itself as its name.
  look(
      found, "numbers", view.numbers, [](const OwnNumber& n) { return n.friendly_name; },
      [](const OwnNumber& n) { return n.number; });
  if (view.services)
    look(
        found, "messaging services", *view.services, [](const MessagingService& s) { return s.name; },
        [](const MessagingService& s) { return s.sid; });
  if (view.applications)
    look(
        found, "applications", *view.applications, [](const Application& a) { return a.name; },
        [](const Application& a) { return a.sid; });
  if (view.keys)
    look(found, "API keys", *view.keys, [](const ApiKey& k) { return k.name; }, [](const ApiKey& k) { return k.sid; });
  return found;
}

}  // namespace apiops::twilio
