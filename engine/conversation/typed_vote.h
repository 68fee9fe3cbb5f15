// The typed form of a click: “approve 41 7f3a”. What the rules make of a message is a guess, and “Chris, can you
// approve 41 7f3a” is a question to somebody else: a vote that runs something is the whole message, or none.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace apiops {

struct TypedVote {
  std::string verdict;  // approve, break_glass, done, retry
  std::string plan;     // digits
  std::string code;     // lower case
};

// Empty where the message says anything else, before or after; a reason (“because …”) may follow.
std::optional<TypedVote> typed_vote(std::string_view message);

// How it is typed, to be shown to people.
std::string typed_form(std::string_view verdict, std::string_view plan, std::string_view code);

}  // namespace apiops
