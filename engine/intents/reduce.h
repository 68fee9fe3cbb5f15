// A message reduced to what patterns look at: lower case, one space between words, slips mended, and every value that
// stands for itself (a URL, an id, a number, a span of time) put aside and named by its kind:
//   "@apiops point +14155550100's voice webhook at https://x.example/v please" → "point _phone_ voice webhook at _url_
//   please" (rule files write <phone> and <url>)
#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "engine/base/json.h"
#include "engine/intents/lexicon.h"

namespace apiops {

// A value that was put aside. `kind` is phone, url, email, period, until, money, event, model, channel, person, or the
// id's: pn, we, pi, ch …
struct Value {
  std::string kind;
  std::string text;    // verbatim, or E.164 for phones
  Json slot;           // of a period or money
  std::string before;  // the word before it in the reduced text
  std::size_t at = 0;  // where "_kind_" stands in the reduced text
};

struct Reduced {
  std::string text;
  std::vector<Value> values;         // in order
  std::vector<std::string> clauses;  // the text in its parts, polite words at their heads taken away (clauses.h)
  std::vector<std::size_t> begins;   // where each clause begins in the text
  bool reworded = false;             // a clause holds words that the text does not
  std::string original;              // as a person read it, with values and case kept
};

Reduced reduce(std::string_view message, const Lexicon& lexicon, std::string_view country);

}  // namespace apiops
