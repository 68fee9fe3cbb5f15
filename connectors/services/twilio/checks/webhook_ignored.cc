// A URL that is set but never asked, because a trunk, an application or a messaging service wins. One finding for each
// winner: taking the URLs away, or detaching it, is one decision.
#include <fmt/format.h>

#include <algorithm>

#include "connectors/services/twilio/checks/check.h"
#include "engine/base/text.h"

namespace apiops::twilio {

namespace {

struct Ignored {
  std::string winner, which;         // "the trunk TK…", "voice webhook"
  std::vector<std::string> numbers;  // E.164
};

void add(std::vector<Ignored>& all, const std::string& winner, const char* which, const std::string& number) {
  const auto known =
      std::ranges::find_if(all, [&](const Ignored& i) { return i.winner == winner && i.which == which; });
  (known == all.end() ? all.emplace_back(winner, which, std::vector<std::string>()) : *known).numbers.push_back(number);
}

Finding finding_of(const Ignored& ignored) {
  std::vector<std::string> shown;
  for (const auto& number : ignored.numbers) shown.push_back(spaced_number(number));
  const bool one = shown.size() == 1;
  return finding("webhook_ignored", "warning", one ? ignored.numbers.front() : "",
                 one ? fmt::format("{}'s {} is ignored: {} wins", shown.front(), ignored.which, ignored.winner)
                     : fmt::format("the {}s of {} numbers are ignored: {} wins ({})", ignored.which, shown.size(),
                                   ignored.winner, join(shown, ", ")),
                 one ? "a change of this URL changes nothing" : "a change of these URLs changes nothing",
                 one ? "take the URL away, or detach what wins" : "take the URLs away, or detach what wins");
}

}  // namespace

std::vector<Finding> check_webhook_ignored(const ConfigurationView& view) {
  std::vector<Ignored> all;
  for (const auto& n : view.numbers) {
    if (!n.voice_url.empty() && !n.trunk.empty())
      add(all, "the trunk " + n.trunk, "voice webhook", n.number);
    else if (!n.voice_url.empty() && !n.voice_application.empty())
      add(all, "the application " + n.voice_application, "voice webhook", n.number);
    if (!n.sms_url.empty() && !n.sms_application.empty())
      add(all, "the application " + n.sms_application, "message webhook", n.number);
    for (const auto& s : view.services.value_or(std::vector<MessagingService>{}))
      if (!n.sms_url.empty() && s.uses_number_webhook == false && s.has(n.number))
        add(all, fmt::format("the messaging service “{}” ({})", s.name, s.sid), "message webhook", n.number);
  }
  std::vector<Finding> found;
  for (const Ignored& ignored : all) found.push_back(finding_of(ignored));
  return found;
}

}  // namespace apiops::twilio
