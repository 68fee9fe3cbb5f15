// Credentials in use, found in every encoding they travel in.
#pragma once

#include <bitset>
#include <cstdint>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "engine/masking/span.h"

namespace apiops::masking {

inline constexpr std::size_t kShortestSecret = 6;

class KnownSecrets {
 public:
  void add(const std::string& secret);
  void find(std::string_view text, Spans& spans) const;

 private:
  struct Form {
    std::string text;
    bool any_case = false;  // hexadecimal
    std::string told;
  };
  void add_form(std::string text, const std::string& told, bool any_case = false);
  std::vector<Form> forms_;
  // The first two bytes of every form, in every case it may have: one look at each place of a text tells where none can
  // begin.
  std::bitset<65'536> starts_;
  std::unordered_map<std::uint16_t, std::vector<std::size_t>> by_start_;
};

}  // namespace apiops::masking
