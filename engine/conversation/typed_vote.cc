#include "engine/conversation/typed_vote.h"

#include <fmt/format.h>

#include <utility>
#include <vector>

#include "engine/base/text.h"

namespace apiops {

namespace {

constexpr std::size_t kLongestNumber = 9;  // digits
constexpr std::size_t kLongestCode = 64;   // a whole fingerprint

// The words that are left, from the front.
class Words {
 public:
  explicit Words(std::string_view text) {
    std::string word;
    for (const char c : text) {
      if (c != ' ' && c != '\t' && c != '\n' && c != '\r') {
        word += c;
      } else if (!word.empty()) {
        words_.push_back(std::exchange(word, {}));
      }
    }
    if (!word.empty()) words_.push_back(std::move(word));
  }
  bool take(std::string_view word) {
    if (at_ >= words_.size() || words_[at_] != word) return false;
    ++at_;
    return true;
  }
  std::string take_any() { return at_ < words_.size() ? words_[at_++] : std::string(); }
  bool empty() const { return at_ >= words_.size(); }

 private:
  std::vector<std::string> words_;
  std::size_t at_ = 0;
};

std::string verdict_of(Words& words) {
  if (words.take("approve")) return "approve";
  if (words.take("break-glass")) return "break_glass";
  if (words.take("break")) return words.take("the"), words.take("glass") ? "break_glass" : "";
  if (words.take("mark")) return "done";
  if (words.take("retry")) return "retry";
  return {};
}

bool all_of(std::string_view text, std::string_view letters, std::size_t longest) {
  return !text.empty() && text.size() <= longest && text.find_first_not_of(letters) == std::string_view::npos;
}

}  // namespace

std::optional<TypedVote> typed_vote(std::string_view message) {
  Words words(lower_ascii(message));
  words.take("please");
  TypedVote vote{.verdict = verdict_of(words), .plan = {}, .code = {}};
  if (vote.verdict == "break_glass" && !words.take("for")) words.take("on");
  words.take("plan");
  vote.plan = words.take_any();
  if (vote.plan.starts_with('#')) vote.plan.erase(0, 1);
  vote.code = words.take_any();
  while (vote.code.ends_with('.') || vote.code.ends_with(',') || vote.code.ends_with('!')) vote.code.pop_back();
  if (vote.verdict == "done" && (words.take("as"), !words.take("done"))) return std::nullopt;
  const bool ends = words.empty() || words.take("because");  // “as soon as …” and “since …” may be conditions
  if (vote.verdict.empty() || !ends || !all_of(vote.plan, "0123456789", kLongestNumber) ||
      !all_of(vote.code, "0123456789abcdef", kLongestCode))
    return std::nullopt;
  return vote;
}

std::string typed_form(std::string_view verdict, std::string_view plan, std::string_view code) {
  if (verdict == "break_glass") return fmt::format("break glass {} {} because …", plan, code);
  if (verdict == "done") return fmt::format("mark plan {} {} done", plan, code);
  return fmt::format("{} {} {}", verdict, plan, code);
}

}  // namespace apiops
