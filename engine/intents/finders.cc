#include "engine/intents/finders.h"

#include <algorithm>
#include <memory>

#include "engine/base/text.h"
#include "engine/intents/lazy_pattern.h"

namespace apiops {

namespace {

// A finder is copied with what it stands in, its pattern is not.
std::shared_ptr<const LazyPattern> shared(const std::string& pattern) { return std::make_shared<LazyPattern>(pattern); }

// The first group that holds something.
Found first_group(const RE2& pattern, const std::string& text) {
  std::vector<re2::StringPiece> groups(static_cast<std::size_t>(pattern.NumberOfCapturingGroups()) + 1);
  if (!pattern.Match(text, 0, text.size(), RE2::UNANCHORED, groups.data(), static_cast<int>(groups.size())))
    return std::nullopt;
  for (std::size_t i = 1; i < groups.size(); ++i)
    if (!groups[i].empty()) return Json(std::string(trim(std::string_view(groups[i].data(), groups[i].size()))));
  return std::nullopt;
}

}  // namespace

Finder words(const Words& list) {
  std::vector<std::pair<std::shared_ptr<const LazyPattern>, std::string>> entries;
  for (const auto& [pattern, value] : list)
    entries.emplace_back(shared("(?:^|\\W)(?:" + pattern + ")(?:$|\\W)"), value);
  return [entries](const Reduced& message) -> Found {
    for (const auto& [pattern, value] : entries)
      if (RE2::PartialMatch(message.text, **pattern)) return Json(value);
    return std::nullopt;
  };
}

Finder group(const std::string& pattern) {
  return [re = shared(pattern)](const Reduced& message) { return first_group(**re, message.text); };
}

Finder verbatim(const std::string& pattern) {
  return [re = shared("(?i)" + pattern)](const Reduced& message) { return first_group(**re, message.original); };
}

std::vector<std::string> texts_of(const Reduced& message, const std::set<std::string>& kinds) {
  std::vector<std::string> found;
  for (const auto& value : message.values)
    if (kinds.contains(value.kind) && std::find(found.begin(), found.end(), value.text) == found.end())
      found.push_back(value.text);
  return found;
}

Json one_or_list(std::vector<std::string> found) {
  if (found.size() == 1) return found.front();
  return found;
}

Finder values(std::set<std::string> kinds) {
  return [kinds = std::move(kinds)](const Reduced& message) -> Found {
    auto found = texts_of(message, kinds);
    return found.empty() ? std::nullopt : Found(one_or_list(std::move(found)));
  };
}

Finder list_of(std::set<std::string> kinds) {
  return [kinds = std::move(kinds)](const Reduced& message) -> Found {
    auto found = texts_of(message, kinds);
    std::sort(found.begin(), found.end());
    return found.empty() ? std::nullopt : Found(Json(found));
  };
}

Finder slot_of(std::string kind) {
  return [kind = std::move(kind)](const Reduced& message) -> Found {
    for (const auto& value : message.values)
      if (value.kind == kind) return value.slot;
    return std::nullopt;
  };
}

Finder value_after(std::set<std::string> kinds, std::set<std::string> before, bool otherwise,
                   std::set<std::string> not_before) {
  return [=](const Reduced& message) -> Found {
    const Value* bare = nullptr;
    for (const auto& value : message.values) {
      if (!kinds.contains(value.kind)) continue;
      if (before.contains(value.before)) return Json(value.text);
      if (!bare && !not_before.contains(value.before)) bare = &value;
    }
    return otherwise && bare ? Found(Json(bare->text)) : std::nullopt;
  };
}

Finder first_of(std::vector<Finder> finders) {
  return [finders = std::move(finders)](const Reduced& message) -> Found {
    for (const auto& finder : finders)
      if (auto found = finder(message)) return found;
    return std::nullopt;
  };
}

std::vector<std::string> all_matches(const std::string& text, const std::string& pattern) {
  const RE2 re(pattern);
  re2::StringPiece rest(text);
  std::vector<std::string> found;
  std::string one;
  while (RE2::FindAndConsume(&rest, re, &one))
    if (std::find(found.begin(), found.end(), one) == found.end()) found.push_back(one);
  return found;
}

}  // namespace apiops
