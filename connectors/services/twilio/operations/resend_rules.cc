#include "connectors/services/twilio/operations/resend_rules.h"

#include <array>

namespace apiops::twilio {

namespace {

struct Rule {
  std::string_view code, why;
};
constexpr std::array<Rule, 7> kNeverResent{
    {{"21610", "the recipient has unsubscribed; nobody but the recipient can change that"},
     {"30450", "Twilio's fraud guard stopped it"},
     {"30453", "Twilio's fraud guard stopped it"},
     {"30485", "Twilio's fraud guard stopped it"},
     {"30008", "it may have arrived all the same, so that it would arrive twice"},
     {"30046", "it may have arrived all the same, so that it would arrive twice"},
     {"30410", "it may have arrived all the same, so that it would arrive twice"}}};

}  // namespace

ResendVerdict resend_verdict(std::string_view code, std::string_view advice) {
  for (const Rule& rule : kNeverResent)
    if (rule.code == code) return {Resend::kNever, std::string(rule.why)};
  if (advice == "later") return {Resend::kYes, {}};
  if (advice == "never") return {Resend::kOnlyIfNamed, "the same message fails the same way again"};
  if (advice == "after_fix") return {Resend::kOnlyIfNamed, "it fails again until its cause is mended"};
  return {Resend::kOnlyIfNamed, "it is not known whether it would fail again"};
}

}  // namespace apiops::twilio
