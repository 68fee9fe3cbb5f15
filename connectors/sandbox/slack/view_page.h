// The web view of the simulated workspace: one page, no other file.
#pragma once

#include <string_view>

namespace apiops::sandbox::slack {

extern const std::string_view kViewPage;

}  // namespace apiops::sandbox::slack
