#include "engine/intents/literals.h"

#include <algorithm>

namespace apiops {

namespace {

constexpr std::uint32_t kRoot = 0;
constexpr int kNone = -1;

}  // namespace

Literals::Literals(const std::vector<std::string>& literals) {
  for (const auto& literal : literals)
    for (const char c : literal)
      if (auto& known = class_of_[static_cast<unsigned char>(c)]; known == 0 && width_ < class_of_.size())
        known = static_cast<std::uint8_t>(width_++);
  next_.resize(width_);
  ends_.push_back(kNone);
  for (std::size_t i = 0; i < literals.size(); ++i) add(literals[i], static_cast<int>(i));
  link();
}

void Literals::add(std::string_view literal, int number) {
  State state = kRoot;
  for (const char c : literal) {
    if (next(state, c) == kRoot) {
      const auto fresh = static_cast<State>(ends_.size());
      ends_.push_back(kNone);
      next_.resize(next_.size() + width_);
      next(state, c) = fresh;
    }
    state = next(state, c);
  }
  ends_[state] = number;
}

// Breadth first: where a literal goes no further, the longest other one that may go on from here.
void Literals::link() {
  shorter_.resize(ends_.size());
  std::vector<State> suffix(ends_.size()), queue;
  for (std::size_t c = 0; c < width_; ++c)
    if (next_[c] != kRoot) queue.push_back(next_[c]);
  for (std::size_t at = 0; at < queue.size(); ++at) {
    const State state = queue[at];
    shorter_[state] = ends_[suffix[state]] != kNone ? suffix[state] : shorter_[suffix[state]];
    for (std::size_t c = 0; c < width_; ++c) {
      const State otherwise = next_[suffix[state] * width_ + c];
      State& to = next_[state * width_ + c];
      if (to == kRoot) {
        to = otherwise;
      } else {
        suffix[to] = otherwise;
        queue.push_back(to);
      }
    }
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
