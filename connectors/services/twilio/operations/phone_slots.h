// Phone numbers in slots: mended where it is clear what is meant, asked for where it is not, before anything is sent.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "connectors/services/twilio/numbers.h"

namespace apiops::twilio {

// " +1 (415) 555-0162 " → "+14155550162"; nothing where it is not a number with its country code.
std::optional<std::string> e164_of(std::string_view text);

// Our numbers that can do a thing, the likeliest sender to this country first, as buttons that fill `slot`.
std::vector<OwnNumber> senders(const std::vector<OwnNumber>& numbers, bool OwnNumber::* can, std::string_view to);
std::vector<Button> number_choices(const std::vector<OwnNumber>& numbers, const std::string& intent, const Json& slots,
                                   const std::string& slot, const std::string& verb);

}  // namespace apiops::twilio
