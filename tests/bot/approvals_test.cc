// What a policy can ask for, end to end: typed confirmations, two groups, limits of spending, freezes, break-glass,
// reminders and escalation, who gets a card.
#include <fmt/format.h>

#include "engine/base/text.h"
#include "engine/plans/autofix_rules.h"
#include "engine/plans/plan_life.h"
#include "engine/plans/spending.h"
#include "engine/watch/daily_summary.h"
#include "tests/bot/lab.h"

using namespace apiops;
using namespace apiops::testing;

namespace {

const Identity kAna = on_console("ana"), kBen = on_console("ben"), kChris = on_console("chris");
constexpr const char* kPurchase = "buy a phone number in 415 with sms";

bool has(const std::string& text, std::string_view part) { return text.find(part) != std::string::npos; }

PolicyRule& grave(Config& config) { return config.book.rules.back(); }

std::string approve(Lab& lab, const Identity& who, const PlanRow& plan) {
  return lab.say(who, fmt::format("approve {} {}", plan.number, lab.code(plan)));
}

std::vector<OutboxRow> about(Lab& lab, const std::string& subject, const PlanRow& plan) {
  return *lab.run(lab.store().messages_of(subject + ":" + plan.id));
}

void open_alert(Lab& lab, const std::string& number, const std::string& fingerprint = "calls") {
  const Time now = lab.agent().clock().now();
  static int count = 0;
  AlertRow alert{.id = "alert-" + std::to_string(++count),
                 .monitor = "m",
                 .fingerprint = fingerprint + number,
                 .service = "twilio",
                 .account = "main",
                 .resource = number,
                 .severity = "critical",
                 .first_at = now,
                 .last_at = now,
                 .count = 1};
  alert.document = {
      {"title", "Twilio 11200"},
      {"code", "11200"},
      {"remedy", {{"intent", "twilio.webhook.fix"}, {"slots", {{"number", number}}}, {"label", "Fix it"}}}};
  BOOST_REQUIRE(lab.run(lab.store().open_alert(alert, {})).has_value());
}

void switch_on(Lab& lab) {
  const PlanRow on = lab.propose(kBen, "turn on auto-fix for config");
  approve(lab, kChris, on);
  BOOST_REQUIRE((lab.state_at_rest(on) == PlanState::kSucceeded));
}

template <typename Condition>
void until(Lab& lab, Condition condition) {
  for (int look = 0; look < 900 && !condition(); ++look) lab.wait();
}

}  // namespace

BOOST_AUTO_TEST_SUITE(approvals)

BOOST_AUTO_TEST_CASE(a_typed_confirmation_is_not_a_click) {
  Config config = demo_config();
  grave(config).typed_confirmation = true;
  Lab lab(config);
  const PlanRow plan = lab.propose(kAna, kPurchase);
  const std::string told = lab.click(kBen, lab.token(plan, "Approve"));
  BOOST_TEST(has(told, "approved by typing its code"), told);
  BOOST_TEST(has(lab.click(kBen, lab.token(plan, "Approve"), ops(), "yes, do it"), "typing its code"));
  BOOST_TEST(lab.votes(plan).empty());
  lab.click(kBen, lab.token(plan, "Approve"), ops(), " " + lab.code(plan) + " ");
  BOOST_TEST((lab.state_at_rest(plan) == PlanState::kSucceeded));
}

BOOST_AUTO_TEST_CASE(the_number_that_a_plan_buys_is_readable_in_the_audit_trail_after_a_restart) {
  Lab lab;
  const PlanRow plan = lab.propose(kAna, kPurchase);
  const auto steps = *lab.run(lab.store().steps(plan.id));
  const std::string number = spaced_number(get_string(steps.front().draft.parameters, "number"));
  BOOST_REQUIRE(!number.empty());
  lab.restart();
  lab.say(kBen, "what did we change today");
  bool shown = false;
  for (const auto& item : *lab.run(lab.store().history(ops(), "ben", 50)))
    if (item.document && has(item.document->title, "audit trail")) shown = has(to_json(*item.document).dump(), number);
  BOOST_TEST(shown);
}

