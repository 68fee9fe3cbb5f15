// Twilio's status page (a Statuspage). Its component list holds hundreds of carriers of single countries, so only open
// incidents and parts of Twilio's own are told.
#include <array>
#include <string_view>

#include "connectors/net/status_page.h"
#include "connectors/services/twilio/twilio_adapter.h"
#include "engine/base/text.h"

namespace apiops::twilio {

namespace {

constexpr std::array<std::string_view, 5> kOwnParts{"rest api", "console", "programmable", "messaging api",
                                                    "voice api"};

bool is_own_part(std::string_view name) {
  const std::string lower = lower_ascii(name);
  for (const auto part : kOwnParts)
    if (lower.find(part) != std::string::npos) return true;
  return false;
}

}  // namespace

asio::awaitable<Result<VendorState>> TwilioAdapter::vendor_status() {
  static const std::string kPage = "https://status.twilio.com";
  if (options_.status_url.empty())
    co_return VendorState{.indicator = "unknown", .page = kPage, .incidents = {}, .components = {}};
  co_return co_await net::read_statuspage(http_, options_.status_url, kPage, is_own_part);
}

}  // namespace apiops::twilio
