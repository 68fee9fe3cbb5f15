#include "connectors/services/twilio/operations/test_target.h"

#include <fmt/format.h>

#include <algorithm>

#include "connectors/services/twilio/permissions.h"
#include "engine/base/text.h"

namespace apiops::twilio {

namespace {

TestTarget not_possible(Planned refusal) {
  TestTarget target;
  target.refusal = std::move(refusal);
  return target;
}

Planned country_closed(const std::string& channel, const std::string& country, const std::string& where) {
  Button open = ask_button("twilio.geo.update", Json{{"country", country}, {"channel", channel}, {"state", "on"}},
                           fmt::format("allow {} to {}", channel_words(channel), where));
  open.label = fmt::format("Allow {} to {}", channel_words(channel), where);
  return refused(fmt::format("This account may not reach {}: {} to that country are switched off at Twilio, so it "
                             "would be refused ({}).",
                             where, channel == "sms" ? "messages" : "calls", channel == "sms" ? 21408 : 21215),
                 {}, {std::move(open)});
}

}  // namespace

asio::awaitable<Result<TestTarget>> test_target(OperationTools tools, std::string intent, std::string channel,
                                                Json slots) {
  const bool sms = channel == "sms";
  const std::string asked_to = get_string(slots, "to"), asked_from = get_string(slots, "from"),
                    verb = sms ? "send a test message to" : "place a test call to";
  auto all = co_await own_numbers(tools.api);
  if (!all) co_return std::unexpected(all.error());
  const auto can = sms ? &OwnNumber::sms : &OwnNumber::voice;
  if (asked_to.empty())
    co_return not_possible(
        refused(sms ? "To which number should the test message go?" : "Which number should be called?", "to",
                number_choices(senders(*all, can, ""), intent, slots, "to", verb)));
  const auto to = e164_of(asked_to);
  if (!to)
    co_return not_possible(refused(fmt::format("{} is not a phone number with its country code. Give it like "
                                               "+1 415 555 0162.",
                                               clean_line(clip(asked_to, 40))),
                                   "to"));
  TestTarget target;
  target.to = *to;
  target.country = country_of(*to);
  target.others = senders(*all, can, *to);
  if (target.others.empty())
    co_return not_possible(refused(fmt::format("None of our numbers can {}.", sms ? "send messages" : "place calls")));
  const std::string wanted = e164_of(asked_from).value_or(asked_from);
  const auto from = std::ranges::find_if(
      target.others, [&](const OwnNumber& n) { return wanted.empty() || n.number == wanted || n.sid == wanted; });
  if (from == target.others.end())
    co_return not_possible(
        refused(wanted == *to ? "A number can't send to itself. From which other one?"
                              : fmt::format("{} is not one of our numbers that can {}. From which one?",
                                            spaced_number(wanted), sms ? "send messages" : "place calls"),
                "from", number_choices(target.others, intent, slots, "from", verb + " " + *to + " from")));
  target.from = *from;
  target.others.erase(from);
  if (!target.country.empty()) {
    auto permission = co_await country_permission(tools.api, channel, target.country);
    if (!permission) co_return std::unexpected(permission.error());
    if (*permission && !(*permission)->on)
      co_return not_possible(country_closed(channel, target.country, co_await country_name(tools.api, target.country)));
  }
  co_return target;
}

Json expected_target(const TestTarget& target) { return Json{{"from", target.from.sid}, {"country_open", true}}; }

asio::awaitable<Result<Json>> observe_target(OperationTools tools, std::string channel, Json parameters) {
  auto own = co_await own_number(tools.api, get_string(parameters, "from"));
  if (!own) co_return std::unexpected(own.error());
  bool open = true;
  if (const std::string country = country_of(get_string(parameters, "to")); !country.empty()) {
    auto permission = co_await country_permission(tools.api, channel, country);
    if (!permission) co_return std::unexpected(permission.error());
    open = !*permission || (*permission)->on;
  }
  co_return Json{{"from", own->sid}, {"country_open", open}};
}

}  // namespace apiops::twilio
