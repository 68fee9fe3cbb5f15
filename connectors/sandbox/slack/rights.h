// What the simulated Slack lets the app do: the scopes of each method, and how often it may be called (facts on Slack,
// sections 9.2 and 11). Plain state; time comes in as a value.
#pragma once

#include <map>
#include <set>
#include <string>

#include "engine/base/time.h"

namespace apiops::sandbox::slack {

// Every scope that the app's manifest asks for.
const std::set<std::string>& all_scopes();
// The scope that the method needs for that channel ("" where it needs none).
std::string scope_of(const std::string& method, const std::string& channel);

// A bucket for each method of the workspace, and one for each channel's posts.
class Limits {
 public:
  // Nothing: the call is taken; else how many seconds the caller has to wait.
  long long wait_for(const std::string& method, const std::string& channel, Duration now);

 private:
  struct Bucket {
    double tokens;
    Duration at;
  };
  long long take(const std::string& key, double burst, double each, Duration now);
  std::map<std::string, Bucket> buckets_;
};

}  // namespace apiops::sandbox::slack
