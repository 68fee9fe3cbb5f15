// The parts that slots are found with: words that stand for a value, values of a kind, the group of a pattern.
#pragma once

#include <functional>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "engine/intents/reduce.h"

namespace apiops {

using Found = std::optional<Json>;
using Finder = std::function<Found(const Reduced&)>;

// Words, each with the value that it stands for; the first of the list that is there.
using Words = std::vector<std::pair<std::string, std::string>>;
Finder words(const Words& list);

// The first group that matched, of a pattern over the reduced text; over what the person wrote, case kept.
Finder group(const std::string& pattern);
Finder verbatim(const std::string& pattern);

// Values of these kinds: one, or a list of several; always a (sorted) list.
Finder values(std::set<std::string> kinds);
Finder list_of(std::set<std::string> kinds);
// The slot of the first value of a kind (a period, an amount).
Finder slot_of(std::string kind);
// A value of these kinds with one of these words before it; without any and where `otherwise` says so, the first with
// none of `not_before` before it.
Finder value_after(std::set<std::string> kinds, std::set<std::string> before, bool otherwise,
                   std::set<std::string> not_before = {});
Finder first_of(std::vector<Finder> finders);

std::vector<std::string> texts_of(const Reduced& message, const std::set<std::string>& kinds);
Json one_or_list(std::vector<std::string> found);
// Every match of the pattern's first group, without repeats.
std::vector<std::string> all_matches(const std::string& text, const std::string& pattern);

// ISO 3166 by name, people or flag: "germany", "german", "🇩🇪" (countries.cc).
Found country_in(const Reduced& message);

}  // namespace apiops
