#include <nlohmann/json.hpp>

#include "engine/base/digest.h"
#include "engine/ports/store.h"

namespace apiops {

std::string audit_canonical(const std::string& chain, long long seq, Time at, const AuditEntry& entry) {
  return canonical(Json{{"chain", chain},
                        {"seq", seq},
                        {"at", to_millis(at)},
                        {"kind", entry.kind},
                        {"person", entry.person},
                        {"plan", entry.plan},
                        {"service", entry.service},
                        {"resource", entry.resource},
                        {"record", entry.record}});
}

std::string audit_hash(std::string_view previous_hash, std::string_view canonical_record) {
  return sha256_hex(std::string(previous_hash) + "\n" + std::string(canonical_record));
}

}  // namespace apiops
