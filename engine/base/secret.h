// A credential. It can't be printed, formatted, compared or written to JSON; only what must send it calls reveal().
#pragma once

#include <string>
#include <utility>

namespace apiops {

class Secret {
 public:
  Secret() = default;
  explicit Secret(std::string value) : value_(std::move(value)) {}
  bool empty() const { return value_.empty(); }
  const std::string& reveal() const { return value_; }

 private:
  std::string value_;
};

}  // namespace apiops
