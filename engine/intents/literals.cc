#include "engine/intents/literals.h"

#include <algorithm>

namespace apiops {

namespace {

constexpr std::uint32_t kRoot = 0;
constexpr int kNone = -1;

}  // namespace

Literals::Literals(const std::vector<std::string>& literals) {
  grow(literals);
  link();
}

// Level by level: the literals that begin alike stand together, and each letter that follows there makes a state.
void Literals::grow(const std::vector<std::string>& literals) {
  struct Range {
    std::size_t begin, end;
  };
  std::vector<Range> beginning{{0, literals.size()}};  // by state
  letter_.push_back('\0');
  std::size_t depth = 0;
  for (std::size_t from = 0, to = 1; from < to; from = to, to = beginning.size(), ++depth)
    for (std::size_t state = from; state < to; ++state) {
      auto [at, end] = beginning[state];
      followers_.push_back(static_cast<State>(beginning.size()));
      const bool ends_here = at < end && literals[at].size() == depth;
      ends_.push_back(ends_here ? static_cast<int>(at++) : kNone);
      while (at < end) {
        const std::size_t first = at;
        const char c = literals[at][depth];
        while (at < end && literals[at][depth] == c) ++at;
        beginning.push_back({first, at});
        letter_.push_back(c);
      }
    }
  followers_.push_back(static_cast<State>(beginning.size()));
  letter_.shrink_to_fit(), followers_.shrink_to_fit(), ends_.shrink_to_fit();
}

Literals::State Literals::follower(State state, char c) const {
  const auto begin = letter_.begin() + followers_[state], end = letter_.begin() + followers_[state + 1];
  const auto found = std::find(begin, end, c);
  return found == end ? kRoot : static_cast<State>(found - letter_.begin());
}

Literals::State Literals::next(State state, char c) const {
  for (;; state = suffix_[state])
    if (const State to = follower(state, c); to != kRoot || state == kRoot) return to;
}

void Literals::link() {
  suffix_.resize(letter_.size());
  shorter_.resize(letter_.size());
  for (State state = kRoot; state < letter_.size(); ++state)
    for (State to = followers_[state]; to < followers_[state + 1]; ++to) {
      suffix_[to] = state == kRoot ? kRoot : next(suffix_[state], letter_[to]);
      shorter_[to] = ends_[suffix_[to]] != kNone ? suffix_[to] : shorter_[suffix_[to]];
    }
}

std::vector<int> Literals::in(std::string_view text) const {
  std::vector<int> found;
  State state = kRoot;
  for (const char c : text) {
    state = next(state, c);
    for (State end = ends_[state] != kNone ? state : shorter_[state]; end != kRoot; end = shorter_[end])
      found.push_back(ends_[end]);
  }
  std::sort(found.begin(), found.end());
  found.erase(std::unique(found.begin(), found.end()), found.end());
  return found;
}

}  // namespace apiops
