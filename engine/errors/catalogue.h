// What an error code means, who must act, and what mends it. The catalogues are data (intents/errors/), compiled into
// the binary; a team's own file overrides and adds. An unknown code is judged by its HTTP status and shown as it is.
// Immutable after construction; safe to read from any thread.
#pragma once

#include <map>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "engine/base/result.h"

namespace apiops {

// One row of a catalogue, as the build compiles it: text only, nothing to construct at start.
struct CatalogueRow {
  std::string_view service;   // "twilio"
  std::string_view code;      // "30007", "card_declined", or a decline code
  std::string_view category;  // auth, config, rate_limit, carrier, spam_blocked, bad_params, transient
  std::string_view severity;  // critical, warning, info
  std::string_view kind;      // declined, billing, state, not_found, policy, or empty: finer than the seven
  std::string_view meaning;
  std::string_view actor;   // us, operator, recipient, carrier, the service, nobody
  std::string_view retry;   // never, later, after_fix
  std::string_view remedy;  // an operation of operations.md, or empty
  std::string_view next;    // what an operator does
  std::string_view link;
};

// Sorted by service, then code.
std::span<const CatalogueRow> embedded_catalogue();

struct ErrorFacts {
  bool known = false;
  std::string service, code, category, severity, kind, meaning, actor, retry, remedy, next, link;
};

class ErrorCatalogue {
 public:
  explicit ErrorCatalogue(std::span<const CatalogueRow> rows) : rows_(rows) {}

  // A team's own YAML: a list of {service, code, and any of the fields above}. Errors name file, line and key.
  Status add_overrides(std::string_view yaml, std::string_view file_name);

  // `detail` is a finer code where the service has two (Stripe's decline code): it wins where it is known.
  ErrorFacts explain(std::string_view service, std::string_view code, std::string_view detail = {},
                     int http_status = 0) const;

  // All services that know this code; for "what does 30007 mean", where no service was said.
  std::vector<ErrorFacts> find(std::string_view code) const;

  std::size_t size() const { return rows_.size(); }

 private:
  const CatalogueRow* row_of(std::string_view service, std::string_view code) const;

  std::span<const CatalogueRow> rows_;
  std::map<std::pair<std::string, std::string>, ErrorFacts, std::less<>> overrides_;
};

// critical before warning before info; for ranking.
int severity_rank(std::string_view severity);

}  // namespace apiops