BOOST_AUTO_TEST_CASE(one_of_each_of_two_groups_takes_two_people) {
  Config config = demo_config();
  grave(config).demand = {.one_of_each = {"ops", "ops-leads"}};
  Lab lab(config);
  const PlanRow plan = lab.propose(kAna, kPurchase);
  approve(lab, kBen, plan);  // in both groups
  BOOST_TEST((takes_votes(lab.again(plan).state)));
  approve(lab, kChris, plan);
  BOOST_TEST((lab.state_at_rest(plan) == PlanState::kSucceeded));
}

BOOST_AUTO_TEST_CASE(one_reject_ends_a_plan_that_has_a_vote_already) {
  Config config = demo_config();
  grave(config).demand.votes = 2;
  Lab lab(config);
  const PlanRow plan = lab.propose(kAna, kPurchase);
  approve(lab, kBen, plan);
  lab.say(kChris, fmt::format("reject {} because it is too dear", plan.number));
  BOOST_TEST((lab.state_at_rest(plan) == PlanState::kRejected));
  BOOST_TEST(lab.journal(plan).empty());
}

BOOST_AUTO_TEST_CASE(a_limit_of_spending_is_reserved_at_the_approval_and_used_when_it_is_done) {
  Config config = demo_config();
  config.book.spending.push_back(
      {.name = "numbers", .each = "team", .window = "day", .most = {.micros = 2'000'000, .currency = "usd"}});
  Lab lab(config);
  const PlanRow first = lab.propose(kAna, kPurchase), second = lab.propose(kAna, kPurchase);
  approve(lab, kBen, first);
  BOOST_TEST((lab.state_at_rest(first) == PlanState::kSucceeded));
  const auto row =
      *lab.run(lab.store().allowance("spending/numbers/team", window_of("day", lab.agent().clock().now(), "UTC")));
  BOOST_TEST(row.used == 1'150'000);
  BOOST_TEST(row.reserved == 0);
  const std::string told = approve(lab, kBen, second);
  BOOST_TEST(has(told, "limit “numbers”"), told);
  BOOST_TEST(lab.votes(second).empty());
  BOOST_TEST(lab.journal(second).empty());
  BOOST_TEST(has(lab.say(kAna, kPurchase), "limit “numbers”"));  // told when it is asked for, too
}

BOOST_AUTO_TEST_CASE(a_plan_that_was_not_carried_out_gives_its_part_of_the_limit_back) {
  Config config = demo_config();
  config.book.spending.push_back(
      {.name = "numbers", .each = "person", .window = "month", .most = {.micros = 2'000'000, .currency = "usd"}});
  Lab lab(config);
  const PlanRow plan = lab.propose(kAna, kPurchase);
  VoteRow vote{.plan = plan.id,
               .person = "ben",
               .verdict = "approve",
               .fingerprint = plan.fingerprint,
               .identity = kBen,
               .at = lab.agent().clock().now()};
  const AllowanceHold hold{.rule = "spending/numbers/ana", .window = "2026-11", .amount = 1'150'000, .most = 2'000'000};
  BOOST_REQUIRE(*lab.run(lab.store().vote(
      vote, {.plan = plan.id, .version = lab.again(plan).version, .to = PlanState::kApproved, .holds = {hold}}, {})));
  BOOST_TEST(lab.run(lab.store().allowance(hold.rule, hold.window))->reserved == 1'150'000);
  BOOST_REQUIRE(*lab.run(
      lab.store().move({.plan = plan.id, .version = lab.again(plan).version, .to = PlanState::kCancelled}, {})));
  BOOST_TEST(lab.run(lab.store().allowance(hold.rule, hold.window))->reserved == 0);
  BOOST_TEST(lab.run(lab.store().allowance(hold.rule, hold.window))->used == 0);
}

BOOST_AUTO_TEST_CASE(nothing_is_planned_in_a_freeze_and_what_was_planned_before_is_not_approved) {
  Config config = demo_config();
  Lab lab(config);
  const PlanRow plan = lab.propose(kAna, kPurchase);
  Freeze freeze;
  freeze.because = "Black Friday";
  freeze.from = lab.agent().clock().now() - std::chrono::hours(1);
  freeze.to = lab.agent().clock().now() + std::chrono::hours(1);
  config.book.freezes.push_back(freeze);
  lab.agent().take_policy(config);
  BOOST_TEST(has(lab.say(kAna, kPurchase), "Black Friday"));
  BOOST_TEST(has(approve(lab, kBen, plan), "Black Friday"));
  BOOST_TEST(lab.votes(plan).empty());
}

