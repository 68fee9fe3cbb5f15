// Usage records as Twilio lists them: a line for each category, over a stretch of time or for each UTC day of it.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "connectors/net/http_server.h"
#include "connectors/sandbox/world.h"

namespace apiops::sandbox::twilio {

struct UsageLine {
  std::string category, unit;
  double count = 0, price = 0;
  Time begin, end;
};
// Adds what others used to the lines of the same category.
void add_up(std::vector<UsageLine>& lines, const std::vector<UsageLine>& more);

// All categories of begin <= t < end.
using UsageOf = std::function<std::vector<UsageLine>(Time begin, Time end)>;
// `range` is "Daily", "Today" … or empty.
net::ServerReply usage_records(const net::ServerRequest& request, const std::string& account, Time now,
                               const std::string& range, const UsageOf& usage);

}  // namespace apiops::sandbox::twilio
