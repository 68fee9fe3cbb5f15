#include "connectors/services/twilio/operations/new_url.h"

#include <fmt/format.h>

#include <algorithm>

#include "engine/base/text.h"

namespace apiops::twilio {

namespace {

bool host_in_use(const std::string& host, const std::vector<OwnNumber>& numbers) {
  return std::any_of(numbers.begin(), numbers.end(), [&](const OwnNumber& n) {
    for (const auto* url : {&n.voice_url, &n.sms_url, &n.status_callback, &n.voice_fallback_url, &n.sms_fallback_url})
      if (host_of(*url) == host) return true;
    return false;
  });
}

}  // namespace

asio::awaitable<UrlJudgement> judge_new_url(net::UrlGuard& guard, std::string url, std::vector<OwnNumber> numbers) {
  UrlJudgement judged;
  if (!url.starts_with("https://") && !url.starts_with("http://")) {
    judged.refused =
        fmt::format("{} is not a web address that Twilio could ask. Give it with https://.", shown_url(url));
    co_return judged;
  }
  const std::string host = host_of(url);
  if (url.starts_with("http://"))
    judged.warnings.push_back(fmt::format("{} is asked without encryption: use https://", host));
  if (!host_in_use(host, numbers)) judged.warnings.push_back(fmt::format("NEW HOST: {} is not in use yet", host));
  const net::UrlVerdict verdict = co_await guard.judge(url);
  if (!verdict.allowed)
    judged.warnings.push_back(fmt::format("{} can't be checked from here: {}", host, verdict.reason));
  co_return judged;
}

}  // namespace apiops::twilio