BOOST_AUTO_TEST_CASE(break_glass_is_one_person_with_a_reason_and_the_second_channel_hears_of_it) {
  Config config = demo_config();
  grave(config).demand.votes = 2;
  config.book.break_glass = {.role = "ops-leads",
                             .tell = {.connector = "console", .workspace = "main", .channel = "#security"}};
  Lab lab(config);
  const PlanRow plan = lab.propose(kAna, kPurchase);
  BOOST_TEST(
      has(lab.say(kAna, fmt::format("break glass {} {} because nobody else is awake", plan.number, lab.code(plan))),
          "for “ops-leads” only"));
  BOOST_TEST(
      has(lab.say(kChris, fmt::format("break glass {} {} because", plan.number, lab.code(plan))), "needs a reason"));
  BOOST_TEST(lab.votes(plan).empty());
  lab.say(kChris, fmt::format("break glass {} {} because nobody else is awake", plan.number, lab.code(plan)));
  BOOST_TEST((lab.state_at_rest(plan) == PlanState::kSucceeded));
  const auto told = about(lab, "break_glass", plan);
  BOOST_REQUIRE(told.size() == 1u);
  BOOST_TEST(told.front().place.channel == "#security");
  BOOST_TEST(has(told.front().document.dump(), "nobody else is awake"));
  BOOST_TEST(lab.run(lab.store().audit({.plan = plan.id, .text = "break_glass"}))->size() >= 1u);
}

BOOST_AUTO_TEST_CASE(the_daily_summary_tells_every_use_of_break_glass_with_its_reason_once) {
  Config config = demo_config();
  grave(config).demand.votes = 2;
  config.book.break_glass = {.role = "ops-leads",
                             .tell = {.connector = "console", .workspace = "main", .channel = "#security"}};
  Lab lab(config);
  const PlanRow plan = lab.propose(kAna, kPurchase);
  lab.say(kChris, fmt::format("break glass {} {} because nobody else is awake", plan.number, lab.code(plan)));
  const Time now = lab.agent().clock().now();
  const auto records = *lab.run(lab.store().audit({}));
  const std::string text = to_text(daily_summary(records, lab.agent().policy(), {start_of_day(now, "UTC"), now}));
  BOOST_TEST(has(text, "Break-glass was used 1 time"), text);
  BOOST_TEST(has(text, "nobody else is awake"), text);
  BOOST_TEST(has(text, "Chris"), text);
}

BOOST_AUTO_TEST_CASE(not_even_break_glass_approves_ones_own_purchase) {
  Config config = demo_config();
  config.book.break_glass = {.role = "ops-leads",
                             .tell = {.connector = "console", .workspace = "main", .channel = "#security"}};
  Lab lab(config);
  const PlanRow plan = lab.propose(kChris, kPurchase);
  BOOST_TEST(
      has(lab.say(kChris, fmt::format("break glass {} {} because nobody else is awake", plan.number, lab.code(plan))),
          "not even break-glass"));
  BOOST_TEST(lab.votes(plan).empty());
}

BOOST_AUTO_TEST_CASE(a_card_goes_to_the_thread_the_channels_and_each_approver_and_every_copy_is_one_plan) {
  Config config = demo_config();
  config.book.hearing = {.channels = {{.connector = "console", .workspace = "main", .channel = "#approvals"}},
                         .direct_messages = true};
  Lab lab(config);
  const PlanRow plan = lab.propose(kAna, kPurchase);
  std::set<std::string> channels;
  for (const auto& card : lab.cards(plan)) channels.insert(card.place.connector + " " + card.place.channel);
  BOOST_TEST(channels.contains("console #ops"));
  BOOST_TEST(channels.contains("console #approvals"));
  BOOST_TEST(channels.contains("console @ben"));
  BOOST_TEST(channels.contains("slack @U0CHRIS01"));
  BOOST_TEST(!channels.contains("console @ana"));
  const Place direct{.connector = "console", .workspace = "main", .channel = "@ben", .thread = {}};
  std::size_t at = 0;
  while (lab.cards(plan).at(at).place.channel != "@ben") ++at;
  lab.click(kBen, lab.token(plan, "Approve", at), direct);
  BOOST_TEST((lab.state_at_rest(plan) == PlanState::kSucceeded));
  for (std::size_t card = 0; card < lab.cards(plan).size(); ++card)
    BOOST_TEST(lab.token(plan, "Approve", card).empty());  // all copies are over
}

