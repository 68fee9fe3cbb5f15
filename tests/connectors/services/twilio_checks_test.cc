// Each check of Twilio's configuration by itself: seeded trouble is found, a healthy configuration is silent.
#include <boost/test/unit_test.hpp>
#include <set>

#include "connectors/services/twilio/checks/check.h"
#include "engine/base/text.h"

using namespace apiops;
using namespace apiops::twilio;

namespace {

const Time kNow = from_millis(1'795'500'000'000);
Time days_ago(int days) { return kNow - std::chrono::hours(24 * days); }

OwnNumber healthy_number(std::string sid, std::string number, std::string name) {
  OwnNumber n;
  n.sid = std::move(sid);
  n.number = std::move(number);
  n.friendly_name = std::move(name);
  n.voice_url = n.sms_url = "https://voice.example.com/twilio";
  n.voice_method = n.sms_method = "POST";
  n.voice_fallback_url = "https://backup.example.net/twilio";
  n.status_callback = "https://voice.example.com/status";
  n.api_version = "2010-04-01";
  n.address_requirement = "none";
  n.emergency_active = true;
  n.emergency_address = "AD1";
  n.voice = n.sms = true;
  n.created = n.updated = days_ago(100);
  return n;
}

MessagingService healthy_service() {
  MessagingService s;
  s.sid = "MG1";
  s.name = "Alerts";
  s.inbound_url = "https://voice.example.com/inbound";
  s.inbound_method = "POST";
  s.fallback_url = "https://backup.example.net/inbound";
  s.status_callback = "https://voice.example.com/status";
  s.uses_number_webhook = true;
  s.registered = true;
  s.numbers = {"+14155550101"};
  return s;
}

ConfigurationView healthy() {
  ConfigurationView v;
  v.now = kNow;
  v.numbers = {healthy_number("PN1", "+14155550101", "Main"), healthy_number("PN2", "+18885550119", "Toll-free")};
  v.numbers[1].voice_url = "";
  v.numbers[1].voice_application = "AP1";
  v.applications = {{Application{"AP1", "IVR", "https://voice.example.com/ivr", "POST", "", "POST"}}};
  v.services = {{healthy_service()}};
  v.keys = {{ApiKey{"SK1", "agent", days_ago(30)}}};
  v.triggers = {{UsageTrigger{"UT1", "daily cost", "totalprice", "price", "https://voice.example.com/spend"}}};
  v.geo = GeoPermissions{.voice_countries = 4, .sms_countries = 4};
  v.subaccounts = {{Subaccount{"AC2", "staging", "active"}}};
  v.registrations = {{Registration{Registration::Kind::kBrand, "BN1", "", "APPROVED", ""},
                      Registration{Registration::Kind::kTollFree, "HH1", "PN2", "TWILIO_APPROVED", ""}}};
  v.webhook_errors.emplace();
  v.api_host = "api.twilio.com";
  for (const Hook& hook : hooks_of(v)) v.probes[hook.url] = Probed{.checked = true, .status = 200};
  return v;
}

struct Trouble {
  std::string_view check;
  void (*make)(ConfigurationView&);
};
const Trouble kTroubles[] = {
    {"webhook_dead",
     [](auto& v) {
       v.probes["https://voice.example.com/twilio"] = Probed{.checked = true, .trouble = "the name does not resolve"};
     }},
    {"webhook_error",
     [](auto& v) {
       v.probes["https://voice.example.com/ivr"] =
           Probed{.checked = true, .trouble = "answers with status 500", .status = 500};
     }},
    {"webhook_not_public", [](auto& v) { v.numbers[0].voice_url = "http://192.168.1.20:8080/voice"; }},
    {"webhook_not_public",
     [](auto& v) {
       v.probes["https://voice.example.com/twilio"] =
           Probed{.trouble = "not checked: resolves to a private address", .inside = true};
     }},
    {"webhook_errors_many",
     [](auto& v) {
       (*v.webhook_errors)["https://voice.example.com/twilio"] = WebhookErrors{37, {{"11200", 37}}, {"CA1"}};
     }},
    {"webhook_redirects",
     [](auto& v) {
       v.probes["https://voice.example.com/inbound"] = Probed{.checked = true, .status = 200, .redirects = 1};
     }},
    {"webhook_not_https", [](auto& v) { v.numbers[0].status_callback = "http://voice.example.com/status"; }},
    {"webhook_secret_in_url", [](auto& v) { v.numbers[0].sms_url = "https://bot:pw123@voice.example.com/sms"; }},
    {"webhook_secret_in_url", [](auto& v) { v.numbers[0].sms_url = "https://voice.example.com/sms?token=abc"; }},
    {"webhook_test_host", [](auto& v) { v.numbers[0].voice_url = "https://abc123.ngrok.io/voice"; }},
    {"webhook_ignored", [](auto& v) { v.numbers[0].trunk = "TK1"; }},
    {"webhook_ignored", [](auto& v) { (*v.services)[0].uses_number_webhook = false; }},
    {"application_missing", [](auto& v) { v.numbers[1].voice_application = "AP9"; }},
    {"unused_application",
     [](auto& v) { v.applications->push_back({"AP2", "Old", "https://voice.example.com/ivr", "POST", "", "POST"}); }},
    {"no_webhook", [](auto& v) { v.numbers[0].voice_url = ""; }},
    {"service_without_inbound",
     [](auto& v) { (*v.services)[0].inbound_url = "", (*v.services)[0].uses_number_webhook = false; }},
    {"unregistered_a2p", [](auto& v) { (*v.services)[0].registered = false; }},
    {"unverified_tollfree", [](auto& v) { (*v.registrations)[1].status = "TWILIO_REJECTED"; }},
    {"unverified_tollfree", [](auto& v) { v.registrations->pop_back(); }},
    {"registration_failed", [](auto& v) { (*v.registrations)[0].status = "FAILED"; }},
    {"service_without_senders", [](auto& v) { (*v.services)[0].numbers.clear(); }},
    {"number_without_service", [](auto& v) { v.numbers.push_back(healthy_number("PN3", "+14155550103", "Third")); }},
    {"no_fallback", [](auto& v) { v.numbers[0].voice_fallback_url = ""; }},
    {"fallback_same_host", [](auto& v) { v.numbers[0].voice_fallback_url = "https://voice.example.com/again"; }},
    {"service_without_fallback", [](auto& v) { (*v.services)[0].fallback_url = ""; }},
    {"no_status_callback", [](auto& v) { (*v.services)[0].status_callback = ""; }},
    {"webhook_get_method", [](auto& v) { v.numbers[0].voice_method = "GET"; }},
    {"deprecated_api_version", [](auto& v) { v.numbers[0].api_version = "2008-08-01"; }},
    {"deprecated_region_host", [](auto& v) { v.api_host = "api.ie1.twilio.com"; }},
    {"old_key", [](auto& v) { (*v.keys)[0].created = days_ago(742); }},
    {"main_credential", [](auto& v) { v.uses_auth_token = true; }},
    {"geo_wide_open", [](auto& v) { v.geo->voice_high_risk = {"LV"}; }},
    {"geo_wide_open", [](auto& v) { v.geo->sms_countries = 190; }},
    {"no_usage_trigger", [](auto& v) { v.triggers->clear(); }},
    {"subaccount_suspended", [](auto& v) { (*v.subaccounts)[0].status = "suspended"; }},
    {"regulatory_missing", [](auto& v) { v.numbers[0].address_requirement = "local"; }},
    {"no_emergency_address", [](auto& v) { v.numbers[0].emergency_address = ""; }},
    {"paid_caller_lookup", [](auto& v) { v.numbers[0].caller_lookup = true; }},
    {"duplicate_names", [](auto& v) { v.numbers[1].friendly_name = "Main"; }},
    {"idle_number", [](auto& v) { v.idle = {v.numbers[0]}; }},
    {"unread", [](auto& v) { v.unread = {"API keys could not be read: refused"}; }},
};

const NamedCheck& check_named(std::string_view name) {
  for (const NamedCheck& check : all_checks())
    if (check.name == name) return check;
  throw std::runtime_error("no such check");
}

}  // namespace

