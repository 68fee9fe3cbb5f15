#include "connectors/sandbox/twilio/subaccounts.h"

#include <algorithm>
#include <array>
#include <nlohmann/json.hpp>

#include "connectors/sandbox/reply.h"
#include "connectors/sandbox/twilio/number_row.h"
#include "connectors/sandbox/twilio/paging.h"
#include "connectors/sandbox/twilio/records.h"
#include "connectors/sandbox/twilio/story.h"

namespace apiops::sandbox::twilio {

namespace {

constexpr std::chrono::hours kDay{24}, kAge{24 * 300};
constexpr std::size_t kAtWork = 0;  // of all()
constexpr std::array<std::pair<const char*, const char*>, 2> kSeedSubaccounts{
    {{"Staging", "active"}, {"Campaign 2024", "suspended"}}};
constexpr std::array<std::pair<const char*, const char*>, 2> kStagingNumbers{
    {{"+16285550143", "Staging texts"}, {"+16285550166", "Staging voice"}}};
constexpr Beat kStagingMessages{Stream::kSubaccountMessage, Duration(1'800'000)};  // 48 a day
constexpr const char* kTester = "+14155550199";

}  // namespace

Subaccounts::Subaccounts(const Account& account) : account_(account) {
  const World& world = account.world;
  for (std::size_t i = 0; i < kSeedSubaccounts.size(); ++i)
    all_.push_back({world.id("AC", Stream::kSubaccount, static_cast<long long>(i)), kSeedSubaccounts[i].first,
                    kSeedSubaccounts[i].second});
  for (std::size_t i = 0; i < kStagingNumbers.size(); ++i) {
    const auto& [phone, name] = kStagingNumbers[i];
    numbers_.push_back({.n = static_cast<long long>(i),
                        .sid = world.id("PN", Stream::kSubaccountNumber, static_cast<long long>(i)),
                        .phone = phone,
                        .country = "US",
                        .type = type_of(phone),
                        .created = world.anchor() - kAge,
                        .updated = world.anchor() - kAge,
                        .settings = {{"FriendlyName", name},
                                     {"VoiceUrl", "https://" + std::string(kVoiceHost) + "/staging"},
                                     {"SmsUrl", "https://" + std::string(kHooksHost) + "/staging"}},
                        .voice_urls = {}});
  }
}

const Subaccounts::Subaccount* Subaccounts::by_sid(std::string_view sid) const {
  const auto found = std::ranges::find(all_, sid, &Subaccount::sid);
  return found == all_.end() ? nullptr : &*found;
}

net::ServerReply Subaccounts::handle(const net::ServerRequest& request, const Subaccount& subaccount,
                                     const std::string& what, const std::string& second,
                                     const std::string& third) const {
  if (std::string_view(subaccount.status) != "active") return twilio_error(401, 20005, "Account not active");
  if (request.method != "GET") return twilio_not_found(request);
  if (what == "IncomingPhoneNumbers" && third.empty()) return numbers(request, second);
  if (what == "Messages" && third.empty()) return messages(request, second);
  if (what == "Calls" && second.empty()) return json_reply(200, page_2010(request, "calls", Rows{}));
  if (what == "Usage" && second == "Records")
    return usage_records(request, subaccount.sid, account_.world.now(), third,
                         [this](Time begin, Time end) { return usage(begin, end); });
  return twilio_not_found(request);
}

net::ServerReply Subaccounts::numbers(const net::ServerRequest& request, const std::string& sid) const {
  const std::string &owner = all_[kAtWork].sid, phone = request.parameter("PhoneNumber");
  std::vector<const Number*> found;
  for (const Number& n : numbers_)
    if (sid.empty() ? phone_matches(n.phone, phone) : n.sid == sid) found.push_back(&n);
  if (!sid.empty())
    return found.empty() ? twilio_not_found(request) : json_reply(200, number_json(owner, *found.front()));
  const Rows rows{found.size(), [&](std::size_t i) { return found[i]->sid; },
                  [&](std::size_t i) { return number_json(owner, *found[i]); }};
  return json_reply(200, page_2010(request, "incoming_phone_numbers", rows));
}

MessageRow Subaccounts::message(long long n) const {
  const World& world = account_.world;
  return {.sid = world.id("SM", Stream::kSubaccountMessage, n),
          .from = numbers_.front().phone,
          .to = kTester,
          .status = "delivered",
          .service = {},
          .body = "\"Staging: your order is on its way.\"",
          .at = kStagingMessages.at(world, n),
          .direction = "outbound-api",
          .billed = true};
}

net::ServerReply Subaccounts::messages(const net::ServerRequest& request, const std::string& sid) const {
  const World& world = account_.world;
  const Period kept{world.anchor() - kHistory, world.now() + Duration(1)};
  const auto row = [&](long long n) {
    std::string text;
    write_message(all_[kAtWork].sid, message(n), text);
    return text;
  };
  if (!sid.empty()) {
    const auto n = world.place_of("SM", Stream::kSubaccountMessage, sid);
    const bool told = n && kept.contains(kStagingMessages.at(world, *n));
    return told ? text_reply(200, row(*n)) : twilio_not_found(request);
  }
  const Period asked = asked_days(request, "DateSent", kept);
  auto places = kStagingMessages.within(world, std::max(asked.from, kept.from), std::min(asked.to, kept.to));
  const std::string from = request.parameter("From"), to = request.parameter("To");
  if ((!from.empty() && from != numbers_.front().phone) || (!to.empty() && to != kTester)) places.clear();
  const auto sid_of = [&](std::size_t i) { return world.id("SM", Stream::kSubaccountMessage, places[i]); };
  const Walk walk{.end = places.size(),
                  .fits = {},
                  .sid = sid_of,
                  .write = [&](std::size_t i, std::string& out) { out += row(places[i]); },
                  .place =
                      [&](const std::string& wanted) {
                        for (std::size_t i = 0; i < places.size(); ++i)
                          if (sid_of(i) == wanted) return i;
                        return places.size();
                      }};
  return text_reply(200, page_2010_text(request, "messages", walk));
}

std::vector<UsageLine> Subaccounts::usage(Time begin, Time end) const {
  const World& world = account_.world;
  const Time until = std::min(end, world.now());
  const auto sent = static_cast<double>(kStagingMessages.within(world, begin, until).size()),
             owned = static_cast<double>(numbers_.size());
  const double days = std::max(0.0, std::chrono::duration<double>(until - begin) / kDay),
               fees = owned * 1.15 / 30 * days, total = sent * 0.0079 + fees;
  return {{"sms", "messages", sent, sent * 0.0079, begin, end},
          {"calls", "minutes", 0, 0, begin, end},
          {"phonenumbers", "numbers", owned, fees, begin, end},
          {"totalprice", "usd", total, total, begin, end}};
}

}  // namespace apiops::sandbox::twilio
