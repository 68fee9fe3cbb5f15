// Values that stand under the name of a credential, whatever they look like: auth_token=…, "password": "…",
// TWILIO_API_SECRET=…
#pragma once

#include <string_view>

#include "engine/masking/span.h"

namespace apiops::masking {

bool is_secret_field(std::string_view name);
// A value that stands for one: ${VAR}, <your key>, xxxx, ****, "…".
bool is_placeholder(std::string_view value);
void find_fields(std::string_view text, Spans& spans);

}  // namespace apiops::masking
