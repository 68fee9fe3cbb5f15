// JSON from the outside is parsed with a limit on depth and size, and read tolerantly: a missing or wrong field is an
// empty optional, never an exception (faults 28 to 35).
#pragma once

#include <cstdint>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <string_view>

#include "engine/base/result.h"

namespace apiops {

using Json = nlohmann::json;

inline constexpr std::size_t kMaxJsonDepth = 64;
inline constexpr std::size_t kMaxJsonBytes = 8u << 20;

// The error says "incomplete", "too deep" or "not JSON"; never shows the text.
Result<Json> parse_json(std::string_view text, std::size_t max_bytes = kMaxJsonBytes);

// Sorted keys, no spaces, invalid UTF-8 replaced: the exact bytes that hashes are made of.
std::string canonical(const Json& value);

// Fields by name; nothing where the field is missing or of another type.
std::string get_string(const Json& object, std::string_view field, std::string_view otherwise = {});
std::optional<std::int64_t> get_integer(const Json& object, std::string_view field);  // also from "12" and 12.0
std::optional<bool> get_bool(const Json& object, std::string_view field);
// The decimal text of a number that may come as text or as a number ("-0.0075", 0.5); empty where there is none.
std::string get_decimal(const Json& object, std::string_view field);
// A reference to the field, or to an empty object or array where it is missing or of another type.
const Json& get_object(const Json& object, std::string_view field);
const Json& get_array(const Json& object, std::string_view field);

}  // namespace apiops