BOOST_AUTO_TEST_SUITE(twilio_checks)

BOOST_AUTO_TEST_CASE(a_healthy_configuration_is_silent) {
  const ConfigurationView view = healthy();
  for (const NamedCheck& check : all_checks())
    for (const Finding& f : check.run(view)) BOOST_ERROR(std::string(check.name) + ": " + f.what);
}

BOOST_AUTO_TEST_CASE(seeded_trouble_is_found_by_its_check_with_reason_and_remedy) {
  for (const Trouble& trouble : kTroubles) {
    ConfigurationView view = healthy();
    trouble.make(view);
    const auto found = check_named(trouble.check).run(view);
    BOOST_TEST(!found.empty(), trouble.check);
    for (const Finding& f : found) {
      BOOST_TEST(f.check == trouble.check);
      BOOST_TEST((f.severity == "critical" || f.severity == "warning" || f.severity == "info"));
      BOOST_TEST((!f.what.empty() && !f.why.empty() && !f.fix.empty()), trouble.check);
    }
  }
}

BOOST_AUTO_TEST_CASE(numbers_whose_webhook_is_ignored_for_the_same_reason_are_one_finding) {
  ConfigurationView view = healthy();
  view.numbers[0].trunk = "TK1";
  auto found = check_named("webhook_ignored").run(view);
  BOOST_REQUIRE(found.size() == 1u);
  BOOST_TEST(found[0].resource == view.numbers[0].number);
  view.numbers[1].voice_url = view.numbers[0].voice_url;
  view.numbers[1].voice_application.clear();
  view.numbers[1].trunk = "TK1";
  found = check_named("webhook_ignored").run(view);
  BOOST_REQUIRE(found.size() == 1u);
  BOOST_TEST(found[0].resource.empty());
  for (const auto& n : {view.numbers[0], view.numbers[1]})
    BOOST_TEST(found[0].what.find(spaced_number(n.number)) != std::string::npos);
  view.numbers[1].trunk = "TK2";
  BOOST_TEST(check_named("webhook_ignored").run(view).size() == 2u);
}

