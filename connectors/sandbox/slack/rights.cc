#include "connectors/sandbox/slack/rights.h"

#include <algorithm>
#include <cmath>

namespace apiops::sandbox::slack {

namespace {

constexpr double kPostBurst = 8;  // Slack tolerates short bursts; it does not say how long ones
constexpr double kMillisInMinute = 60'000;

// Calls a minute: the tiers.
double a_minute(const std::string& method) {
  if (method == "chat.postMessage") return 300;
  if (method == "auth.test") return 300;
  if (method == "apps.connections.open") return 50;
  if (method.starts_with("usergroups.") || method == "conversations.list") return 20;
  if (method == "chat.postEphemeral" || method == "users.info" || method.starts_with("views.") ||
      method.starts_with("files."))
    return 100;
  return 50;
}

}  // namespace

const std::set<std::string>& all_scopes() {
  static const std::set<std::string> kAll{"app_mentions:read", "chat:write",     "commands",      "im:history",
                                          "im:read",           "im:write",       "channels:read", "groups:read",
                                          "channels:history",  "groups:history", "users:read",    "usergroups:read",
                                          "files:write"};
  return kAll;
}

std::string scope_of(const std::string& method, const std::string& channel) {
  const bool direct = channel.starts_with('D');
  if (method.starts_with("chat.") && method != "chat.getPermalink") return "chat:write";
  if (method == "conversations.info" || method == "conversations.list") return direct ? "im:read" : "channels:read";
  if (method == "conversations.history" || method == "conversations.replies")
    return direct ? "im:history" : "channels:history";
  if (method == "conversations.open") return "im:write";
  if (method == "users.info") return "users:read";
  if (method.starts_with("usergroups.")) return "usergroups:read";
  if (method.starts_with("files.")) return "files:write";
  if (method.starts_with("reactions.")) return "reactions:write";
  return {};
}

long long Limits::take(const std::string& key, double burst, double each, Duration now) {
  Bucket& bucket = buckets_.try_emplace(key, Bucket{burst, now}).first->second;
  bucket.tokens = std::min(burst, bucket.tokens + static_cast<double>((now - bucket.at).count()) / each);
  bucket.at = now;
  if (bucket.tokens >= 1) return bucket.tokens -= 1, 0;
  return std::max(1LL, static_cast<long long>(std::ceil((1 - bucket.tokens) * each / 1'000)));
}

long long Limits::wait_for(const std::string& method, const std::string& channel, Duration now) {
  const double minute = a_minute(method);
  if (const long long wait = take(method, minute / 3, kMillisInMinute / minute, now); wait > 0) return wait;
  const bool posts = method == "chat.postMessage" || method == "chat.postEphemeral";
  return posts ? take("to " + channel, kPostBurst, 1'000, now) : 0;
}

}  // namespace apiops::sandbox::slack