BOOST_AUTO_TEST_CASE(a_plan_is_reminded_of_once_and_escalated_once) {
  Config config = demo_config();
  grave(config).demand = {.approvers = {"ben"}, .after_escalation = {"chris"}};
  grave(config).escalate_after = std::chrono::minutes(10);
  grave(config).remind_before = std::chrono::minutes(5);
  Lab lab(config);
  const PlanRow plan = lab.propose(kAna, kPurchase);
  BOOST_TEST(has(approve(lab, kChris, plan), "You can't approve this"));
  lab.pass(std::chrono::minutes(11));
  until(lab, [&] { return lab.again(plan).escalated_at.has_value(); });
  BOOST_TEST(about(lab, "escalated", plan).size() == 1u);
  BOOST_TEST(about(lab, "reminder", plan).empty());
  lab.pass(std::chrono::minutes(15));
  until(lab, [&] { return lab.again(plan).reminded_at.has_value(); });
  BOOST_TEST(about(lab, "reminder", plan).size() == lab.cards(plan).size());  // beside each card, Chris's own too
  BOOST_TEST(has(about(lab, "reminder", plan).front().document.dump(), "runs out at"));
  approve(lab, kChris, plan);
  BOOST_TEST((lab.state_at_rest(plan) == PlanState::kSucceeded));
}

BOOST_AUTO_TEST_CASE(who_can_approve_what_is_answered_in_words) {
  Lab lab;
  const std::string told = lab.say(kBen, "who can approve a refund of 200 dollars asked by ana?");
  BOOST_TEST(has(told, "$200.00, asked by Ana, takes 1 approval by Ben or Chris"), told);
  BOOST_TEST(has(lab.say(kBen, "who can approve a refund of 200 dollars asked by mallory?"), "nobody called"));
  const std::string purchases = lab.say(kBen, "who can approve purchases?");
  BOOST_TEST(has(purchases, "risk spend, in general, asked by Ben, takes 1 approval by Chris"), purchases);
}

BOOST_AUTO_TEST_CASE(auto_fix_is_switched_on_by_a_plan_of_risk_auth_and_off_by_a_change) {
  Lab lab;
  const PlanRow on = lab.propose(kBen, "turn on auto-fix for config");
  BOOST_TEST((on.risk == Risk::kAuth));
  BOOST_TEST(has(approve(lab, kBen, on), "someone else has to approve"));
  approve(lab, kChris, on);
  BOOST_TEST((lab.state_at_rest(on) == PlanState::kSucceeded));
  BOOST_TEST(*lab.run(autofix_is_on(lab.store(), "config")));
  BOOST_TEST(has(lab.say(kBen, "turn on auto-fix for config"), "on already"));
  const PlanRow off = lab.propose(kAna, "turn off auto-fix for config");
  BOOST_TEST((off.risk == Risk::kChange));
  approve(lab, kBen, off);
  BOOST_TEST((lab.state_at_rest(off) == PlanState::kSucceeded));
  BOOST_TEST(!*lab.run(autofix_is_on(lab.store(), "config")));
}

