#include "engine/plans/people.h"

#include <algorithm>

namespace apiops {

bool is_one_of(const Person& person, const std::set<std::string>& names) {
  return names.contains(person.id) ||
         std::any_of(person.groups.begin(), person.groups.end(), [&](const auto& g) { return names.contains(g); });
}

bool surely_apart(const Person& one, const Identity& one_as, const Person& other, const Identity& other_as) {
  if (one.id == other.id) return false;
  if (one.linked && other.linked) return true;
  return one_as.platform == other_as.platform && one_as.workspace == other_as.workspace;
}

const Person* People::by_id(std::string_view id) const {
  for (const auto& p : people_)
    if (p.id == id) return &p;
  return nullptr;
}

const Person* People::of(const Identity& identity) const {
  if (identity.kind != "member") return nullptr;
  for (const auto& p : people_)
    for (const auto& known : p.identities)
      if (p.active && known.platform == identity.platform && known.workspace == identity.workspace &&
          known.user == identity.user)
        return &p;
  return nullptr;
}

std::string People::name_of(std::string_view id) const {
  const Person* person = by_id(id);
  return person ? person->name : std::string(id);
}

}  // namespace apiops
