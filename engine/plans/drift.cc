#include "engine/plans/drift.h"

#include <fmt/format.h>

#include <set>

#include "engine/base/text.h"

namespace apiops {

namespace {

std::string shown(const Json& value) {
  if (value.is_null()) return "nothing";
  return clip(clean_line(value.is_string() ? value.get<std::string>() : canonical(value)), kShownValue);
}

const Json& field(const Json& object, const std::string& name) {
  static const Json kNothing;
  const auto found = object.find(name);
  return found == object.end() ? kNothing : *found;
}

}  // namespace

std::string difference(const Json& expected, const Json& now) {
  if (canonical(expected) == canonical(now)) return {};
  if (!expected.is_object() || !now.is_object()) return shown(expected) + " → " + shown(now);
  std::set<std::string> names;
  for (const auto& [name, value] : expected.items()) names.insert(name);
  for (const auto& [name, value] : now.items()) names.insert(name);
  std::string text;
  std::size_t count = 0;
  for (const auto& name : names) {
    if (canonical(field(expected, name)) == canonical(field(now, name))) continue;
    if (++count > kShownDifferences) continue;
    text += fmt::format("{}{}: {} → {}", text.empty() ? "" : "; ", name, shown(field(expected, name)),
                        shown(field(now, name)));
  }
  if (count > kShownDifferences) text += fmt::format("; and {} more", count - kShownDifferences);
  return text;
}

}  // namespace apiops
