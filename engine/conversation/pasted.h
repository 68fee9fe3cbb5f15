// A message or log that somebody handed over with “Diagnose this”: the ask that it stands for.
#pragma once

#include <string>
#include <string_view>

namespace apiops {

// "why did SM… fail" where it names a resource, "explain 30007" where it names an error code, else "diagnose" and the
// text, which asks back.
std::string ask_of_pasted(std::string_view text);

}  // namespace apiops
