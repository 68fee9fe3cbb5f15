#include "engine/conversation/reply.h"

#include "engine/base/text.h"
#include "engine/conversation/long_tables.h"
#include "engine/plans/buttons.h"

namespace apiops {

namespace {

constexpr std::size_t kQuoted = 200;  // characters of an ask that others did not see

// Others in the channel read the answer: they are told what was asked.
void quote(const Ask& ask, Document& document) {
  if (ask.unseen)
    document.blocks.insert(
        document.blocks.begin(),
        Paragraph{ask.person.name + " asked: “" + clip(clean_line(ask.text), kQuoted) + "”", Tone::kMuted});
}

}  // namespace

// The message of a document that is masked already.
Together Reply::together_for(Document document) {
  const Time now = room_.clock.now();
  Together together;
  const std::string message = make_id(now, room_.random);
  together.buttons = mint_buttons(document, {.ends_at = now + kButtonsLive}, room_.random);
  for (auto& button : together.buttons) {
    button.outbox = message;
    if (button.action.kind == kCancelReading) {
      button.person = ask_.person.id;
      cancel_ = button.token_hash;
    }
  }
  together.outbox.push_back({.id = message,
                             .subject = "ask:" + ask_.id,
                             .place = ask_.place,
                             .document = to_json(document),
                             .nonce = make_token(room_.random)});
  return together;
}

asio::awaitable<void> Reply::show(Document so_far) {
  if (over_) co_return;  // an answer that was given up speaks no more
  so_far.working = true;
  quote(ask_, so_far);
  room_.gate.mask(so_far);
  (void)cut_long_tables(so_far, {});  // more can be asked for when it is complete
  (void)co_await room_.store.note(
      together_for(std::move(so_far)));  // only progress: the answer itself is not lost with it
}

asio::awaitable<void> Reply::leave_with(Document last) {
  over_ = true;
  (void)co_await room_.store.note(together_for(std::move(last)));
}

asio::awaitable<Status> Reply::done(Document document, std::string state, ConversationRow conversation,
                                    AuditEntry record) {
  over_ = true;
  document.working = false;
  quote(ask_, document);
  room_.gate.mask(document);
  Json kept = cut_long_tables(document, ask_.id);
  if (Json more = more_of(document); !more.is_null())
    conversation.memory["more"] = std::move(more);
  else
    conversation.memory.erase("more");
  Together together = together_for(std::move(document));
  together.inbox_done = ask_.id;
  together.audit.push_back(std::move(record));
  Status stored;
  if (ask_.unstored) {  // a sentence at once: nothing of it is kept for later
    AskRow row = *ask_.unstored;
    row.state = std::move(state);
    stored = co_await room_.store.understood(std::move(row), std::move(conversation), std::move(together));
  } else {
    stored = co_await room_.store.answered(ask_.id, std::move(state), std::move(conversation), std::move(kept),
                                           std::move(together));
  }
  co_return stored;
}

asio::awaitable<Status> whisper(Room& room, const InboxRow& row, Place place, std::string text, Tone tone,
                                std::vector<Button> buttons) {
  const Time now = room.clock.now();
  Document d = sentence(std::move(text), tone);
  d.buttons = std::move(buttons);
  room.gate.mask(d);
  Together together;
  together.buttons = mint_buttons(d, {.ends_at = now + kButtonsLive, .person = {}}, room.random);
  together.outbox.push_back({.id = make_id(now, room.random),
                             .subject = "note:" + row.id,
                             .place = std::move(place),
                             .document = to_json(d),
                             .only_for = row.event.identity.user,
                             .nonce = make_token(room.random)});
  together.inbox_done = row.id;
  co_return co_await room.store.note(std::move(together));
}

}  // namespace apiops
