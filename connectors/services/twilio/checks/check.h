// The checks of Twilio's configuration. Each looks at what was read once and gives its findings; it asks nobody by
// itself. A new check is one file here and one line in checks.cc.
#pragma once

#include <map>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <vector>

#include "connectors/services/twilio/numbers.h"
#include "connectors/services/twilio/webhook_probe.h"
#include "engine/ports/service_types.h"

namespace apiops::twilio {

struct ApiKey {
  std::string sid, name;
  std::optional<Time> created;
};

struct UsageTrigger {
  std::string sid, name, category, by, callback;  // by: count, usage, price
};

struct GeoPermissions {
  std::size_t voice_countries = 0, sms_countries = 0;  // that are allowed
  std::vector<std::string> voice_high_risk;            // countries whose premium or fraud-prone numbers may be called
  std::vector<std::string> sms_high_risk;
};

struct Subaccount {
  std::string sid, name, status;  // active, suspended, closed
};

// Of a sender at the carriers: an A2P brand or campaign, or the verification of a toll-free number.
struct Registration {
  enum class Kind : std::uint8_t { kBrand, kCampaign, kTollFree } kind = Kind::kBrand;
  std::string sid, subject;  // subject: messaging service (campaign), phone number sid (toll-free)
  std::string status;        // Twilio's own word
  std::string reason;        // why it was refused, where Twilio says so
};

// Webhook errors of the last day by the URL that was asked.
struct WebhookErrors {
  long long count = 0;
  std::map<std::string, long long> codes;
  std::set<std::string> resources;
};

// What was read, and what could not be: a part that is missing (nullopt) silences its checks, never falsely.
struct ConfigurationView {
  Time now{};
  std::vector<OwnNumber> numbers;
  std::optional<std::vector<Application>> applications;
  std::optional<std::vector<MessagingService>> services;
  std::optional<std::vector<ApiKey>> keys;
  std::optional<std::vector<UsageTrigger>> triggers;
  std::optional<GeoPermissions> geo;
  std::optional<std::vector<Subaccount>> subaccounts;
  std::optional<std::vector<Registration>> registrations;
  std::optional<std::map<std::string, WebhookErrors>> webhook_errors;
  std::vector<OwnNumber> idle;
  std::map<std::string, Probed> probes;  // by URL
  std::map<std::string, NumberPrices> prices;
  bool uses_auth_token = false;     // the agent itself works with the account's token
  std::string api_host;             // that the agent talks to
  std::vector<std::string> unread;  // what could not be read: told as findings of their own
};

// A URL that Twilio asks, and for whom: the same questions are put to all of them.
struct Hook {
  std::string resource;  // E.164, AP…, MG…
  std::string owner;     // "+1 415 555 0134", "the application “IVR”"
  std::string which;     // "voice webhook"
  std::string url, method;
  bool answers = true;  // what is called or written gets its answer from here; else it is told only (status callbacks)
};
std::vector<Hook> hooks_of(const ConfigurationView& view);
// "+1 415 555 0134's voice webhook (https://voice.example.com/twilio)".
std::string words_of(const Hook& hook);

using Check = std::vector<Finding> (*)(const ConfigurationView& view);
struct NamedCheck {
  std::string_view name;
  std::string_view kind;  // of operations.md where it has one; empty: looks at every audit
  Check run;
};
std::span<const NamedCheck> all_checks();

Finding finding(std::string_view check, std::string severity, std::string resource, std::string what, std::string why,
                std::string fix);
// A finding about one hook, told with its owner and URL.
Finding hook_finding(std::string_view check, std::string severity, const Hook& hook, std::string_view trouble,
                     std::string why, std::string fix);

}  // namespace apiops::twilio
