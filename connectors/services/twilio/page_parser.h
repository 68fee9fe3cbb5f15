// Reads a page of a Twilio list, a megabyte for 1,000 messages, keeping only the fields that are asked about. Works in
// the pool, never on the loop; one page at a time, whose memory is used again for the next.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "engine/base/result.h"
#include "engine/base/time.h"

namespace apiops::twilio {

// A message or a call as it stands in a page: the texts are gone when the next page is read.
struct RecordView {
  std::string_view sid, from, to, status, direction, service, code_text, price, currency;
  std::string_view own;   // our side of it: the receiver of what came in, else the sender
  long long code = 0;     // 0: none
  Time at{};              // when it was sent or began, else when it was made
  bool was_sent = false;  // carries a date of sending
};

enum class RecordKind : std::uint8_t { kMessages, kCalls };

class PageParser {
 public:
  PageParser();
  ~PageParser();
  // The error says "incomplete", "too deep" or "not JSON" as parse_json does; never shows the text.
  Status read(std::string body);
  std::string next() const;  // the next page's link as it came; empty at the end
  // Each row that is an object; an Error where the page has no such list.
  Status for_each(RecordKind kind, const std::function<void(const RecordView&)>& visit) const;

 private:
  struct Page;
  std::unique_ptr<Page> page_;
};

}  // namespace apiops::twilio
