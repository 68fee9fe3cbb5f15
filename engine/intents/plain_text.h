// A message without its platform's notation: links, escaped characters, mentions and emoji names become what a person
// would have read. "<@U024BE7LH> check &lt;<https://a.example|a>&gt;" → "check <https://a.example>"
#pragma once

#include <string>
#include <string_view>

namespace apiops {

// How much of a message is looked at for its meaning: what follows is a log or a document, not an ask.
inline constexpr std::size_t kLookedAt = 4'000;

// A mention of a person stays where the sentence needs it ("what did @U024BE7LH change"); any other is taken away.
std::string plain_text(std::string_view message);

// One word with look-alike letters (Cyrillic, Greek, full width, accents) as plain ones.
std::string folded(std::string_view word);

}  // namespace apiops
