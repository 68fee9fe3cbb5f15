// "Why does https://… fail", "what is wrong with MG…": a webhook's address, and things that are only set up, not used
// up.
#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "connectors/services/twilio/configuration.h"
#include "connectors/services/twilio/diagnosis.h"
#include "engine/base/text.h"

namespace apiops::twilio {

namespace {

struct ErrorsOfUrl {
  long long count = 0;
  std::map<std::string, long long> codes;
  std::optional<Time> first, last;
};

ErrorsOfUrl errors_of(const Alerts& alerts, const std::string& url) {
  ErrorsOfUrl errors;
  for (const auto& [resource, list] : alerts)
    for (const Alert& alert : list) {
      if (shown_url(alert.url) != shown_url(url)) continue;
      ++errors.count;
      ++errors.codes[alert.code];
      errors.first = std::min(errors.first.value_or(alert.at), alert.at);
      errors.last = std::max(errors.last.value_or(alert.at), alert.at);
    }
  return errors;
}

std::string code_counts(const std::map<std::string, long long>& codes) {
  std::vector<std::string> parts;
  for (const auto& [code, n] : codes) parts.push_back(fmt::format("{} × {}", with_thousands(n), code_words(code)));
  return join(parts, ", ");
}

}  // namespace

asio::awaitable<Result<Diagnosis>> TwilioAdapter::diagnose_url(std::string url, Period period) {
  auto numbers = co_await own_numbers(api_);
  if (!numbers) co_return std::unexpected(numbers.error());
  auto alerts = co_await read_alerts(api_, period);
  if (!alerts) co_return std::unexpected(alerts.error());
  const ErrorsOfUrl errors = errors_of(alerts->items, url);
  const Probed probed = co_await probe_webhook(guard_, url);
  std::vector<std::string> users;
  for (const auto& n : *numbers)
    if (n.voice_url == url || n.sms_url == url) users.push_back(n.number);
  Diagnosis d;
  const bool broken = probed.checked && !probed.trouble.empty();
  d.tone = broken ? Tone::kBad : errors.count > 0 ? Tone::kWarning : Tone::kGood;
  d.verdict = broken             ? fmt::format("{} does not work: {}.", shown_url(url), probed.trouble)
              : errors.count > 0 ? fmt::format("{} answers now, but Twilio had {} with it.", shown_url(url),
                                               count_of(errors.count, "error"))
                                 : fmt::format("{} has no error at Twilio in this period.", shown_url(url));
  if (!probed.checked) d.evidence.push_back(probed.trouble);
  if (errors.count > 0) {
    d.evidence.push_back(code_counts(errors.codes));
    d.timeline = {{*errors.first, "first error in this period", Tone::kBad},
                  {*errors.last, "last error in this period", Tone::kBad}};
  }
  d.evidence.push_back(
      users.empty()
          ? "none of our numbers uses it"
          : fmt::format("{}: {}", count_of(static_cast<long long>(users.size()), "number uses it", "numbers use it"),
                        spaced_number(users.front()) + (users.size() > 1 ? " …" : "")));
  if (!errors.codes.empty()) d.code = errors.codes.begin()->first;
  if (broken && !users.empty()) {
    d.remedy = ask("twilio.webhook.fix", Json{{"number", users.front()}}, "fix the webhook of " + users.front());
    d.remedy_text = fmt::format("Proposed: point {} to the address that the others use.", spaced_number(users.front()));
  }
  co_return d;
}

asio::awaitable<Result<Diagnosis>> TwilioAdapter::diagnose_settings(std::string id) {
  auto shown = co_await resource(id);
  if (!shown) co_return std::unexpected(shown.error());
  auto findings = co_await audit_configuration("");
  if (!findings) co_return std::unexpected(findings.error());
  std::erase_if(*findings, [&id](const Finding& f) { return f.resource != id; });
  Diagnosis d;
  const std::string name = shown->label.empty() ? id : fmt::format("“{}” ({})", shown->label, id);
  if (findings->empty()) {
    d.tone = Tone::kGood;
    d.verdict = fmt::format("{} is set up well, as far as can be checked.", name);
    co_return d;
  }
  const Finding& worst = findings->front();
  d.tone = worst.severity == "critical" ? Tone::kBad : Tone::kWarning;
  d.verdict = fmt::format("{}: {}.", name, worst.what);
  d.evidence.push_back(worst.why);
  for (std::size_t i = 1; i < findings->size(); ++i) d.evidence.push_back((*findings)[i].what);
  d.remedy = worst.remedy;
  if (d.remedy)
    d.remedy_text = "Proposed: " + worst.fix + ".";
  else
    d.next = "Next: " + worst.fix + ".";
  co_return d;
}

}  // namespace apiops::twilio
