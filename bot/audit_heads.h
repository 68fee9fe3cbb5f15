// Publishes the signed head of the audit trail to a file, every kHeadRecords records or kHeadEvery, and once more at
// the end: a second place, best on another disk or machine. With it, `audit verify` finds a tail that was cut off or a
// store that was put back to an older copy. Loop thread only.
#pragma once

#include <string>
#include <vector>

#include "engine/base/clock.h"
#include "engine/base/signal.h"
#include "engine/ports/store.h"
#include "engine/record/head_key.h"

namespace apiops {

inline constexpr long long kHeadRecords = 100;
inline constexpr Duration kHeadEvery = std::chrono::seconds(60);
inline constexpr Duration kHeadLook = std::chrono::seconds(5);  // how often the number of records is looked at

class AuditHeads {
 public:
  // Takes the key from `key_file`, or makes one (0600). A torn last line of `heads_file` is cut off. An Error: what is
  // in the way.
  static Result<AuditHeads> open(std::string key_file, std::string heads_file);

  const HeadKey& key() const { return key_; }
  const std::string& file() const { return file_; }
  bool repaired() const { return repaired_; }  // a torn line was found at the start
  // All heads in the file, oldest first; one that is not signed with our key is not among them (see foreign()).
  Result<std::vector<AuditHead>> published();
  std::size_t foreign() const { return foreign_; }

  // Signs the present head and publishes it, where it has moved.
  asio::awaitable<Status> publish(Store& store);
  // publish() again and again, until stop().
  asio::awaitable<void> run(Store& store, Clock& clock);
  void stop() { stopping_ = true; }

 private:
  AuditHeads(HeadKey key, std::string file, bool repaired)
      : key_(std::move(key)), file_(std::move(file)), repaired_(repaired) {}
  Status append(const AuditHead& head) const;

  HeadKey key_;
  std::string file_;
  bool repaired_;
  std::size_t foreign_ = 0;
  long long published_seq_ = 0;
  std::string published_chain_;
  bool stopping_ = false;
};

// What the published heads say about this store, in one sentence; empty where each chain's last one is there.
asio::awaitable<std::string> missing_heads(Store& store, std::vector<AuditHead> published);
AuditEntry audit_trouble_record(const std::string& what);

}  // namespace apiops
