// Which of many literals a text holds, in one pass over it (Aho and Corasick). Unlike an automaton that is built while
// it reads, a text that was never seen costs no more than one that was. Immutable, safe to use from any thread.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace apiops {

class Literals {
 public:
  explicit Literals(const std::vector<std::string>& literals);

  // Their places in the list given above, each once.
  std::vector<int> in(std::string_view text) const;

 private:
  using State = std::uint32_t;
  State& next(State state, char c) { return next_[state * width_ + class_of_[static_cast<unsigned char>(c)]]; }
  State next(State state, char c) const { return next_[state * width_ + class_of_[static_cast<unsigned char>(c)]]; }
  void add(std::string_view literal, int number);
  void link();

  std::array<std::uint8_t, 256> class_of_{};  // 0: in no literal
  std::size_t width_ = 1;                     // classes
  std::vector<State> next_;                   // by state and class
  std::vector<int> ends_;                     // of a state: the literal that ends there, or -1
  std::vector<State> shorter_;                // of a state: the next one whose literal ends here too, or 0
};

}  // namespace apiops
