// A regular expression that is compiled when the first text is shown to it: of the hundreds that the rules hold a
// message meets a few, and a compiled one takes 20 KiB and a quarter of a millisecond. What it learns about the texts
// that it reads is bounded, too. Safe to use from any thread.
#pragma once

#include <re2/re2.h>

#include <memory>
#include <mutex>
#include <string>

namespace apiops {

class LazyPattern {
 public:
  // Whoever reads rules sees to it that the pattern compiles (rule_file.cc): one that does not throws std::logic_error
  // when it is used, as a condition that silently never matched could let a change through.
  explicit LazyPattern(std::string text) : text_(std::move(text)) {}

  const RE2& operator*() const;

 private:
  std::string text_;
  mutable std::once_flag once_;
  mutable std::unique_ptr<const RE2> compiled_;
};

}  // namespace apiops
