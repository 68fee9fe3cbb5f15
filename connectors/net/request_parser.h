// Reads one HTTP/1.1 request at a time from bytes as they come (http-parser underneath), within bounds. A plain object
// that does no input or output: http_server.cc feeds it.
#pragma once

#include <cstddef>
#include <memory>
#include <string_view>

#include "connectors/net/http_server.h"

namespace apiops::net {

inline constexpr std::size_t kMaxHeadBytes = 16u << 10;
inline constexpr std::size_t kMaxHeaderLines = 100;

class RequestParser {
 public:
  explicit RequestParser(std::size_t max_body);
  ~RequestParser();

  // Consumes bytes up to the end of the request and says how many; what is left belongs to the next one.
  std::size_t feed(std::string_view bytes);
  bool head_complete() const;
  bool complete() const;
  bool keep_alive() const;      // of the request that is complete
  bool wants_continue() const;  // "Expect: 100-continue", and no byte of the body has come
  int fault() const;            // 0, or the status to refuse it with: 400, 413, 431
  ServerRequest take();         // the complete request; the parser is then ready for the next

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace apiops::net
