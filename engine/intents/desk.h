// A text that is being reduced: what is found in it is put aside, and its place is not touched by later steps.
#pragma once

#include <re2/re2.h>

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "engine/intents/reduce.h"

namespace apiops {

class ReadingDesk {
 public:
  explicit ReadingDesk(std::string text) : text_(std::move(text)) {}

  std::string& text() { return text_; }
  // Every match of `pattern` for which `make` returns a value is put aside; its argument are the match and its groups.
  using Groups = std::vector<std::string>;
  using Make = std::function<std::optional<Value>(const Groups&)>;
  void put_aside(const RE2& pattern, const Make& make);
  // The places become "_kind_"; the values are in the order of the text.
  Reduced finish();

  // A place is its number between two characters that no message holds: plain_text() leaves no control characters.
  static constexpr char kPlace = '\x02', kPlaceEnd = '\x03';
  static bool is_place(std::string_view text, std::size_t at) { return text[at] == kPlace; }

 private:
  std::string text_;
  std::vector<Value> values_;
};

// URLs, ids, models, event types, e-mail addresses, phone numbers: read before anything is made lower case.
void put_aside_values(ReadingDesk& desk, std::string_view country);
// Periods, ends ("until monday"), money: read in the lower-case text with its slips mended.
void put_aside_phrases(ReadingDesk& desk);

}  // namespace apiops
