#include <boost/test/unit_test.hpp>

#include "tests/connectors/services/twilio_far_side.h"

using namespace apiops;
using apiops::testing::contains;
using apiops::testing::TwilioFarSide;

namespace {

struct Numbers : TwilioFarSide {
  std::unique_ptr<ServiceAdapter> adapter = make();
  Operation& configure = operation(*adapter, "twilio.number.configure");
  Operation& fix = operation(*adapter, "twilio.webhook.fix");

  Planned plan(Operation& op, Json slots) {
    auto planned = run(op.plan(std::move(slots)));
    BOOST_REQUIRE(planned);
    return std::move(*planned);
  }
};

Attempt attempt(const StepDraft& step) { return {"01ATTEMPT", "plan-1", step.parameters, step.expected}; }

}  // namespace

BOOST_AUTO_TEST_SUITE(twilio_configure)

BOOST_AUTO_TEST_CASE(a_change_shows_before_and_after_and_warns_of_a_new_host) {
  Numbers n;
  const Planned planned =
      n.plan(n.configure, Json{{"number", TwilioFarSide::kBroken}, {"voice_url", "https://hooks.example.net/v"}});
  BOOST_REQUIRE(planned.draft);
  const StepDraft& step = planned.draft->steps.front();
  BOOST_TEST(step.summary == "Point +1 415 555 0134 to https://hooks.example.net/v");
  BOOST_TEST(*step.fields.front().before == "https://old-gw.example.com/voice");
  BOOST_TEST(planned.draft->warnings.front() == "NEW HOST: hooks.example.net is not in use yet");
  BOOST_TEST(step.undo_parameters->at("set").at("VoiceUrl") == "https://old-gw.example.com/voice");
  BOOST_TEST(canonical(*n.run(n.configure.observe(step.parameters))) == canonical(step.expected));
}

BOOST_AUTO_TEST_CASE(a_change_is_read_back_and_undone_with_the_old_value) {
  Numbers n;
  const StepDraft step =
      n.plan(n.configure, Json{{"number", "PN01"}, {"voice_url", n.healthy_url()}}).draft->steps.front();
  BOOST_TEST((n.run(n.configure.execute(attempt(step))).outcome == Outcome::kDone));
  BOOST_TEST(n.number("PN01").at("voice_url") == n.healthy_url());
  StepDraft back = step;
  back.parameters = *step.undo_parameters;
  BOOST_TEST((n.run(n.configure.execute(attempt(back))).outcome == Outcome::kDone));
  BOOST_TEST(n.number("PN01").at("voice_url") == "https://old-gw.example.com/voice");
}

BOOST_AUTO_TEST_CASE(a_lost_reply_to_a_change_is_answered_by_reading) {
  Numbers n;
  const StepDraft step =
      n.plan(n.configure, Json{{"number", "PN01"}, {"voice_url", n.healthy_url()}}).draft->steps.front();
  n.drop_changes = true;
  BOOST_TEST((n.run(n.configure.reconcile(attempt(step))).outcome == Outcome::kNotDone));
  BOOST_TEST((n.run(n.configure.execute(attempt(step))).outcome == Outcome::kDone));
  BOOST_TEST(n.count("POST", TwilioFarSide::kRoot + "IncomingPhoneNumbers/PN01.json") == 1);
}

BOOST_AUTO_TEST_CASE(a_trunk_or_application_that_wins_is_told_instead_of_planned) {
  Numbers n;
  n.number("PN01")["voice_application_sid"] = "AP1";
  const Planned planned = n.plan(n.configure, Json{{"number", TwilioFarSide::kBroken}, {"voice_url", n.healthy_url()}});
  BOOST_REQUIRE(planned.refusal);
  BOOST_TEST(contains(planned.refusal->what, "would change nothing"));
}

BOOST_AUTO_TEST_CASE(a_missing_number_is_asked_for_with_choices) {
  Numbers n;
  const Planned planned = n.plan(n.configure, Json{{"voice_url", n.healthy_url()}});
  BOOST_REQUIRE(planned.refusal);
  BOOST_TEST(planned.refusal->missing_slot == "number");
  BOOST_TEST(planned.refusal->choices.size() == 5U);
  BOOST_TEST(planned.refusal->choices.front().action.subject.at("slots").at("voice_url") == n.healthy_url());
}

BOOST_AUTO_TEST_CASE(fixing_the_webhooks_points_the_broken_number_to_what_the_healthy_ones_use) {
  Numbers n;
  const Planned planned = n.plan(n.fix, Json::object());
  BOOST_REQUIRE(planned.draft);
  BOOST_REQUIRE(planned.draft->steps.size() == 1U);
  const StepDraft& step = planned.draft->steps.front();
  BOOST_TEST(step.parameters.at("set").at("VoiceUrl") == n.healthy_url());
  BOOST_TEST(planned.draft->title == "Fix the webhook of +1 415 555 0134");
  BOOST_TEST((n.run(n.fix.execute(attempt(step))).outcome == Outcome::kDone));
  BOOST_TEST(n.number("PN01").at("voice_url") == n.healthy_url());
}

BOOST_AUTO_TEST_CASE(nothing_is_planned_where_every_webhook_answers) {
  Numbers n;
  n.number("PN01")["voice_url"] = n.healthy_url();
  const Planned planned = n.plan(n.fix, Json{{"number", "all"}});
  BOOST_REQUIRE(planned.refusal);
  BOOST_TEST(contains(planned.refusal->what, "Nothing to fix"));
}

BOOST_AUTO_TEST_SUITE_END()
