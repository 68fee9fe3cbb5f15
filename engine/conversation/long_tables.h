// A long table is shown in pieces. What an answer found is kept for a day in the result row of its ask, masked; "Show
// more" serves the next rows from there, on every platform alike: nothing is asked again, and all pieces agree.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "engine/base/document.h"

namespace apiops {

inline constexpr std::size_t kRowsAtOnce = 25;
inline constexpr std::size_t kRowsToSpare = 5;  // a table that is longer by no more than these is shown whole
inline constexpr std::string_view kShowMore = "result.more";  // the intent of a "Show more" button, and of typing it

// Leaves the first rows of each long table, and says how many there are. With an `ask`: adds the button that asks for
// the next ones, and returns what the store has to keep for it; null where every row is shown.
Json cut_long_tables(Document& document, const std::string& ask);

// The rows that a "Show more" stands for: `slots` are its button's. Empty where there are no such rows.
std::optional<Document> next_piece(const Json& kept, const Json& slots);

// The document with every kept row in its place, and no "Show more": for who reads it in one piece.
void put_back(Document& document, const Json& kept);

// The slots of the document's "Show more" button, or null: what a typed "show more" goes on with.
Json more_of(const Document& document);

}  // namespace apiops
