// The key that signs the heads of the audit trail (Ed25519). Who holds the store but not the key can't make a head that
// fits a trail that was changed. Any thread.
#pragma once

#include <string>
#include <string_view>

#include "engine/base/result.h"
#include "engine/base/secret.h"
#include "engine/ports/store_rows.h"

namespace apiops {

class HeadKey {
 public:
  static Secret new_seed();                             // 32 bytes as hex
  static Result<HeadKey> from_seed(const Secret& hex);  // an Error where it is not such a seed

  AuditHead sign(AuditHead head) const;                          // with signature and key id
  const std::string& public_key() const { return public_key_; }  // hex
  std::string id() const;                                        // the head of the public key's hash, for people

 private:
  HeadKey(Secret seed, std::string public_key) : seed_(std::move(seed)), public_key_(std::move(public_key)) {}
  Secret seed_;
  std::string public_key_;
};

// Is this head signed with the key that belongs to this public key?
bool signed_by(std::string_view public_key_hex, const AuditHead& head);

// One published head as one line of JSON, and back. An Error: the line is not a head (torn, or somebody's).
std::string head_line(const AuditHead& head);
Result<AuditHead> head_of_line(std::string_view line);

}  // namespace apiops
