#include "engine/conversation/pasted.h"

#include <re2/re2.h>

namespace apiops {

namespace {

// Ids by their shape, then codes: five digits where the word error or code stands near, or a vendor's word.
const RE2& resource() {
  static const RE2 kResource(
      R"((?:^|[^\w])((?:SM|MM|CA)[0-9a-f]{32}|(?:pi|ch|evt|we|in|sub|re)_[A-Za-z0-9]{8,60}|req_[A-Za-z0-9]{8,60}))");
  return kResource;
}
const RE2& code() {
  static const RE2 kCode(R"((?i)(?:error|code|status|failed with|warning)[^\n\d]{0,12}([1-9]\d{4,5})\b)");
  return kCode;
}
const RE2& word() {
  static const RE2 kWord(
      R"((card_declined|insufficient_funds|expired_card|insufficient_quota|rate_limit_exceeded|invalid_api_key|model_not_found|context_length_exceeded|authentication_required|incorrect_cvc|processing_error))");
  return kWord;
}

}  // namespace

std::string ask_of_pasted(std::string_view text) {
  const re2::StringPiece input(text.data(), text.size());
  std::string found;
  if (RE2::PartialMatch(input, resource(), &found)) return "why did " + found + " fail";
  if (RE2::PartialMatch(input, code(), &found)) return "explain " + found;
  if (RE2::PartialMatch(input, word(), &found)) return "explain " + found;
  return "diagnose " + std::string(text);
}

}  // namespace apiops
