// A frame of the socket as JSON, without what nobody here reads: rich text, attachments, authorisations. Most frames
// are events that nobody wants, and most of a frame is such a copy of its text (facts on performance). Pure.
#pragma once

#include <nlohmann/json.hpp>
#include <string_view>

#include "engine/base/json.h"

namespace apiops::slack {

// An Error: too deep, or not JSON.
Result<Json> read_frame(std::string_view text);

}  // namespace apiops::slack
