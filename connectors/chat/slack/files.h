// Files beside a message: a chart as a picture, an answer that is longer than a message. Loop thread only (drawing
// happens in the pool); api and http outlive it.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "connectors/chat/slack/draw.h"
#include "connectors/chat/slack/web_api.h"
#include "engine/base/document.h"

namespace apiops::slack {

inline constexpr std::size_t kMaxPictures = 4;          // of one answer
inline constexpr std::size_t kMaxFileBytes = 1u << 20;  // of a text; Slack takes no longer snippet
inline constexpr std::size_t kMaxAltText = 1'000;

struct Attachment {
  std::string name, title, alt_text, content_type;
  std::string text;            // what is uploaded, or
  std::optional<Chart> chart;  // what is drawn first
};

// What belongs beside this document's message; of a card nothing (it changes, its files would not).
std::vector<Attachment> attachments_of(const Document& document, Drawing drawing);

class Files {
 public:
  Files(WebApi& api, net::HttpClient& http) : api_(api), http_(http) {}
  // One after the other, into that thread. What goes wrong is logged: the message itself stands.
  asio::awaitable<void> add(std::vector<Attachment> attachments, std::string channel, std::string thread);

 private:
  asio::awaitable<Status> add_one(Attachment attachment, std::string channel, std::string thread);
  WebApi& api_;
  net::HttpClient& http_;
};

}  // namespace apiops::slack
