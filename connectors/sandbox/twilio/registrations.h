// What the simulated account has registered with carriers: an approved brand, a campaign that is still being looked at,
// and a verified toll-free number. Read only.
#pragma once

#include <string>

#include "engine/base/json.h"

namespace apiops::sandbox::twilio {

struct Registration {
  std::string account, brand, campaign, service, verification, bundle, number_sid, number;
  std::string made;  // when, ISO 8601
};
Json brand_json(const Registration& about);
Json campaign_json(const Registration& about);
Json verification_json(const Registration& about);

}  // namespace apiops::sandbox::twilio
