// Hashes, encodings and comparison in constant time. Thin names over OpenSSL.
#pragma once

#include <string>
#include <string_view>

namespace apiops {

std::string sha256_hex(std::string_view data);
std::string hmac_sha256_hex(std::string_view key, std::string_view data);
std::string base64(std::string_view data);
std::string base64url(std::string_view data);  // without padding
bool equal_in_constant_time(std::string_view a, std::string_view b);

}  // namespace apiops
