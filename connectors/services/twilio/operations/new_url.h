// What is said of an address before anything of ours is pointed to it.
#pragma once

#include <asio/awaitable.hpp>
#include <string>
#include <vector>

#include "connectors/net/url_guard.h"
#include "connectors/services/twilio/numbers.h"

namespace apiops::twilio {

// What a plan that sets this URL must say of it: not https, not resolvable now, a host that none of our numbers uses
// yet. A URL that is not http(s) at all, or that leads inside, is refused in `refused`.
struct UrlJudgement {
  std::string refused;
  std::vector<std::string> warnings;
};
asio::awaitable<UrlJudgement> judge_new_url(net::UrlGuard& guard, std::string url, std::vector<OwnNumber> numbers);

}  // namespace apiops::twilio
