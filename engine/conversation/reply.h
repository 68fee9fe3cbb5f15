// The one message that answers an ask: shown as soon as something is known, edited in place until it is complete.
#pragma once

#include "engine/conversation/room.h"

namespace apiops {

class Reply final : public Progress {
 public:
  Reply(const Ask& ask, Room& room) : ask_(ask), room_(room) {}

  asio::awaitable<void> show(Document so_far) override;
  // What was shown comes to its end here; the answer itself is another message (a plan's card).
  asio::awaitable<void> leave_with(Document last);
  bool cancelled() const override { return cancelled_; }
  void cancel() { cancelled_ = true; }
  // Is this the token of the button that cancels what is shown?
  bool cancelled_by(std::string_view token_hash) const { return !cancel_.empty() && token_hash == cancel_; }
  // The last form; the ask and its inbox row are done. `state`: answered, asked_back or failed.
  asio::awaitable<Status> done(Document document, std::string state, ConversationRow conversation, AuditEntry record);

 private:
  Together together_for(Document document);
  const Ask& ask_;
  Room& room_;
  bool over_ = false, cancelled_ = false;
  std::string cancel_;  // hash of that token, as last shown
};

// A private word to who clicked or typed: why something was not done. Ends the inbox row.
asio::awaitable<Status> whisper(Room& room, const InboxRow& row, Place place, std::string text,
                                Tone tone = Tone::kWarning, std::vector<Button> buttons = {});

}  // namespace apiops
