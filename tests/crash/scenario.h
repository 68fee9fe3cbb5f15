// One run of the laboratory: somebody asks for a change, somebody approves it, the agent dies on the way, once or
// several times, and what is left is judged. Everything by one seed, so that a run can be played again.
#pragma once

#include <string>
#include <vector>

#include "engine/base/random.h"
#include "tests/crash/far_side.h"
#include "tests/crash/lab_agent.h"
#include "tests/crash/platform.h"

namespace apiops::crash {

// What may happen in a run. Chosen by the seed, or fixed by a test of one row of the list of faults.
struct Script {
  std::string ask;                    // what ana says
  std::vector<Death> deaths;          // one for each life but the last; no point: killed from outside, by chance
  Json trouble = Json::object();      // of the simulated services, from the approval on
  Json after_death = Json::object();  // of them, from the first death on, instead
  bool double_click = false;          // ben clicks twice
  bool second_person = false;         // chris clicks, too, at the same moment
  bool redelivered = false;           // the platform delivers ben's click again
  bool decide_unknown = false;        // where the agent gives up, ben says that it was not done: drop it
  bool goes_on = false;               // who was only stopped goes on when the next one has ended the plan
  bool cancel = false;                // ana cancels what has not begun, as soon as it runs
};
Script script_of(Random& random);

struct Verdict {
  std::vector<std::string> faults;  // empty: as it must be
  std::string state;                // the plan's last state
  std::vector<int> killed_at;       // index in kPoints, or -1 for a kill from outside, for each death that came
  std::size_t effects = 0;
  Json story;
};

class Laboratory {
 public:
  Laboratory(std::string folder, Known known);
  Verdict play(const Script& script, std::uint64_t seed);

 private:
  std::string folder_;
  Known known_;
  Shared* shared_;
  std::unique_ptr<FarSide> far_;
  int runs_ = 0;
};

}  // namespace apiops::crash
