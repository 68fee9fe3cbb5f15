// What services are seen through: the engine's own words for a failure, a webhook, a limit. An adapter translates its
// service's JSON into these; the engine counts, judges and draws them. Texts are raw here: the gate masks them later.
#pragma once

#include <asio/awaitable.hpp>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "engine/base/document.h"
#include "engine/base/money.h"
#include "engine/base/result.h"
#include "engine/base/time.h"

namespace apiops {

// One thing that went wrong at a service: a failed message, call, payment, webhook delivery or request.
struct Failure {
  std::string code;      // "30007", "card_declined/insufficient_funds" is two: code and detail; empty where unknown
  std::string detail;    // decline code, or the service's own words
  std::string kind;      // messages, calls, webhooks, payments, requests
  std::string resource;  // SM…, CA…, pi_…
  std::string subject;   // what it happened to: the number, endpoint, project or model that a remedy would change
  std::string from, to;  // addresses of people are masked later
  std::string status;    // the service's own word: failed, undelivered, busy
  std::optional<Money> amount;
  Time at{};
  int http_status = 0;
};

// A part of a long reading. `scanned` counts what was looked at to find `items`, by kind ("messages" → 500).
template <typename T>
struct Page {
  std::vector<T> items;
  std::map<std::string, long long> scanned;
  std::vector<std::string> notes;  // what was left out, and why: "Twilio's alert list lacks some carrier errors"
  bool last = false;               // nothing follows
  bool cut = false;                // stopped at a bound: what follows was not read
};

// Pages are pulled: the reader may ask for the next page while the last one is being counted.
template <typename T>
class PageReader {
 public:
  virtual ~PageReader() = default;
  virtual asio::awaitable<Result<Page<T>>> next() = 0;
};

struct FailureQuery {
  Period period;
  std::vector<std::string> kinds;  // empty: all kinds of this service
  std::string resource;            // only this one, where set
  std::string to, from, customer, code;
};

struct CredentialState {
  std::string name;      // "auth token", "admin key"
  std::string variable;  // TWILIO_AUTH_TOKEN
  bool present = false;
  bool well_formed = false;
  std::optional<bool> accepted;  // by a light call; empty: not tried
  std::string mode;              // "live", "test" or empty
  std::string shown;             // first 4 and last 4
  std::string may;               // what it may do, in a clause
  std::string trouble;           // what is wrong and what to do, or empty
};

enum class Verdict : std::uint8_t { kOperational, kDegraded, kDown };

struct HealthState {
  Verdict verdict = Verdict::kOperational;
  std::optional<Duration> latency;  // of a light call
  std::vector<std::string> facts;   // short clauses, most important first: "balance $83.10, about 9 days at this rate"
  std::vector<Action> follow_ups;   // asks offered as buttons; Action::subject has "label"
};

// A thing at a service: a number, an endpoint, a model, a key.
struct Resource {
  std::string kind;  // numbers, webhooks, models, keys …
  std::string id;
  std::string label;  // what people call it
  std::string state;  // enabled, disabled, active; empty where it has none
  Tone tone = Tone::kPlain;
  std::vector<std::pair<std::string, std::string>> fields;  // in the order to show
  std::optional<Money> monthly_cost;
  std::optional<Time> created;
};

// Something wrong that was observed, and what would mend it.
struct Finding {
  std::string check;     // the name of the unit that found it
  std::string severity;  // critical, warning, info
  std::string resource;
  std::string what;              // "the voice webhook's host does not resolve"
  std::string why;               // why it matters
  std::string fix;               // what to do, in words
  std::optional<Action> remedy;  // an "ask" whose intent is the operation
};

struct UsageLine {
  std::string label;     // category, model, project, number
  std::string quantity;  // "9,310 messages"
  Money cost;
};
struct UsageState {
  std::vector<UsageLine> lines;               // dearest first
  std::vector<std::pair<Time, Money>> daily;  // cost by UTC day, oldest first
  Money total;
  std::vector<std::string> notes;  // lag, what is not included
};
struct UsageQuery {
  Period period;
  std::string by;  // day, model, project, category, number or empty
  std::string usage_category;
};

struct LimitState {
  std::string resource;  // model, account
  std::string scope;     // project, account
  std::string unit;      // "requests a minute", "tokens a minute", "calls at once"
  std::optional<long long> limit, left;
  std::optional<Duration> reset;  // until full again
  std::string source;             // "measured on the last call", "set for the project"
};

struct BalanceState {
  Money available;
  std::optional<Money> pending;
  std::optional<Money> spent_a_day;  // to tell the days left
  std::string note;
};

struct VendorIncident {
  std::string name, impact, state, url;
  std::optional<Time> since;
};
struct VendorState {
  std::string indicator;  // none, minor, major, critical, unknown
  std::string page;       // URL for people
  std::vector<VendorIncident> incidents;
  std::vector<std::pair<std::string, std::string>> components;  // not operational ones only: name, state
};

struct WebhookState {
  std::string id, url, state;  // enabled, disabled
  long long undelivered = 0;
  std::map<std::string, long long> by_type;
  std::optional<Time> oldest;
  std::string trouble;  // what a probe saw, or empty
  std::vector<std::string> events;
};

struct NumberQuery {
  std::string country = "US", area_code, contains, near_number, number_type = "local";
  std::vector<std::string> capabilities;
  std::size_t limit = 10;
};
struct NumberOffer {
  std::string number;  // E.164
  std::string place;   // "San Francisco, CA"
  std::string number_type;
  std::vector<std::string> capabilities;
  std::optional<Money> monthly;
};

// One thing that happened to a resource, for its timeline.
struct Moment {
  Time at{};
  std::string what;  // "the webhook answered with status 502"
  Tone tone = Tone::kPlain;
};

// The answer to "why": verdict, evidence, cause, one way out.
struct Diagnosis {
  std::string verdict;           // one sentence
  Tone tone = Tone::kBad;        // kGood: nothing is wrong
  std::vector<Moment> timeline;  // oldest first; drawn in the reader's zone
  std::vector<std::string> evidence;
  std::string code;              // that it is about: the engine adds what the catalogue knows
  std::string cause;             // an inference: drawn after "Probably"
  std::string next;              // what to do, in words, where no operation mends it
  std::optional<Action> remedy;  // an "ask" whose intent is the operation
  std::string remedy_text;       // "Proposed: point this number to https://voice.example.com/twilio."
  std::optional<Chart> trend;
};
struct DiagnosisQuery {
  std::string kind;  // calls, messages, webhooks, payments, requests; empty: what fails most
  std::string resource;
  Period period;
};

}  // namespace apiops
