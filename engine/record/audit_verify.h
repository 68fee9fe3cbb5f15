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

// A head that was published elsewhere: the record must still be there, with this hash.
struct AuditHead {
  std::string chain;
  long long seq = 0;
  std::string hash;
};

AuditVerdict verify_audit(std::vector<AuditRow> rows, const std::vector<AuditHead>& published = {});

// One record as one JSON object on one line, in the shape of operations.md ("Output shapes"): what is not known is
// null.
std::string audit_export_line(const AuditRow& row);

}  // namespace apiops
