// Numbers that Twilio has on offer, with their monthly price. A search reserves nothing: an offer can be gone a moment
// later.
#pragma once

#include <asio/awaitable.hpp>
#include <string>
#include <vector>

#include "connectors/services/twilio/numbers.h"
#include "engine/ports/service_types.h"

namespace apiops::twilio {

struct Offer {
  NumberOffer offer;
  bool address_needed = false;  // Twilio wants an address or a bundle first
};
asio::awaitable<Result<std::vector<Offer>>> offers(TwilioApi& api, NumberQuery query);
// The exact number, where it is on offer.
asio::awaitable<Result<std::optional<Offer>>> offer_of(TwilioApi& api, std::string number, std::string country,
                                                       std::string number_type);

std::string capability_words(const std::vector<std::string>& capabilities);  // "SMS and voice"

}  // namespace apiops::twilio
