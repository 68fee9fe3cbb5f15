// Alerts: opened once, edited in place while they last, acknowledged or snoozed by people, resolved when it is over.
// Every change is conditional on the alert's version and is written together with its message and its audit record.
#pragma once

#include <functional>
#include <memory>
#include <string>

#include "engine/base/clock.h"
#include "engine/base/random.h"
#include "engine/masking/gate.h"
#include "engine/plans/policy.h"
#include "engine/ports/store.h"

namespace apiops {

// What alerts are worked on with; references outlive the desk's users.
struct AlertDesk {
  Store& store;
  Clock& clock;
  Random& random;
  const MaskingGate& gate;
  const std::shared_ptr<const Policy>& policy;
  std::vector<Place> places;  // where alerts are posted
};

// The alert as people see it, now. Raw: mask before it is stored. `number` 0: not given yet.
Document alert_card(const AlertRow& alert, const Policy& policy, Time now);

// The card in its places, masked and with fresh buttons.
Together alert_everywhere(const AlertDesk& desk, const AlertRow& alert);

// The trail's record of what happened to it. `person`: empty where nobody did it.
AuditEntry alert_record(const AlertRow& alert, const std::string& person, const std::string& action);

struct AlertDecision {
  std::string verb;           // "acknowledge", "snooze", "unsnooze"
  std::optional<Time> until;  // of a snooze
  const Person* person = nullptr;
  std::string inbox;
};
struct AlertReply {
  std::string told;  // to the person: what was done, or why not (somebody may have been faster)
  bool done = false;
};
asio::awaitable<Result<AlertReply>> decide_alert(const AlertDesk& desk, long long number, AlertDecision decision);

}  // namespace apiops