BOOST_AUTO_TEST_CASE(an_alert_that_offers_a_repair_is_repaired_by_the_policys_vote_once_and_people_can_stop_it) {
  Config config = demo_config();
  config.book.autofix["config"].most_an_hour = 1;
  Lab lab(config);
  open_alert(lab, "+14155550134");
  BOOST_REQUIRE(lab.run(lab.agent().autofix().look()).has_value());
  BOOST_TEST(lab.plans().empty());  // off by default
  switch_on(lab);
  BOOST_REQUIRE(lab.run(lab.agent().autofix().look()).has_value());
  const PlanRow plan = lab.plans().front();
  BOOST_TEST(plan.origin == "autofix");
  BOOST_TEST((lab.state_at_rest(plan) == PlanState::kSucceeded));
  BOOST_REQUIRE(lab.votes(plan).size() == 1u);
  BOOST_TEST(lab.votes(plan).front().person == kPolicyVoter);
  const auto cards = lab.cards(plan);
  BOOST_TEST(cards.front().place.channel == config.alerts_channel);  // announced
  BOOST_TEST(has(get_string(cards.front().document, "title"), "Auto-fix"));
  BOOST_TEST(!lab.token(plan, "Undo").empty());
  const std::size_t before = lab.plans().size();
  BOOST_REQUIRE(lab.run(lab.agent().autofix().look()).has_value());
  BOOST_TEST(lab.plans().size() == before);  // that alert has its repair
  open_alert(lab, "+14155550134", "another");
  BOOST_REQUIRE(lab.run(lab.agent().autofix().look()).has_value());
  BOOST_TEST(lab.plans().size() == before);  // one an hour
  lab.say(kAna, fmt::format("undo plan {}", plan.number));
  approve(lab, kBen, lab.plans().front());
  until(lab, [&] { return lab.again(plan).state == PlanState::kUndone; });
  BOOST_REQUIRE(lab.run(lab.agent().autofix().look()).has_value());
  BOOST_TEST(!*lab.run(autofix_is_on(lab.store(), "config")));  // people did not want it
}

BOOST_AUTO_TEST_CASE(what_was_taken_back_is_done_again_by_taking_that_back) {
  Lab lab;
  const PlanRow plan = lab.propose(kAna, "fix the webhook of +14155550134");
  approve(lab, kBen, plan);
  BOOST_TEST((lab.state_at_rest(plan) == PlanState::kSucceeded));
  const PlanRow back = lab.propose(kAna, fmt::format("undo plan {}", plan.number));
  approve(lab, kBen, back);
  BOOST_TEST((lab.state_at_rest(back) == PlanState::kSucceeded));
  const PlanRow again = lab.propose(kAna, fmt::format("undo plan {}", back.number));
  const std::string card = lab.cards(again).front().document.dump();
  BOOST_TEST(has(card, "Do again: "), card);
  BOOST_TEST(!has(card, "Take back: Take back"), card);
}

BOOST_AUTO_TEST_CASE(a_configuration_that_no_longer_allows_auto_fix_stops_it_whatever_the_switch_says) {
  Lab lab;
  switch_on(lab);
  open_alert(lab, "+14155550134");
  Config config = demo_config();
  config.book.autofix.clear();
  lab.agent().take_policy(config);
  BOOST_REQUIRE(lab.run(lab.agent().autofix().look()).has_value());
  for (const auto& plan : lab.plans()) BOOST_TEST((plan.origin != "autofix"));
}

BOOST_AUTO_TEST_CASE(no_configuration_can_make_auto_fix_run_what_spends_deletes_or_touches_credentials) {
  Lab lab;
  int grave_ones = 0, changes = 0;
  for (const auto& [name, entry] : lab.agent().operations().all()) {
    for (const Risk risk : {Risk::kTest, Risk::kChange, Risk::kSpend, Risk::kDelete, Risk::kAuth}) {
      PolicyBook book;  // as wide as it can be written
      for (const char* category : {"config", "rate_limit", "bad_params", "auth", "anything"})
        book.autofix[category] = {.operations = {name}, .services = {}, .most_an_hour = 1'000'000};
      const std::string service = name.substr(0, name.find('.'));
      const PlanFacts plan{.parts = {{.operation = name, .service = service, .environment = "live", .risk = risk}}};
      for (const auto& [category, rule] : book.autofix) {
        const bool allowed = autofix_objection(book, plan, category).empty();
        BOOST_TEST_INFO(name << " as " << to_string(risk) << " for " << category);
        if (risk != Risk::kChange) BOOST_TEST(!allowed);
        // What the operation may become by its own word is refused, too.
        if (!allowed) continue;
        BOOST_TEST((entry.operation->risk(Json::object()) == Risk::kChange));
        ++changes;
      }
    }
    if (is_grave(entry.operation->risk(Json::object()))) {
      ++grave_ones;
      for (const auto category : kAutofixCategories)
        for (const auto listed : autofix_operations(category)) BOOST_TEST(listed != name);
    }
  }
  BOOST_TEST(grave_ones >= 4);  // buying, releasing, refunding, turning auto-fix on
  BOOST_TEST(changes > 0);
}

BOOST_AUTO_TEST_SUITE_END()
