#include "engine/errors/catalogue.h"

#include <algorithm>

#include "engine/errors/catalogue_file.h"

namespace apiops {

namespace {

ErrorFacts facts_from(const CatalogueRow& r) {
  return {.known = true,
          .service = std::string(r.service),
          .code = std::string(r.code),
          .category = std::string(r.category),
          .severity = std::string(r.severity),
          .kind = std::string(r.kind),
          .meaning = std::string(r.meaning),
          .actor = std::string(r.actor),
          .retry = std::string(r.retry),
          .remedy = std::string(r.remedy),
          .next = std::string(r.next),
          .link = std::string(r.link)};
}

// A code that no catalogue knows, judged by its HTTP status: shown as it is, never dropped.
ErrorFacts by_status(std::string_view service, std::string_view code, int status) {
  ErrorFacts f{.service = std::string(service), .code = std::string(code)};
  f.severity = "warning";
  f.actor = "us";
  f.retry = "after_fix";
  f.next = "Look the code up at the service.";
  if (status == 0 || status == 408 || status == 409 || status >= 500)
    f.category = "transient", f.severity = "info", f.retry = "later";
  else if (status == 401 || status == 403)
    f.category = "auth", f.severity = "critical", f.actor = "operator";
  else if (status == 429)
    f.category = "rate_limit", f.retry = "later";
  else if (status == 404)
    f.category = "config", f.kind = "not_found";
  else
    f.category = "bad_params", f.severity = "info";
  f.meaning = "This code is not in the catalogue";
  if (status != 0) f.meaning += "; judged by its HTTP status " + std::to_string(status);
  if (service == "twilio" && !code.empty()) f.link = "https://www.twilio.com/docs/api/errors/" + std::string(code);
  return f;
}

// An override that leaves a field out keeps what the catalogue says.
void lay_over(ErrorFacts& base, const ErrorFacts& over) {
  base.known = true;
  for (auto field : {&ErrorFacts::service, &ErrorFacts::code, &ErrorFacts::category, &ErrorFacts::severity,
                     &ErrorFacts::kind, &ErrorFacts::meaning, &ErrorFacts::actor, &ErrorFacts::retry,
                     &ErrorFacts::remedy, &ErrorFacts::next, &ErrorFacts::link})
    if (!(over.*field).empty()) base.*field = over.*field;
}

}  // namespace

const CatalogueRow* ErrorCatalogue::row_of(std::string_view service, std::string_view code) const {
  const auto key = std::pair(service, code);
  const auto it = std::lower_bound(rows_.begin(), rows_.end(), key, [](const CatalogueRow& row, const auto& k) {
    return std::pair(row.service, row.code) < k;
  });
  return it != rows_.end() && it->service == service && it->code == code ? &*it : nullptr;
}

Status ErrorCatalogue::add_overrides(std::string_view yaml, std::string_view file_name) {
  auto entries = parse_catalogue(yaml, file_name);
  if (!entries) return std::unexpected(entries.error());
  for (auto& entry : *entries) overrides_[{entry.service, entry.code}] = entry;
  return {};
}

ErrorFacts ErrorCatalogue::explain(std::string_view service, std::string_view code, std::string_view detail,
                                   int http_status) const {
  for (const std::string_view key : {detail, code}) {
    if (key.empty()) continue;
    const CatalogueRow* row = row_of(service, key);
    const auto over = overrides_.find(std::pair(std::string(service), std::string(key)));
    if (!row && over == overrides_.end()) continue;
    ErrorFacts facts = row ? facts_from(*row) : by_status(service, key, http_status);
    if (over != overrides_.end()) lay_over(facts, over->second);
    return facts;
  }
  return by_status(service, code, http_status);
}

std::vector<ErrorFacts> ErrorCatalogue::find(std::string_view code) const {
  std::vector<ErrorFacts> found;
  for (const std::string_view service : {"twilio", "openai", "stripe"}) {
    ErrorFacts facts = explain(service, code);
    if (facts.known) found.push_back(std::move(facts));
  }
  return found;
}

int severity_rank(std::string_view severity) { return severity == "critical" ? 0 : severity == "warning" ? 1 : 2; }

}  // namespace apiops
