// Slack's limits, kept before Slack says 429: a bucket for each method of the workspace and one a second for each
// channel (facts on Slack, section 11), and what a 429 blocked. A plain state machine; time comes in as a value of the
// steady clock.
#pragma once

#include <algorithm>
#include <map>
#include <string>

#include "engine/base/time.h"

namespace apiops::slack {

inline constexpr double kChannelBurst = 3;      // messages a channel takes at once …
inline constexpr double kChannelEvery = 1'000;  // … and then one in so many milliseconds
inline constexpr double kMethodBurst = 10;
inline constexpr std::size_t kMaxPacedChannels = 10'000;
inline constexpr Duration kLongestBlock = std::chrono::minutes(15);  // whatever Retry-After says

class Pace {
 public:
  // `off`: a measurement against a loopback address.
  explicit Pace(bool off = false) : off_(off) {}

  // Zero: the call may go now, and is counted. Else how long it has to wait.
  Duration take(const std::string& method, const std::string& channel, Duration now) {
    if (const auto it = blocked_.find(method); it != blocked_.end() && now < it->second) return it->second - now;
    if (off_) return Duration(0);
    Bucket& all = methods_.try_emplace(method, Bucket{kMethodBurst, now}).first->second;
    refill(all, kMethodBurst, every(method), now);
    if (all.tokens < 1) return until_one(all, every(method));
    if (method != "chat.postMessage" && method != "chat.postEphemeral") return all.tokens -= 1, Duration(0);
    if (channels_.size() >= kMaxPacedChannels) channels_.clear();
    Bucket& own = channels_.try_emplace(channel, Bucket{kChannelBurst, now}).first->second;
    refill(own, kChannelBurst, kChannelEvery, now);
    if (own.tokens < 1) return until_one(own, kChannelEvery);
    own.tokens -= 1;
    all.tokens -= 1;
    return Duration(0);
  }
  // A 429: nothing of that method before its time is up.
  void block(const std::string& method, Duration how_long, Duration now) {
    blocked_[method] = now + std::min(how_long, kLongestBlock);
  }

 private:
  struct Bucket {
    double tokens;
    Duration at;
  };
  // Milliseconds between two calls: tier 2 is 20 a minute, 3 is 50, 4 is 100; posting takes several hundred.
  static double every(const std::string& method) {
    if (method == "chat.postMessage") return 200;
    if (method == "chat.postEphemeral" || method == "users.info" || method.starts_with("views.") ||
        method.starts_with("files."))
      return 600;
    if (method.starts_with("usergroups.") || method == "conversations.list") return 3'000;
    return 1'200;
  }
  static void refill(Bucket& bucket, double most, double every, Duration now) {
    bucket.tokens = std::min(most, bucket.tokens + static_cast<double>((now - bucket.at).count()) / every);
    bucket.at = now;
  }
  static Duration until_one(const Bucket& bucket, double every) {
    return Duration(static_cast<long long>((1 - bucket.tokens) * every) + 1);
  }

  bool off_;
  std::map<std::string, Bucket> methods_, channels_;
  std::map<std::string, Duration> blocked_;
};

}  // namespace apiops::slack
