// Text from people and services is data (facts on hostile text): cleaned once here, given its markup where it is drawn.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace apiops {

inline constexpr std::size_t kMaxLineLength = 2000;  // characters

// Invalid UTF-8 becomes U+FFFD; C0 (but newline and tab) and C1 controls, bidirectional controls, zero-width
// characters, BOM, tag characters, private use and noncharacters are removed; at most 4 combining marks in a row; lines
// clipped.
std::string clean(std::string_view text);

// As clean, on one line: line breaks and tabs become spaces.
std::string clean_line(std::string_view text);

// The first `characters` code points, with "…" where something was cut. Mask before, never after.
std::string clip(std::string_view text, std::size_t characters);
std::size_t length_in_characters(std::string_view utf8);

std::string lower_ascii(std::string_view text);
std::string_view trim(std::string_view text);
std::vector<std::string_view> split(std::string_view text, char separator);
std::string join(const std::vector<std::string>& parts, std::string_view separator);

// "1 message", "2 messages", "9,310 messages".
std::string count_of(long long n, std::string_view singular, std::string_view plural = {});
std::string with_thousands(long long n);

// "+14155550134" as "+1 415 555 0134"; anything else as it is.
std::string spaced_number(std::string_view e164);

// The nearest of `choices` within an edit distance of 1 + length/4, or empty: "unknown option --prot (did you mean
// --port?)".
std::string nearest(std::string_view word, const std::vector<std::string>& choices);
std::size_t edit_distance(std::string_view a, std::string_view b);

}  // namespace apiops
