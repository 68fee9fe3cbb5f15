// The people whom the policy knows, found by the identity that a platform vouches for, never by a display name.
#pragma once

#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "engine/ports/chat_port.h"

namespace apiops {

struct Person {
  std::string id;    // "ana"
  std::string name;  // "Ana"
  std::string role;  // for people: "support lead"
  std::string zone = "UTC";
  std::vector<std::string> groups;
  std::vector<Identity> identities;
  bool active = true;
  // False: known by the membership in a platform's group only. Nobody has said which other accounts are the same human.
  bool linked = true;
};

// Whether one of these names is the person, or a group of theirs.
bool is_one_of(const Person& person, const std::set<std::string>& names);

// Two people who can't be told to be one human: both linked by the configuration, or on one platform and workspace.
// Otherwise one human with two accounts could approve what they asked for, or count twice.
bool surely_apart(const Person& one, const Identity& one_as, const Person& other, const Identity& other_as);

class People {
 public:
  People() = default;
  explicit People(std::vector<Person> people) : people_(std::move(people)) {}

  const std::vector<Person>& all() const { return people_; }
  const Person* by_id(std::string_view id) const;
  const Person* of(const Identity& identity) const;  // active members only
  std::string name_of(std::string_view id) const;    // "Ben"; the id of who is no longer there

 private:
  std::vector<Person> people_;
};

}  // namespace apiops
