// What can fail for reasons outside the program returns a Result; exceptions mean a bug or "cannot start".
#pragma once

#include <chrono>
#include <cstdint>
#include <expected>
#include <optional>
#include <string>
#include <utility>

namespace apiops {

// What kind of failure it was: decides whether trying again may help, and what a person is told.
enum class ErrorKind : std::uint8_t {
  kInvalid,       // the request itself is wrong; repeating it is useless
  kUnauthorized,  // credentials or permissions
  kNotFound,
  kRejected,     // understood and refused (state, policy, a declined card)
  kRateLimited,  // certainly not executed; wait `retry_after`
  kTransient,    // certainly not executed, or a read: trying again may help
  kUnknown,      // a write that may or may not have been executed: never repeat it blindly
  kUnsupported,  // this service or build does not offer it
  kUnavailable,  // a bound, a closed circuit, a store that takes no writes
  kBug,
};

struct Error {
  ErrorKind kind = ErrorKind::kBug;
  std::string what{};        // one sentence for people; raw until it passed the masking gate
  std::string code{};        // the service's own code, empty where there is none
  int http_status = 0;       // 0: there was no answer
  std::string request_id{};  // what the service's support asks for
  std::optional<std::chrono::milliseconds> retry_after{};  // as the service asked, not yet capped
};

template <typename T>
using Result = std::expected<T, Error>;

// Success without a value.
using Status = Result<void>;

inline std::unexpected<Error> failure(ErrorKind kind, std::string what, std::string code = {}) {
  return std::unexpected(Error{.kind = kind, .what = std::move(what), .code = std::move(code)});
}

}  // namespace apiops
