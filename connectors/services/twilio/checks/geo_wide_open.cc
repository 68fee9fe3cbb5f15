// Countries that this account may call or write to without a need: a stolen key is used for premium numbers there
// first.
#include <fmt/format.h>

#include "connectors/services/twilio/checks/check.h"
#include "engine/base/text.h"

namespace apiops::twilio {

namespace {

constexpr std::size_t kManyCountries = 60;
constexpr std::size_t kNamed = 5;

std::string some_of(std::vector<std::string> countries) {
  const std::size_t all = countries.size();
  if (all > kNamed) countries.resize(kNamed);
  return join(countries, ", ") + (all > kNamed ? fmt::format(" and {} more", all - kNamed) : "");
}

}  // namespace

std::vector<Finding> check_geo_wide_open(const ConfigurationView& view) {
  if (!view.geo) return {};
  std::vector<Finding> found;
  const GeoPermissions& geo = *view.geo;
  if (!geo.voice_high_risk.empty())
    found.push_back(finding("geo_wide_open", "critical", "voice",
                            fmt::format("calls to high-risk numbers are allowed in {}", some_of(geo.voice_high_risk)),
                            "toll fraud uses exactly these: one stolen key can cost thousands in a night",
                            "switch high-risk numbers off where nobody calls them"));
  if (!geo.sms_high_risk.empty())
    found.push_back(finding("geo_wide_open", "warning", "sms",
                            fmt::format("messages to high-risk countries are allowed: {}", some_of(geo.sms_high_risk)),
                            "SMS pumping fraud sends there", "switch off the countries that nobody needs"));
  for (const auto& [channel, n] : {std::pair{"calls", geo.voice_countries}, std::pair{"messages", geo.sms_countries}})
    if (n > kManyCountries)
      found.push_back(finding("geo_wide_open", "warning", channel == std::string_view("calls") ? "voice" : "sms",
                              fmt::format("{} to {} countries are allowed", channel, n),
                              "each country that nobody needs is one more that a stolen key can be used for",
                              "allow only the countries that you call or write to"));
  return found;
}

}  // namespace apiops::twilio
