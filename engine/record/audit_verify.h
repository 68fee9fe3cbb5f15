// Proves, record by record, that the audit trail is what was written: nothing changed, nothing missing, every chain
// following one that is there. Pure; any thread. Takes the whole trail as the store returns it.
#pragma once

#include <string>
#include <vector>

#include "engine/ports/store_rows.h"

namespace apiops {

struct AuditFault {
  std::string chain;
  long long seq = 0;
  std::string what;  // "was changed after it was written", "is missing" …
};

struct AuditVerdict {
  std::size_t chains = 0, records = 0;
  std::vector<AuditFault>
      faults;  // the oldest first, at most one of each chain: what follows a bad record can't be judged
  bool sound() const { return faults.empty(); }
};

// `published`: heads whose signature was checked, from the second place. A chain may begin later than it did where a
// record of the trail says so (retention).
AuditVerdict verify_audit(std::vector<AuditRow> rows, const std::vector<AuditHead>& published = {});

// One record as one JSON object on one line, in the shape of operations.md ("Output shapes"): what is not known is
// null.
std::string audit_export_line(const AuditRow& row);

}  // namespace apiops
