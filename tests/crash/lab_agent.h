// The agent under test: the real inbox, conversation, planner, approvals, executor, outbox, store, service adapters and
// HTTP client, wired without console, monitors and command line, so that a life costs little. Its chat platform is the
// driver, at the other end of a socket.
#pragma once

#include <map>
#include <string>

#include "engine/base/time.h"
#include "engine/errors/catalogue.h"
#include "engine/intents/rule_book.h"
#include "tests/crash/shared.h"

namespace apiops::crash {

// What is costly to make and never changes: made once in the driver, seen by every fork.
struct Known {
  RuleBook& rules;
  const ErrorCatalogue& errors;
};

struct Life {
  std::string home;
  std::map<std::string, std::string> environment, hosts;  // of the simulated services
  Time start{};                                           // the wall clock that this life begins with
  Death death;
};

// A new process that lives this life; its id, and the driver's end of the socket.
struct Born {
  pid_t process = -1;
  int line = -1;
};
Born bear(const Life& life, const Known& known, Shared& shared);

}  // namespace apiops::crash