BOOST_AUTO_TEST_CASE(every_check_has_a_trouble_that_it_is_tried_with_and_there_are_more_than_25) {
  std::set<std::string_view> tried;
  for (const Trouble& trouble : kTroubles) tried.insert(trouble.check);
  for (const NamedCheck& check : all_checks()) BOOST_TEST(tried.contains(check.name), check.name);
  BOOST_TEST(all_checks().size() > 25U);
}

BOOST_AUTO_TEST_CASE(what_could_not_be_read_silences_its_checks) {
  ConfigurationView view = healthy();
  view.applications.reset();
  view.services.reset();
  view.keys.reset();
  view.triggers.reset();
  view.geo.reset();
  view.subaccounts.reset();
  view.registrations.reset();
  view.webhook_errors.reset();
  view.numbers[0].voice_application = "AP9";
  view.numbers[0].voice_url = "";
  for (const NamedCheck& check : all_checks())
    for (const Finding& f : check.run(view)) BOOST_ERROR(std::string(check.name) + ": " + f.what);
}

BOOST_AUTO_TEST_CASE(a_finding_never_shows_the_password_inside_of_a_url) {
  ConfigurationView view = healthy();
  view.numbers[0].voice_url = "http://bot:hunter2secret@voice.example.com/x?token=hunter2secret";
  for (const NamedCheck& check : all_checks())
    for (const Finding& f : check.run(view))
      BOOST_TEST((f.what + f.why + f.fix + f.resource).find("hunter2secret") == std::string::npos, check.name);
}

BOOST_AUTO_TEST_SUITE_END()
