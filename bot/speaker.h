// Who speaks on the command line: the Unix user, mapped to a person by the configuration, never a name that was typed.
#pragma once

#include <sys/types.h>

#include <string>

#include "bot/config/config.h"
#include "engine/base/json.h"

namespace apiops {

std::string unix_user_of(uid_t uid);
// The person behind that Unix user; an Error says what to add to the configuration.
Result<std::string> person_of_unix_user(const Config& config, uid_t uid);

// Whatever a request says about who speaks is replaced by who it is. In the demo people may be switched between.
Status name_speaker(Json& request, const Config& config, bool demo, uid_t peer);

}  // namespace apiops
