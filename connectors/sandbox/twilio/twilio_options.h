// What measurements and tests set at the simulated Twilio.
#pragma once

#include "engine/base/time.h"

namespace apiops::sandbox::twilio {

struct TwilioOptions {
  long long messages = 0;  // so many in the hours before the anchor instead of the story's (MessagePace); 0: the story
  Duration latency{0};     // of every answer
  long long most_at_once = 0;  // requests beyond are refused with 429; 0: no limit
};

}  // namespace apiops::sandbox::twilio
