// What the attacker's table (attacks_test.cc, typed_attacks_test.cc) is played in: one lab with people who should never
// get through, and plans that must stay as they are.
#pragma once

#include <memory>

#include "tests/bot/lab.h"

namespace apiops::testing {

inline const Identity kAna = on_console("ana"), kBen = on_console("ben"), kChris = on_console("chris");
inline constexpr const char* kChange = "disable we_359a278fa0ab58c3153b58bd";
inline constexpr const char* kPurchase = "buy a phone number in 415 with sms";

inline bool has(const std::string& text, std::string_view part) { return text.find(part) != std::string::npos; }

// The demo's people, and some who should never get through; a rule for two votes, one for a typed confirmation.
inline Config attackable() {
  Config config = demo_config();
  for (auto& person : config.people) {
    if (person.id != "ben") continue;
    Person leaver = person;
    leaver.id = leaver.name = "dora";
    leaver.active = false;
    leaver.identities = {on_console("dora")};
    config.people.push_back(leaver);
    break;
  }
  Person unlinked{.id = "slack:U0ANA2", .name = "U0ANA2", .groups = {"ops-leads"}, .linked = false};
  unlinked.identities = {in_slack("U0ANA2")};
  config.people.push_back(unlinked);
  return config;
}

// One lab for the whole table: plans that are attacked are never executed, so the rows do not disturb each other.
inline std::unique_ptr<Lab> the_lab;
inline Lab& lab() {
  if (!the_lab) the_lab = std::make_unique<Lab>(attackable());
  return *the_lab;
}
// After an attack: the plan waits as before, nobody's approval counts, nothing was sent.
inline void check_untouched(const PlanRow& plan) {
  const PlanRow now = lab().again(plan);
  BOOST_TEST((now.state == PlanState::kProposed || now.state == PlanState::kWaiting));
  BOOST_TEST(lab().votes(plan).empty());
  BOOST_TEST(lab().journal(plan).empty());
}

struct Attacker {
  PlanRow change() { return lab().propose(kAna, kChange); }
  PlanRow purchase() { return lab().propose(kAna, kPurchase); }
};

}  // namespace apiops::testing
