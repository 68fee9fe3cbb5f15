// Which failed messages may be sent once more. A code that says nothing of the fault's duration is left to the
// catalogue's advice; the codes named here are never resent, whatever a catalogue says.
#pragma once

#include <string>
#include <string_view>

namespace apiops::twilio {

enum class Resend : std::uint8_t { kYes, kOnlyIfNamed, kNever };
struct ResendVerdict {
  Resend may = Resend::kOnlyIfNamed;
  std::string why;  // "the recipient has unsubscribed"; empty where it may be sent
};
// advice: the catalogue's "never", "later", "after_fix", or empty where it is not known.
ResendVerdict resend_verdict(std::string_view code, std::string_view advice);

}  // namespace apiops::twilio
