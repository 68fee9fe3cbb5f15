#include "engine/conversation/conversation.h"

#include <fmt/format.h>

#include <asio/co_spawn.hpp>
#include <asio/detached.hpp>
#include <utility>

#include "engine/base/digest.h"
#include "engine/base/json.h"
#include "engine/base/text.h"
#include "engine/conversation/deadline.h"
#include "engine/conversation/long_tables.h"
#include "engine/conversation/pasted.h"
#include "engine/conversation/reply.h"
#include "engine/intents/follow_up.h"
#include "engine/plans/autofix_rules.h"
#include "engine/plans/buttons.h"
#include "engine/plans/hearing.h"
#include "engine/plans/plan_card.h"
#include "engine/plans/plan_life.h"
#include "engine/plans/standing.h"

namespace apiops {

namespace {

// A message in the channel itself starts the thread that it is answered in.
Place thread_of(const InboundEvent& event) {
  Place place = event.place;
  if (place.thread.empty()) place.thread = event.message;
  return place;
}

AuditEntry ask_record(const Ask& ask, std::string_view result) {
  return {.kind = "ask",
          .person = ask.person.id,
          .plan = {},
          .service = get_string(ask.meaning.slots, "service"),
          .resource = get_string(ask.meaning.slots, "resource"),
          .record = {{"service", get_string(ask.meaning.slots, "service")},
                     {"resource_id", get_string(ask.meaning.slots, "resource")},
                     {"severity", "info"},
                     {"asked_by", ask.person.id},
                     {"context", ask.text},
                     {"action_taken", ask.meaning.intent.empty() ? "not understood" : ask.meaning.intent},
                     {"result", result}}};
}

Document apology_free(const Error& error) {
  Document d = sentence(error.what, Tone::kBad);
  if (!error.request_id.empty()) d.footer = "Request id for the service's support: " + error.request_id;
  return d;
}

constexpr Duration kPatience = std::chrono::minutes(2);  // well within the lease of an inbox row
constexpr Duration kPause = std::chrono::seconds(15);    // where the service does not say how long
constexpr int kPatientAtOnce = 8;                        // of the asks that are handled side by side

constexpr std::size_t kQuoted = 80;  // characters of an ask that is said back

std::string why_not_known(const Identity& who) {
  if (who.kind == "guest") return "Guests of this workspace can't use me. Ask a full member to.";
  if (who.kind == "external") return "I work for people of this organisation only.";
  if (who.kind == "deactivated") return "This account is switched off, so I do nothing for it.";
  if (who.kind == "bot") return "I don't take orders from other bots.";
  if (who.kind == "unverified")
    return "I could not check with the platform who you are, so I did nothing. Try again in a moment.";
  return fmt::format(
      "I don't know you yet, so I do nothing for you. Whoever runs me can add this identity to the policy: {} {} {}.",
      who.platform, who.workspace, who.user);
}

// A team's own answer with the slots filled in: "{code}" becomes what was said, or nothing. Masked like everything
// else.
Document in_own_words(std::string text, const Json& slots) {
  for (const auto& [name, value] : slots.items())
    for (std::size_t at = 0; (at = text.find("{" + name + "}", at)) != std::string::npos;) {
      const std::string said = clip(clean_line(value.is_string() ? value.get<std::string>() : value.dump()), kQuoted);
      text.replace(at, name.size() + 2, said);
      at += said.size();
    }
  return sentence(std::move(text));
}

// Would it end a question that was asked back: "cancel", "never mind"?
bool leaves(const Understander& understander, const std::string& text) {
  const Context asked_back{.intent = {}, .slots = Json::object(), .asked_for = "anything"};
  return understander.understand(clean(text), &asked_back).rule == "left";
}

ConversationRow after(const Ask& ask, Time now) {
  ConversationRow row = ask.conversation;
  keep_in_memory(ask.meaning, row.memory);
  row.place = ask.place;
  row.person = ask.person.id;
  if (ask.meaning.intent != kShowMore) {  // more rows of an answer: the thread is still about that answer
    row.intent = ask.meaning.intent;
    row.slots = ask.meaning.slots;
  }
  row.asked_for.clear();
  if (!row.memory.is_object()) row.memory = Json::object();
  row.ends_at = now + kConversationLives;
  return row;
}

}  // namespace

asio::awaitable<void> Conversation::handle(InboxRow row) {
  std::string trouble;
  try {
    if (row.event.kind == "invited") co_return co_await greet(row);
    if (room_.vouch) row.event.identity = co_await room_.vouch(std::move(row.event.identity));
    const Person* known = room_.plans.policy->person_of(row.event.identity);
    Status done;
    if (row.tries > kMaxTries) {
      done = co_await whisper(room_, row, thread_of(row.event),
                              "I broke off several times while I worked on this, so I leave it. Nothing more is done "
                              "about it; ask again, or look at the plans.",
                              Tone::kBad);
    } else if (!known && row.event.kind == "overheard") {
      done = co_await room_.store.note({.inbox_done = row.id});
    } else if (!known) {
      done = co_await whisper(room_, row, thread_of(row.event), why_not_known(row.event.identity));
    } else {
      const Person person = *known;  // the policy may be replaced while this goes on
      if (cancels_.erase(row.event.key) > 0)
        done = co_await whisper(room_, row, thread_of(row.event),
                                "Cancelled. What was read until then is in the answer.", Tone::kMuted);
      else if (row.event.kind == "click")
        done = co_await handle_click(row, person);
      else if (too_many(person.id))
        done = co_await whisper(
            room_, row, thread_of(row.event),
            fmt::format("More than {} asks in a minute: I skip this one. Ask again in a moment.", room_.asks_a_minute));
      else
        done = co_await handle_message(row, person, thread_of(row.event),
                                       row.event.kind == "pasted" ? ask_of_pasted(row.event.text) : row.event.text,
                                       std::nullopt);
    }
    if (!done) trouble = done.error().what;
  } catch (const std::exception& e) {
    trouble = std::string("Something in me broke while I worked on this (") + e.what() +
              "). Nothing more is done about it; ask again.";
  }
  if (trouble.empty()) co_return;
  try {
    (void)co_await whisper(room_, row, thread_of(row.event), trouble, Tone::kBad);
  } catch (const std::exception&) {
    // The inbox row stays taken; its lease brings it back.
  }
}

void Conversation::overhear(const InboundEvent& event) {
  if (running_.empty()) return;
  const Person* person = room_.plans.policy->person_of(event.identity);
  if (!person) return;
  const Place place = thread_of(event);
  const bool click = event.kind == "click";
  const std::string token = click ? sha256_hex(event.token) : std::string();
  for (auto& [id, asked] : running_) {
    const bool same_channel = asked.place.connector == place.connector && asked.place.workspace == place.workspace &&
                              asked.place.channel == place.channel;
    const bool here = same_channel && (asked.place.thread == place.thread || event.place.thread.empty());
    if (!here || asked.person != person->id) continue;
    if (click ? !asked.reply->cancelled_by(token) : !leaves(room_.rules.current(), event.text)) continue;
    asked.reply->cancel();
    cancels_.insert(event.key);
  }
}

// Said once where the agent was invited.
asio::awaitable<void> Conversation::greet(const InboxRow& row) {
  const Time now = room_.clock.now();
  Document d = sentence("Hello. I look after Twilio, OpenAI and Stripe for you.");
  d.blocks.push_back(
      Paragraph{"Mention me with a question, for example “why are calls failing?”. Changes are shown as "
                "a plan first, and nothing happens before somebody approves it."});
  d.buttons.push_back(ask_button("What can you do?", "help.show", Json::object(), "help"));
  d.buttons.push_back(ask_button("API health", "health.check", Json::object(), "API health"));
  Together together;
  together.buttons = mint_buttons(d, {.ends_at = now + kButtonsLive}, room_.random);
  together.outbox.push_back({.id = make_id(now, room_.random),
                             .subject = "greeting:" + row.id,
                             .place = row.event.place,
                             .document = to_json(d),
                             .nonce = make_token(room_.random)});
  together.inbox_done = row.id;
  (void)co_await room_.store.note(std::move(together));
}

bool Conversation::too_many(const std::string& person) {
  const Time now = room_.clock.now();
  auto& times = asked_[person];
  while (!times.empty() && now - times.front() > std::chrono::minutes(1)) times.pop_front();
  if (times.size() >= static_cast<std::size_t>(room_.asks_a_minute)) return true;
  times.push_back(now);
  return false;
}

asio::awaitable<Status> Conversation::handle_message(const InboxRow& row, const Person& person, Place place,
                                                     std::string text, std::optional<Understanding> meaning,
                                                     std::string replaces) {
  const Time now = room_.clock.now();
  auto before = co_await room_.store.conversation(place, person.id);
  if (!before) co_return std::unexpected(before.error());
  Ask ask{.id = row.id,
          .person = person,
          .identity = row.event.identity,
          .place = std::move(place),
          .text = clean(text),
          .meaning = {},
          .conversation = {},
          .replaces = std::move(replaces),
          .overheard = row.event.kind == "overheard",
          .unseen = row.event.kind == "command"};
  if (*before && (*before)->ends_at > now) ask.conversation = std::move(**before);
  room_.rules.refresh(now);
  const Context context{.intent = ask.conversation.intent,
                        .slots = ask.conversation.slots,
                        .asked_for = ask.conversation.asked_for,
                        .memory = ask.conversation.memory};
  ask.meaning = meaning ? std::move(*meaning)
                        : room_.rules.current().understand(text, context.intent.empty() ? nullptr : &context);
  ask.unstored = AskRow{.id = ask.id,
                        .person = person.id,
                        .inbox = row.id,
                        .place = ask.place,
                        .text = room_.gate.mask(std::string_view(ask.text)),
                        .intent = ask.meaning.intent,
                        .slots = ask.meaning.slots,
                        .confidence = ask.meaning.confidence,
                        .rule = ask.meaning.rule,
                        .at = now,
                        .deadline = now + kOneAsk};
  co_return co_await answer(ask);
}

asio::awaitable<Status> Conversation::answer(Ask& ask) {
  if (ask.meaning.rule == "left") {
    Reply reply(ask, room_);
    co_return co_await reply.done(sentence("Left it. Nothing was changed."), "answered", after(ask, room_.clock.now()),
                                  ask_record(ask, "success"));
  }
  if (ask.meaning.intent.empty()) co_return co_await ask_back(ask);
  if (const std::string own = room_.rules.current().own_answer(ask.meaning.intent); !own.empty()) {
    Reply reply(ask, room_);
    co_return co_await reply.done(in_own_words(own, ask.meaning.slots), "answered", after(ask, room_.clock.now()),
                                  ask_record(ask, "success"));
  }
  // What follows may take its time: what was asked is known before it.
  auto understood = co_await room_.store.understood(*std::exchange(ask.unstored, std::nullopt), std::nullopt, {});
  if (!understood) co_return understood;
  if (const AnswerFunction function = answer_to(ask.meaning.intent)) co_return co_await answer_question(ask, function);
  auto own = co_await own_answer(ask, room_);
  if (own) {
    Reply reply(ask, room_);
    co_return co_await reply.done(std::move(own->document), "answered", after(ask, room_.clock.now()),
                                  ask_record(ask, "success"));
  }
  co_return co_await propose(ask);
}

asio::awaitable<Status> Conversation::answer_question(Ask& ask, AnswerFunction function) {
  auto reply = std::make_shared<Reply>(ask, room_);
  Question question{
      .intent = ask.meaning.intent, .slots = ask.meaning.slots, .zone = ask.person.zone, .now = room_.clock.now()};
  running_.emplace(ask.id, Running{ask.person.id, ask.place, reply});
  auto answered = co_await within(kOneAsk, loop_, function(std::move(question), room_.senses, *reply), reply);
  running_.erase(ask.id);
  const Time now = room_.clock.now();
  ConversationRow conversation = after(ask, now);
  if (!answered)
    co_return co_await reply->done(apology_free(answered.error()), "failed", std::move(conversation),
                                   ask_record(ask, "failed"));
  for (const auto& [name, value] : answered->memory.items()) conversation.memory[name] = value;
  if (answered->document.aside.empty()) answered->document.aside = clock_time(now, ask.person.zone);
  co_return co_await reply->done(std::move(answered->document), "answered", std::move(conversation),
                                 ask_record(ask, "success"));
}

asio::awaitable<Status> Conversation::propose(Ask& ask) {
  Reply reply(ask, room_);
  PlanRequest request{.operation = ask.meaning.intent,
                      .slots = ask.meaning.slots,
                      .text = room_.gate.mask(std::string_view(ask.text)),
                      .requester = &ask.person,
                      .identity = ask.identity,
                      .place = ask.place,
                      .ask = ask.id,
                      .inbox = ask.id,
                      .replaces = ask.replaces};
  for (const auto& further : ask.meaning.also)
    request.also.push_back({.operation = further.intent, .slots = further.slots});
  Result<PlanReply> planned;
  if (ask.meaning.intent == "change.undo") {
    const std::string number = get_string(ask.meaning.slots, "plan", get_string(ask.conversation.memory, "plan"));
    if (number.empty() || number.find_first_not_of("0123456789") != std::string::npos || number.size() > 9)
      co_return co_await reply.done(sentence("Undo which plan? Say its number, for example “undo plan 41”."),
                                    "asked_back", after(ask, room_.clock.now()), ask_record(ask, "pending"));
    planned = co_await planner_.propose_undo(std::move(request), std::stoll(number));
  } else {
    planned = co_await plan_patiently(std::move(request), reply, ask.person.zone);
  }
  ConversationRow conversation = after(ask, room_.clock.now());
  if (!planned)
    co_return co_await reply.done(apology_free(planned.error()), "failed", std::move(conversation),
                                  ask_record(ask, "failed"));
  if (!planned->plan) {
    conversation.asked_for = planned->asked_for;
    const bool asks = !planned->asked_for.empty();
    co_return co_await reply.done(std::move(planned->document), asks ? "asked_back" : "answered",
                                  std::move(conversation), ask_record(ask, "pending"));
  }
  conversation.memory["plan"] = std::to_string(planned->plan->number);
  Together together;
  together.audit.push_back(ask_record(ask, "pending"));
  co_return co_await room_.store.answered(ask.id, "answered", std::move(conversation), Json(), std::move(together));
}

// Auto-fix for rate_limit: what a service's limit kept from being planned is asked again by itself, for a while.
asio::awaitable<Result<PlanReply>> Conversation::plan_patiently(PlanRequest request, Reply& reply, std::string zone) {
  const Duration end = room_.clock.steady() + kPatience;
  bool waited = false;
  while (true) {
    auto planned = co_await planner_.propose(request);
    if (waited && planned && planned->plan) co_await reply.leave_with(sentence("The limit is over: the plan is here."));
    if (planned || planned.error().kind != ErrorKind::kRateLimited || patient_ >= kPatientAtOnce) co_return planned;
    auto on = co_await autofix_is_on(room_.store, "rate_limit");
    const Duration pause = planned.error().retry_after.value_or(kPause);
    const bool allowed = on && *on && room_.plans.policy->book().autofix.contains("rate_limit");
    if (!allowed || pause <= Duration::zero() || room_.clock.steady() + pause > end) co_return planned;
    co_await reply.show(sentence(fmt::format("{} I ask again by myself at {} and show the plan here.",
                                             planned.error().what, clock_time(room_.clock.now() + pause, zone)),
                                 Tone::kWarning));
    waited = true;
    ++patient_;
    co_await room_.clock.sleep_for(pause);
    --patient_;
  }
}

asio::awaitable<Status> Conversation::ask_back(Ask& ask) {
  if (ask.overheard) {  // people talk to each other there
    Together together;
    together.inbox_done = ask.id;
    ask.unstored->state = "answered";
    co_return co_await room_.store.understood(*ask.unstored, std::nullopt, std::move(together));
  }
  Document d = sentence("I didn't get “" + clip(clean_line(ask.text), kQuoted) + "”.");
  if (!ask.meaning.candidates.empty())
    d.title += " Did you mean one of these?";
  else
    d.blocks.push_back(
        Paragraph{"Ask about health, errors, failed messages, usage, limits or webhooks of Twilio, OpenAI and Stripe, "
                  "or say “help”."});
  for (const auto& candidate : ask.meaning.candidates) {
    const IntentWords words = room_.rules.current().words_of(candidate);
    d.buttons.push_back(
        ask_button(words.title, candidate, ask.meaning.slots, words.example.empty() ? words.title : words.example));
  }
  d.buttons.push_back(ask_button("Help", "help.show", Json::object(), "help"));
  Reply reply(ask, room_);
  ConversationRow conversation = after(ask, room_.clock.now());
  conversation.intent = ask.conversation.intent;  // a slip does not end what the thread is about
  conversation.slots = ask.conversation.slots;
  co_return co_await reply.done(std::move(d), "asked_back", std::move(conversation), ask_record(ask, "pending"));
}

asio::awaitable<Status> Conversation::handle_click(const InboxRow& row, const Person& person) {
  const Place place = thread_of(row.event);
  auto found = co_await room_.store.button(sha256_hex(row.event.token));
  if (!found) co_return std::unexpected(found.error());
  if (!*found)
    co_return co_await whisper(
        room_, row, place,
        "I don't know this button: it is older than my records, or was never mine. Nothing was done.");
  const ButtonRow& button = **found;
  if (!button.person.empty() && button.person != person.id)
    co_return co_await whisper(room_, row, place, "This button is for somebody else.");
  const std::string& kind = button.action.kind;
  if (kind == "plan_change") co_return co_await change_plan(row, person, button, place);
  if (kind == "approve" || kind == "reject" || kind.starts_with("plan_"))
    co_return co_await click_on_plan(row, person, button, place);
  if (room_.clock.now() > button.ends_at)
    co_return co_await whisper(room_, row, place, "This button is too old to act on. Ask again, and I look afresh.");
  if (kind == "acknowledge" || kind == "snooze") co_return co_await click_on_alert(row, person, button, place);
  if (kind == kCancelReading)
    co_return co_await whisper(room_, row, place, "That reading had ended before it could be cancelled.", Tone::kMuted);
  if (kind != "ask") co_return co_await whisper(room_, row, place, "This button does nothing in this version.");
  Understanding meaning{.intent = get_string(button.action.subject, "intent"),
                        .slots = get_object(button.action.subject, "slots"),
                        .confidence = 1,
                        .rule = "button"};
  std::string text = get_string(button.action.subject, "text", meaning.intent);
  co_return co_await handle_message(row, person, place, std::move(text), std::move(meaning));
}

asio::awaitable<Status> Conversation::click_on_plan(const InboxRow& row, const Person& person, const ButtonRow& button,
                                                    Place place) {
  const std::string plan = get_string(button.action.subject, "plan");
  auto cards = co_await room_.store.messages_of("plan:" + plan);
  if (!cards) co_return std::unexpected(cards.error());
  const bool here = std::any_of(cards->begin(), cards->end(), [&](const OutboxRow& m) {
    return m.id == button.outbox && is_card_of(m.place, place, row.event.identity);
  });
  if (!here) {
    const std::string why =
        "This plan's card is not in this channel, so its buttons don't count here. Nothing was done.";
    if (auto noted = co_await approvals_.note_refusal(plan, person.id, button.action.kind, why); !noted)
      co_return std::unexpected(noted.error());
    co_return co_await whisper(room_, row, place, why);
  }
  constexpr std::string_view kPlanPrefix = "plan_";
  const std::string& kind = button.action.kind;
  const std::string verdict = kind.starts_with(kPlanPrefix) ? kind.substr(kPlanPrefix.size()) : kind;
  // An emptied fingerprint: the plan was decided after this card was drawn. The vote is refused with who decided it.
  Ballot ballot{
      .person = &person,
      .identity = row.event.identity,
      .verdict = verdict,
      .fingerprint = button.fingerprint,
      .reason = row.event.typed,
      .inbox = row.id,
      .code_typed = !button.fingerprint.empty() && lower_ascii(trim(row.event.typed)) == code_of(button.fingerprint)};
  auto reply = co_await approvals_.vote(plan, std::move(ballot));
  if (!reply) co_return std::unexpected(reply.error());
  if (reply->counted)
    co_return co_await room_.store.note({.inbox_done = row.id});  // the card itself says what was decided
  co_return co_await whisper(room_, row, place, reply->text);
}

// Another number, another area: a plan of its own, which takes the place of the one that waits. The words that were
// typed are read as a follow-up of what that plan was asked with.
asio::awaitable<Status> Conversation::change_plan(const InboxRow& row, const Person& person, const ButtonRow& button,
                                                  Place place) {
  auto read = co_await read_plan(room_.store, get_string(button.action.subject, "plan"));
  if (!read) co_return std::unexpected(read.error());
  if (!*read) co_return co_await whisper(room_, row, place, "I don't know that plan any more. Nothing was changed.");
  const PlanView& view = **read;
  const Policy& policy = *room_.plans.policy;
  if (!takes_votes(view.plan.state))
    co_return co_await whisper(room_, row, place, already_decided(view, policy, room_.clock.now(), person.zone));
  if (person.id != view.plan.requester &&
      !policy
           .refusal(person, view.plan.requester, standing_of(view, policy, room_.clock.now(), true).requirement,
                    view.plan.risk)
           .empty())
    co_return co_await whisper(room_, row, place, "Only who asked for a plan, or may approve it, can change it.");
  const Json& asked = get_object(view.plan.policy, "again");
  Understanding meaning{.intent = get_string(button.action.subject, "intent"),
                        .slots = get_object(button.action.subject, "slots"),
                        .confidence = 1,
                        .rule = "button"};
  std::string text = get_string(button.action.subject, "text", row.event.typed);
  if (meaning.intent.empty()) {
    const Context context{.intent = get_string(asked, "intent"), .slots = get_object(asked, "slots"), .asked_for = {}};
    meaning = room_.rules.current().understand(text, &context);
  }
  if (meaning.intent != get_string(asked, "intent"))
    co_return co_await whisper(
        room_, row, place,
        fmt::format("I can't read that as a change of plan {}, so it stays as it is. Say what should be different, for "
                    "example a number or a place.",
                    view.plan.number));
  co_return co_await handle_message(row, person, view.plan.place, std::move(text), std::move(meaning), view.plan.id);
}

asio::awaitable<Status> Conversation::click_on_alert(const InboxRow& row, const Person& person, const ButtonRow& button,
                                                     Place place) {
  const std::string number = get_string(button.action.subject, "alert");
  AlertDecision decision{
      .verb = button.action.kind,
      .until = resolve_until(get_string(button.action.subject, "until"), room_.clock.now(), person.zone),
      .person = &person,
      .inbox = {}};
  if (decision.verb == "snooze" && !decision.until)
    co_return co_await whisper(room_, row, place, "I can't read until when. Nothing was changed.");
  auto told = co_await decide_alert(room_.alerts, number.empty() ? 0 : std::stoll(number), decision);
  if (!told) co_return std::unexpected(told.error());
  co_return co_await whisper(room_, row, place, told->told, told->done ? Tone::kMuted : Tone::kWarning);
}

}  // namespace apiops
