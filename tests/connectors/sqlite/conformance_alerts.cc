// Alerts, monitors, settings and the audit trail's own reads.
#include <boost/test/unit_test.hpp>

#include "engine/record/audit_verify.h"
#include "tests/connectors/sqlite/store_conformance.h"
#include "tests/support/run.h"

namespace apiops::testing {

namespace {

AlertRow alert_of(Bench& b, const std::string& fingerprint) {
  AlertRow a;
  a.id = make_id(b.clock.now(), b.random);
  a.monitor = "m1";
  a.fingerprint = fingerprint;
  a.service = "stripe";
  a.severity = "critical";
  a.document = {{"what", "webhook disabled"}};
  a.first_at = a.last_at = b.clock.now();
  a.count = 1;
  return a;
}

void one_fire_is_one_alert_until_it_is_resolved(Bench& b) {
  auto first = run(b.loop, b.store.open_alert(alert_of(b, "f1"),
                                              {.outbox = {message_to(b, "alert:1", ops_place(), "Alert {{number}}")}}));
  BOOST_REQUIRE(first.has_value());
  BOOST_TEST(first->number == 1);
  BOOST_TEST(get_string(run(b.loop, b.store.messages_of("alert:1"))->at(0).document, "title") == "Alert 1");
  auto same = run(b.loop, b.store.open_alert(alert_of(b, "f1"), {.audit = {record_of("alert")}}));
  BOOST_TEST(same->id == first->id);
  BOOST_TEST(whole_trail(b).size() == 1u);
  AlertRow over = *first;
  over.state = "resolved";
  over.resolved_at = b.clock.now();
  BOOST_TEST(*run(b.loop, b.store.change_alert(over, first->version, {})));
  BOOST_TEST(!*run(b.loop, b.store.change_alert(over, first->version, {})));
  BOOST_TEST(run(b.loop, b.store.alerts(false, 10))->empty());
  BOOST_TEST(run(b.loop, b.store.alerts(true, 10))->size() == 1u);
  BOOST_TEST(run(b.loop, b.store.open_alert(alert_of(b, "f1"), {}))->number == 2);
  BOOST_TEST((*run(b.loop, b.store.alert_by_number(1)))->resolved_at.has_value());
}

void a_monitors_readings_and_next_time_are_kept(Bench& b) {
  MonitorRow monitor{
      .id = "m1", .service = "stripe", .account = "main", .kind = "webhooks", .threshold = {{"over", 3}}};
  BOOST_REQUIRE(run(b.loop, b.store.put_monitor(monitor)).has_value());
  for (int minute = 0; minute < 3; ++minute)
    BOOST_REQUIRE(run(b.loop, b.store.observe({"m1", b.clock.now() + std::chrono::minutes(minute), minute + 0.5, 7},
                                              b.clock.now() + std::chrono::hours(1)))
                      .has_value());
  auto since = run(b.loop, b.store.readings("m1", b.clock.now() + std::chrono::minutes(1)));
  BOOST_REQUIRE(since->size() == 2u);
  BOOST_TEST((*since)[0].value == 1.5);
  auto monitors = run(b.loop, b.store.monitors());
  BOOST_REQUIRE(monitors->size() == 1u);
  BOOST_TEST(((*monitors)[0].next_at == b.clock.now() + std::chrono::hours(1)));
  BOOST_TEST((*monitors)[0].threshold == monitor.threshold);
}

void a_setting_is_read_as_it_was_put(Bench& b) {
  BOOST_TEST(!run(b.loop, b.store.setting("autofix"))->has_value());
  BOOST_REQUIRE(
      run(b.loop, b.store.put_setting("autofix", {{"config", true}}, {.audit = {record_of("setting")}})).has_value());
  BOOST_TEST((*run(b.loop, b.store.setting("autofix")))->at("config") == true);
}

void the_audit_trail_is_searched_by_what_it_says(Bench& b) {
  auto other = record_of("effect", "P2");
  other.person = "ana";
  other.record["context"] = "Bought +1 415";
  BOOST_REQUIRE(run(b.loop, b.store.note({.audit = {record_of("vote", "P1")}})).has_value());
  b.clock.advance(std::chrono::hours(1));
  BOOST_REQUIRE(run(b.loop, b.store.note({.audit = {other}})).has_value());
  auto search = [&](Store::AuditQuery query) { return run(b.loop, b.store.audit(std::move(query)))->size(); };
  BOOST_TEST(search({.person = "ana"}) == 1u);
  BOOST_TEST(search({.plan = "P1"}) == 1u);
  BOOST_TEST(search({.text = "bought +1"}) == 1u);
  BOOST_TEST(search({.kind = "vote"}) == 1u);
  BOOST_TEST(search({.period = Period{b.clock.now(), b.clock.now() + Duration(1)}}) == 1u);
  auto newest = run(b.loop, b.store.audit({.at_most = 1, .newest_first = true}));
  BOOST_TEST(newest->at(0).entry.person == "ana");
  const auto trail = whole_trail(b);
  BOOST_TEST(trail.at(0).entry.kind == "chain");
  BOOST_TEST(verify_audit(trail).sound());
}

void a_ready_store_says_so(Bench& b) { BOOST_TEST(*run(b.loop, b.store.ready())); }

}  // namespace

#define APIOPS_RULE(name) \
  Rule { #name, name }
std::vector<Rule> alert_rules() {
  return {APIOPS_RULE(one_fire_is_one_alert_until_it_is_resolved),
          APIOPS_RULE(a_monitors_readings_and_next_time_are_kept), APIOPS_RULE(a_setting_is_read_as_it_was_put),
          APIOPS_RULE(the_audit_trail_is_searched_by_what_it_says), APIOPS_RULE(a_ready_store_says_so)};
}

}  // namespace apiops::testing
