// The way in and the way out: each event once, each place in order, each message brought up to what is wanted.
#include <asio/co_spawn.hpp>
#include <boost/test/unit_test.hpp>

#include "tests/connectors/sqlite/store_conformance.h"
#include "tests/support/run.h"

namespace apiops::testing {

namespace {

using Kind = ReceiveOutcome::Kind;

ReceiveOutcome receive(Bench& b, InboundEvent event) {
  auto got = run(b.loop, b.store.receive(std::move(event)));
  BOOST_REQUIRE(got.has_value());
  return *got;
}

std::vector<InboxRow> take(Bench& b, std::size_t at_most = 10) {
  auto got = run(b.loop, b.store.take(at_most));
  BOOST_REQUIRE(got.has_value());
  return *got;
}

std::vector<OutboxRow> due(Bench& b) {
  auto got = run(b.loop, b.store.due({.messages = 10}));
  BOOST_REQUIRE(got.has_value());
  return *got;
}

void write(Bench& b, std::vector<OutboxWrite> writes) {
  const auto noted = run(b.loop, b.store.note({.outbox = std::move(writes)}));
  BOOST_REQUIRE(noted.has_value());
}

void an_event_is_stored_once_however_often_it_is_delivered(Bench& b) {
  auto first = receive(b, message_event("e1"));
  auto again = receive(b, message_event("e1"));
  BOOST_TEST((first.kind == Kind::kNew));
  BOOST_TEST((again.kind == Kind::kDuplicate));
  BOOST_TEST(again.id == first.id);
  auto elsewhere = message_event("e1");
  elsewhere.place.workspace = "other";
  BOOST_TEST((receive(b, elsewhere).kind == Kind::kNew));
}

void the_same_text_as_mention_and_as_message_is_one_event(Bench& b) {
  auto mention = message_event("e1"), message = message_event("e2");
  mention.text_key = message.text_key = "#ops,1700.1";
  auto first = receive(b, mention);
  auto second = receive(b, message);
  BOOST_TEST((second.kind == Kind::kDuplicate));
  BOOST_TEST(second.id == first.id);
}

void a_place_is_served_in_order_and_places_side_by_side(Bench& b) {
  receive(b, message_event("a1"));
  receive(b, message_event("a2"));
  receive(b, message_event("b1", {"console", "main", "#billing", ""}));
  auto first = take(b);
  BOOST_REQUIRE(first.size() == 2u);
  BOOST_TEST(first[0].event.key == "a1");
  BOOST_TEST(first[0].event.text == "words of a1");
  BOOST_TEST(first[1].event.key == "b1");
  BOOST_TEST(take(b).empty());
  BOOST_REQUIRE(run(b.loop, b.store.note({.inbox_done = first[0].id})).has_value());
  auto next = take(b);
  BOOST_REQUIRE(next.size() == 1u);
  BOOST_TEST(next[0].event.key == "a2");
}

void a_row_that_its_worker_never_finished_is_taken_again(Bench& b) {
  receive(b, message_event("a1"));
  BOOST_REQUIRE(take(b).size() == 1u);
  b.clock.advance(std::chrono::minutes(6));
  auto again = take(b);
  BOOST_REQUIRE(again.size() == 1u);
  BOOST_TEST(again[0].tries == 2);
}

void a_conversation_is_found_again_by_place_and_person(Bench& b) {
  AskRow ask{.id = "ask1", .person = "ben", .place = ops_place(), .text = "health", .at = b.clock.now()};
  ConversationRow talk{.place = ops_place(),
                       .person = "ben",
                       .intent = "health.check",
                       .slots = {{"service", "stripe"}},
                       .memory = {{"n", 1}},
                       .ends_at = b.clock.now()};
  BOOST_REQUIRE(run(b.loop, b.store.understood(ask, talk, {})).has_value());
  talk.intent = "errors.report";
  BOOST_REQUIRE(run(b.loop, b.store.answered("ask1", "answered", talk, {{"rows", 3}}, {})).has_value());
  auto found = run(b.loop, b.store.conversation(ops_place(), "ben"));
  BOOST_REQUIRE(found.has_value() && found->has_value());
  BOOST_TEST((*found)->intent == "errors.report");
  BOOST_TEST((*found)->slots == talk.slots);
  BOOST_TEST(!run(b.loop, b.store.conversation(ops_place("t"), "ben"))->has_value());
  BOOST_TEST(!run(b.loop, b.store.answered("ask1", "nonsense", {}, {}, {})).has_value());
}

void a_changed_message_is_a_new_revision_of_the_same_row(Bench& b) {
  write(b, {message_to(b, "plan:1", ops_place(), "one")});
  auto first = due(b);
  BOOST_REQUIRE(first.size() == 1u);
  write(b, {message_to(b, "plan:1", ops_place(), "two")});
  BOOST_TEST(due(b).empty());  // on its way: nobody sends it twice
  BOOST_REQUIRE(run(b.loop, b.store.sent(first[0].id, first[0].wanted_revision, "remote")).has_value());
  auto second = due(b);
  BOOST_REQUIRE(second.size() == 1u);
  BOOST_TEST(second[0].id == first[0].id);
  BOOST_TEST(second[0].nonce == first[0].nonce);
  BOOST_TEST(second[0].remote_id == "remote");
  BOOST_TEST(second[0].wanted_revision == 2);
  BOOST_TEST(get_string(second[0].document, "title") == "two");
  BOOST_REQUIRE(run(b.loop, b.store.sent(second[0].id, 2, "")).has_value());
  BOOST_TEST(due(b).empty());
  auto all = run(b.loop, b.store.messages_of("plan:1"));
  BOOST_REQUIRE(all->size() == 1u);
  BOOST_TEST((*all)[0].state == "sent");
  BOOST_TEST((*all)[0].remote_id == "remote");
}

void a_message_that_waits_is_not_due_before_its_time(Bench& b) {
  write(b, {message_to(b, "ask:1", ops_place(), "one")});
  auto first = due(b);
  BOOST_REQUIRE(
      run(b.loop, b.store.not_sent(first.at(0).id, "waiting", b.clock.now() + std::chrono::seconds(30))).has_value());
  BOOST_TEST(due(b).empty());
  b.clock.advance(std::chrono::seconds(31));
  auto again = due(b);
  BOOST_REQUIRE(again.size() == 1u);
  BOOST_TEST(again[0].tries == 1);
}

void a_message_left_in_sending_comes_back_as_unsure(Bench& b) {
  write(b, {message_to(b, "ask:1", ops_place(), "one"), message_to(b, "ask:2", ops_place(), "two")});
  auto first = due(b);
  BOOST_REQUIRE(first.size() == 1u);  // one of each place
  b.clock.advance(std::chrono::minutes(3));
  auto again = due(b);
  BOOST_REQUIRE(again.size() == 1u);
  BOOST_TEST(again[0].id == first[0].id);
  BOOST_TEST(again[0].state == "unsure");
}

// Many messages in one channel, each in a thread of its own.
void flood(Bench& b, int messages) {
  std::vector<OutboxWrite> writes;
  for (int i = 0; i < messages; ++i)
    writes.push_back(message_to(b, "flood:" + std::to_string(i), ops_place("t" + std::to_string(i)), "one of many"));
  write(b, std::move(writes));
  b.clock.advance(std::chrono::seconds(1));
}

std::vector<std::string> channels_of(const std::vector<OutboxRow>& rows) {
  std::vector<std::string> channels;
  for (const auto& row : rows) channels.push_back(row.place.channel);
  return channels;
}

std::vector<OutboxRow> due(Bench& b, OutboxRoom room) { return *run(b.loop, b.store.due(std::move(room))); }

void of_a_slow_channel_no_more_is_taken_than_it_takes_and_the_others_go_on(Bench& b) {
  flood(b, 500);
  const OutboxRoom room{.messages = 64, .in_channel = {{"console", 1}}};
  BOOST_TEST(channels_of(due(b, room)) == std::vector<std::string>{"#ops"}, boost::test_tools::per_element());
  write(b, {message_to(b, "ask:1", {"console", "main", "@ben", ""}, "answer")});
  BOOST_TEST(channels_of(due(b, room)) == std::vector<std::string>{"@ben"}, boost::test_tools::per_element());
  BOOST_TEST(due(b, room).empty());  // what is on its way counts
}

void channels_have_their_turn_one_after_the_other(Bench& b) {
  flood(b, 500);
  const OutboxRoom room{.messages = 4};
  BOOST_TEST(due(b, room).size() == 4u);
  write(b, {message_to(b, "ask:1", {"console", "main", "#billing", ""}, "answer")});
  const auto next = channels_of(due(b, room));
  BOOST_REQUIRE(next.size() == 4u);
  BOOST_TEST(next[0] == "#billing");
}

void in_a_channel_edits_and_private_answers_go_before_posts(Bench& b) {
  write(b, {message_to(b, "plan:1", ops_place("card"), "plan")});
  const auto card = due(b);
  BOOST_REQUIRE(run(b.loop, b.store.sent(card.at(0).id, 1, "remote")).has_value());
  flood(b, 500);
  auto refusal = message_to(b, "note:1", ops_place("clicked"), "not you");
  refusal.only_for = "U1";
  write(b, {message_to(b, "plan:1", ops_place("card"), "approved"), refusal});
  const auto first = due(b, {.messages = 3});
  BOOST_REQUIRE(first.size() == 3u);
  BOOST_TEST(first[0].subject == "plan:1");
  BOOST_TEST(first[1].subject == "note:1");
  BOOST_TEST(first[2].subject == "flood:0");
}

void who_waits_for_something_gets_it_with_the_transaction_that_makes_it_ready(Bench& b) {
  auto none = run(b.loop, b.store.take(10, std::chrono::milliseconds(5)));
  BOOST_TEST((none.has_value() && none->empty()));  // its patience was over
  std::vector<InboxRow> taken;
  std::vector<OutboxRow> to_send;
  auto waits = [](Bench& bench, std::vector<InboxRow>& in, std::vector<OutboxRow>& out) -> asio::awaitable<void> {
    in = *co_await bench.store.take(10, std::chrono::seconds(10));
    out = *co_await bench.store.due({.messages = 10}, std::chrono::seconds(10));
  };
  bool over = false;
  asio::co_spawn(b.loop, waits(b, taken, to_send), [&](const std::exception_ptr&) { over = true; });
  settle(b.loop);
  receive(b, message_event("e1"));
  BOOST_REQUIRE(run(b.loop, b.store.ready()).has_value());
  BOOST_REQUIRE(taken.size() == 1u);
  BOOST_TEST(taken[0].event.key == "e1");
  write(b, {message_to(b, "ask:1", ops_place(), "answer")});
  BOOST_REQUIRE(run(b.loop, b.store.ready()).has_value());
  BOOST_TEST(over);
  BOOST_TEST(to_send.size() == 1u);
  BOOST_TEST(take(b).empty());
  BOOST_TEST(due(b).empty());
}

void history_is_peoples_words_and_the_agents_answers_in_order(Bench& b) {
  auto event = message_event("h1");
  const std::string inbox = receive(b, event).id;
  AskRow ask{
      .id = "ask1", .person = "ben", .inbox = inbox, .place = ops_place(), .text = "health", .at = b.clock.now()};
  BOOST_REQUIRE(run(b.loop, b.store.understood(ask, {}, {.inbox_done = inbox})).has_value());
  b.clock.advance(std::chrono::seconds(1));
  auto answer = message_to(b, "ask:ask1", ops_place(event.message), "All well");
  auto secret = message_to(b, "ask:private", ops_place(), "only for ana");
  secret.only_for = "ana";
  auto elsewhere = message_to(b, "ask:other", ops_place("another"), "elsewhere");
  write(b, {answer, secret});
  b.clock.advance(std::chrono::seconds(1));
  write(b, {elsewhere});
  auto channel = run(b.loop, b.store.history(ops_place(), "U1", 50));
  BOOST_REQUIRE(channel->size() == 3u);
  BOOST_TEST((*channel)[0].text == "health");
  BOOST_TEST((*channel)[0].id == event.message);
  BOOST_TEST((*channel)[0].person == "ben");
  BOOST_TEST((*channel)[1].document->title == "All well");
  BOOST_TEST((*channel)[1].place.thread == event.message);
  auto thread = run(b.loop, b.store.history(ops_place(event.message), "U1", 50));
  BOOST_REQUIRE(thread->size() == 2u);
  BOOST_TEST((*thread)[0].text == "health");
  BOOST_TEST((*thread)[1].id == answer.id);
  auto newest = run(b.loop, b.store.history(ops_place(), "U1", 1));
  BOOST_REQUIRE(newest->size() == 1u);
  BOOST_TEST((*newest)[0].document->title == "elsewhere");
  auto hers = run(b.loop, b.store.history(ops_place(), "ana", 50));
  BOOST_REQUIRE(hers->size() == 4u);  // a private answer is still there for whom it was
  BOOST_TEST(std::count_if(hers->begin(), hers->end(), [](const HistoryItem& i) { return i.only_for == "ana"; }) == 1);
}

void what_an_answer_found_is_kept_for_a_day(Bench& b) {
  const Json rows = {{"rows", {1, 2, 3}}};
  BOOST_REQUIRE(run(b.loop, b.store.answered("ask1", "answered", {}, rows, {})).has_value());
  BOOST_TEST((**run(b.loop, b.store.result("ask1")) == rows));
  BOOST_TEST(!run(b.loop, b.store.result("another"))->has_value());
  const Json again = {{"rows", {4}}};  // answered again after a crash
  BOOST_REQUIRE(run(b.loop, b.store.answered("ask1", "answered", {}, again, {})).has_value());
  BOOST_TEST((**run(b.loop, b.store.result("ask1")) == again));
  b.clock.advance(std::chrono::hours(25));
  BOOST_TEST(!run(b.loop, b.store.result("ask1"))->has_value());
}

}  // namespace

#define APIOPS_RULE(name) \
  Rule { #name, name }
std::vector<Rule> inbox_rules() {
  return {APIOPS_RULE(an_event_is_stored_once_however_often_it_is_delivered),
          APIOPS_RULE(the_same_text_as_mention_and_as_message_is_one_event),
          APIOPS_RULE(a_place_is_served_in_order_and_places_side_by_side),
          APIOPS_RULE(a_row_that_its_worker_never_finished_is_taken_again),
          APIOPS_RULE(a_conversation_is_found_again_by_place_and_person),
          APIOPS_RULE(a_changed_message_is_a_new_revision_of_the_same_row),
          APIOPS_RULE(a_message_that_waits_is_not_due_before_its_time),
          APIOPS_RULE(a_message_left_in_sending_comes_back_as_unsure),
          APIOPS_RULE(of_a_slow_channel_no_more_is_taken_than_it_takes_and_the_others_go_on),
          APIOPS_RULE(channels_have_their_turn_one_after_the_other),
          APIOPS_RULE(in_a_channel_edits_and_private_answers_go_before_posts),
          APIOPS_RULE(who_waits_for_something_gets_it_with_the_transaction_that_makes_it_ready),
          APIOPS_RULE(history_is_peoples_words_and_the_agents_answers_in_order),
          APIOPS_RULE(what_an_answer_found_is_kept_for_a_day)};
}

}  // namespace apiops::testing
