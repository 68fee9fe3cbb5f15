#include "connectors/sandbox/ledger.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <fstream>
#include <stdexcept>

namespace apiops::sandbox {

namespace {

[[noreturn]] void give_up(const std::string& what, const std::string& path) {
  throw std::runtime_error("The sandbox's ledger " + path + " " + what + ": " + std::strerror(errno));
}

}  // namespace

Ledger::Ledger(const std::string& path, std::uint64_t seed, Time now) : anchor_(now), seed_(seed) {
  if (path.empty()) return;
  const bool goes_on = read(path, seed, now);
  file_ = ::open(path.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC | (goes_on ? 0 : O_TRUNC), 0600);
  if (file_ < 0) give_up("can't be opened", path);
  if (!goes_on) write_line({{"anchor", to_millis(anchor_)}, {"seed", seed_}});
}

Ledger::~Ledger() {
  if (file_ >= 0) ::close(file_);
}

// False: there is no story that goes on. A last line that was cut by a kill was never answered for and is left out.
bool Ledger::read(const std::string& path, std::uint64_t seed, Time now) {
  std::ifstream in(path, std::ios::binary);
  std::string line;
  if (!std::getline(in, line)) return false;
  const auto head = parse_json(line);
  const auto anchor = head ? get_integer(*head, "anchor") : std::nullopt;
  if (!anchor || now - from_millis(*anchor) > kStoryKept || from_millis(*anchor) > now + std::chrono::minutes(5))
    return false;
  if (get_integer(*head, "seed").value_or(-1) != static_cast<std::int64_t>(seed)) return false;
  anchor_ = from_millis(*anchor);
  std::size_t whole = line.size() + 1;
  while (std::getline(in, line) && !in.eof()) {
    whole += line.size() + 1;
    if (auto effect = parse_json(line)) effects_.push_back(std::move(*effect));
  }
  in.close();
  if (::truncate(path.c_str(), static_cast<off_t>(whole)) != 0) give_up("can't be shortened", path);
  return true;
}

void Ledger::write_line(const Json& line) {
  if (file_ < 0) return;
  const std::string text = line.dump(-1, ' ', false, Json::error_handler_t::replace) + "\n";
  std::size_t done = 0;
  while (done < text.size()) {
    const auto n = ::write(file_, text.data() + done, text.size() - done);
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) give_up("can't be written", "");
    done += static_cast<std::size_t>(n);
  }
  if (::fsync(file_) != 0) give_up("can't be flushed", "");
}

void Ledger::add(const std::string& service, const std::string& effect, Time at, Json details) {
  if (effects_.size() >= kMaxEffects) throw std::runtime_error("The sandbox's ledger is full.");
  details["service"] = service;
  details["effect"] = effect;
  details["at"] = to_millis(at);
  write_line(details);
  effects_.push_back(std::move(details));
}

}  // namespace apiops::sandbox
