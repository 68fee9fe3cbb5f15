// Which of many literals a text holds, in one pass over it (Aho and Corasick). Unlike an automaton that is built while
// it reads, a text that was never seen costs no more than one that was. Immutable, safe to use from any thread.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace apiops {

class Literals {
 public:
  // Sorted, each once.
  explicit Literals(const std::vector<std::string>& literals);

  // Their places in the list given above, each once.
  std::vector<int> in(std::string_view text) const;

 private:
  using State = std::uint32_t;  // numbered breadth first, so that what follows a state stands side by side
  void grow(const std::vector<std::string>& literals);
  void link();
  State follower(State state, char c) const;  // the root where there is none
  State next(State state, char c) const;

  std::vector<char> letter_;      // that leads to a state
  std::vector<State> followers_;  // of state s: from followers_[s] up to followers_[s + 1]
  std::vector<State> suffix_;     // of a state: the longest other one that may go on from here
  std::vector<int> ends_;         // of a state: the literal that ends there, or -1
  std::vector<State> shorter_;    // of a state: the next one whose literal ends here too, or the root
};

}  // namespace apiops
