// A damaged store is found at start, before anything is decided on it, and moved aside as it is: never mended, never
// overwritten.
#pragma once

#include <string>

#include "engine/base/result.h"
#include "engine/base/time.h"

namespace apiops::sqlite {

// What is wrong with the file, in a clause; empty: it is sound, or there is none. An Error: an earlier damaged file
// still lies beside the place and no copy was restored, so nothing is started. May throw SqliteFailure.
Result<std::string> find_damage(const std::string& path);

// Renames the file and its log; the Error tells where to, and what to do next.
Error put_aside(const std::string& path, const std::string& damage, Time now);

}  // namespace apiops::sqlite
