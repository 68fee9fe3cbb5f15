// help.show: what this person may ask and do here, in words that work.
#pragma once

#include "engine/answers/answer.h"
#include "engine/plans/policy.h"

namespace apiops {

Document help_for(const Person& person, const Policy& policy, const Senses& senses, const std::string& topic, Time now);

}  // namespace apiops
