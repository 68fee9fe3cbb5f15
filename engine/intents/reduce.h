// A message reduced to what patterns look at: lower case, one space between words, slips mended, and every value that
// stands for itself (a URL, an id, a number, a span of time) put aside and named by its kind:
//   "@apiops point +14155550100's voice webhook at https://x.example/v please" → "point <phone> voice webhook at <url>
//   please"
#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "engine/base/json.h"
#include "engine/intents/rule_set.h"

namespace apiops {

// A value that was put aside. `kind` is phone, url, email, period, money, event, model, clock, or the id's: pn, we, pi,
// ch …
struct Value {
  std::string kind;
  std::string text;    // verbatim, or E.164 for phones
  Json slot;           // of a period or money
  std::string before;  // the word before it in the reduced text
};

struct Reduced {
  std::string text;
  std::vector<Value> values;  // in order
  std::vector<std::string>
      clauses;  // the text in its parts, polite words at their heads taken away: where an imperative may begin
};

// Platform forms (&amp;, <https://…|label>, <tel:…|…>, <@U…>) and invisible characters are taken away first.
Reduced reduce(std::string_view text, const RuleSet& rules, std::string_view country);

}  // namespace apiops
