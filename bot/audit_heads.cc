#include "bot/audit_heads.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "engine/base/crash_point.h"
#include "engine/base/json.h"
#include "engine/base/text.h"

namespace apiops {

namespace {

std::unexpected<Error> cannot(const std::string& file, const std::string& why) {
  return failure(ErrorKind::kUnavailable,
                 fmt::format("{}: {}. Without it the audit trail's heads can't be published; give the agent a place "
                             "that it may write to (audit.heads_file).",
                             file, why));
}

// Whole or not at all: written beside its place, flushed, moved there.
Status write_key(const std::string& file, const Secret& seed) {
  const std::string fresh = file + ".new";
  const int descriptor = ::open(fresh.c_str(), O_CREAT | O_TRUNC | O_WRONLY | O_CLOEXEC, 0600);
  if (descriptor < 0) return cannot(file, std::strerror(errno));
  const std::string text = seed.reveal() + "\n";
  const bool written =
      ::write(descriptor, text.data(), text.size()) == static_cast<ssize_t>(text.size()) && ::fsync(descriptor) == 0;
  ::close(descriptor);
  if (!written || ::rename(fresh.c_str(), file.c_str()) != 0) return cannot(file, std::strerror(errno));
  return {};
}

Result<HeadKey> key_in(const std::string& file) {
  std::error_code failed;
  if (!std::filesystem::exists(file, failed))
    if (auto made = write_key(file, HeadKey::new_seed()); !made) return std::unexpected(made.error());
  ::chmod(file.c_str(), 0600);
  std::ifstream in(file);
  std::string seed;
  if (!in || !(in >> seed)) return cannot(file, "the key can't be read");
  auto key = HeadKey::from_seed(Secret(seed));
  if (!key) return cannot(file, key.error().what);
  return key;
}

// A kill in the middle of a line leaves a torn one: it was never relied on. True: there was one.
Result<bool> cut_torn_line(const std::string& file) {
  std::error_code failed;
  if (!std::filesystem::exists(file, failed)) return false;
  std::ifstream in(file, std::ios::binary);
  std::ostringstream text;
  text << in.rdbuf();
  const std::string all = text.str();
  const auto end = all.rfind('\n');
  const std::size_t whole = end == std::string::npos ? 0 : end + 1;
  if (whole == all.size()) return false;
  std::filesystem::resize_file(file, whole, failed);
  if (failed) return cannot(file, failed.message());
  return true;
}

}  // namespace

Result<AuditHeads> AuditHeads::open(std::string key_file, std::string heads_file) {
  auto key = key_in(key_file);
  if (!key) return std::unexpected(key.error());
  auto torn = cut_torn_line(heads_file);
  if (!torn) return std::unexpected(torn.error());
  return AuditHeads(std::move(*key), std::move(heads_file), *torn);
}

Result<std::vector<AuditHead>> AuditHeads::published() {
  std::vector<AuditHead> heads;
  foreign_ = 0;
  std::ifstream in(file_);
  std::string line;
  while (std::getline(in, line)) {
    auto head = head_of_line(line);
    if (head && signed_by(key_.public_key(), *head))
      heads.push_back(std::move(*head));
    else
      ++foreign_;
  }
  if (in.bad()) return cannot(file_, "it can't be read");
  return heads;
}

Status AuditHeads::append(const AuditHead& head) const {
  const int descriptor = ::open(file_.c_str(), O_CREAT | O_APPEND | O_WRONLY | O_CLOEXEC, 0600);
  if (descriptor < 0) return cannot(file_, std::strerror(errno));
  const std::string line = head_line(head) + "\n";
  const bool written =
      ::write(descriptor, line.data(), line.size()) == static_cast<ssize_t>(line.size()) && ::fsync(descriptor) == 0;
  const int error = errno;
  ::close(descriptor);
  if (!written) return cannot(file_, std::strerror(error));
  return {};
}

asio::awaitable<Status> AuditHeads::publish(Store& store) {
  auto head = co_await store.audit_head();
  if (!head) co_return std::unexpected(head.error());
  if (head->seq == published_seq_ && head->chain == published_chain_) co_return Status{};
  AuditHead signed_head = key_.sign(std::move(*head));
  signed_head.published = file_;
  APIOPS_CRASH_POINT("heads.before_publish");
  if (auto appended = append(signed_head); !appended) co_return appended;
  APIOPS_CRASH_POINT("heads.published");
  published_seq_ = signed_head.seq;
  published_chain_ = signed_head.chain;
  co_return co_await store.head_published(std::move(signed_head));
}

asio::awaitable<void> AuditHeads::run(Store& store, Clock& clock) {
  Duration last = clock.steady() - kHeadEvery;
  while (!stopping_) {
    auto head = co_await store.audit_head();
    const bool many = head && (head->chain != published_chain_ || head->seq - published_seq_ >= kHeadRecords);
    if (many || clock.steady() - last >= kHeadEvery) {
      (void)co_await publish(store);  // what could not be published now is part of the next head
      last = clock.steady();
    }
    co_await clock.sleep_for(kHeadLook);
  }
}

asio::awaitable<std::string> missing_heads(Store& store, std::vector<AuditHead> published) {
  if (published.empty()) co_return std::string();
  const AuditHead& last = published.back();
  auto there = co_await store.audit_record(last.chain, last.seq);
  if (!there) co_return std::string();
  if (*there && (*there)->hash == last.hash) co_return std::string();
  co_return fmt::format(
      "The audit trail does not hold what was published of it at {}: record {} of chain {} is {}. This store was put "
      "back "
      "to an older copy, or its end was cut off; what happened after that is not in it.",
      to_iso8601(last.at), last.seq, last.chain, *there ? "another one" : "missing");
}

AuditEntry audit_trouble_record(const std::string& what) {
  AuditEntry entry;
  entry.kind = "chain";
  entry.record = {{"action_taken", "compared the trail with its published heads"},
                  {"context", what},
                  {"result", "failed"},
                  {"severity", "critical"}};
  return entry;
}

}  // namespace apiops
