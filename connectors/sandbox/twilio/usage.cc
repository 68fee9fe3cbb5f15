#include "connectors/sandbox/twilio/usage.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <nlohmann/json.hpp>

#include "connectors/sandbox/reply.h"
#include "connectors/sandbox/twilio/paging.h"
#include "connectors/sandbox/twilio/records.h"

namespace apiops::sandbox::twilio {

namespace {

constexpr auto kDay = std::chrono::hours(24);
constexpr std::array<std::string_view, 7> kCategories{"sms",        "mms",     "calls",     "phonenumbers",
                                                      "totalprice", "lookups", "recordings"};
constexpr std::array<std::string_view, 4> kRecurring{"daily", "monthly", "yearly", "alltime"};
constexpr std::array<std::string_view, 3> kBy{"count", "usage", "price"};

template <std::size_t N>
bool is_one_of(const std::array<std::string_view, N>& names, const std::string& name) {
  return std::ranges::find(names, name) != names.end();
}

}  // namespace

Usage::Usage(const Account& account, const Messages& messages, const Calls& calls, const Subaccounts& subaccounts)
    : account_(account), messages_(messages), calls_(calls), subaccounts_(subaccounts) {
  for (const Json& effect : account.ledger.effects()) apply(effect);
}

std::vector<UsageLine> Usage::own_lines(Time begin, Time end) const {
  double sent = 0, minutes = 0;
  messages_.walk(begin, end, [&](const Message& m) {
    sent += m.inbound ? 0 : 1;
    return true;
  });
  for (const Call& call : calls_.between(begin, end)) minutes += std::ceil(static_cast<double>(call.seconds) / 60);
  const double days = std::chrono::duration<double>(std::min(end, account_.world.now()) - begin) / kDay,
               numbers = 11 * 1.15 / 30 * days + 2.15 / 30 * days, total = sent * 0.0079 + minutes * 0.0085 + numbers;
  return {{"sms", "messages", sent, sent * 0.0079, begin, end},
          {"calls", "minutes", minutes, minutes * 0.0085, begin, end},
          {"phonenumbers", "numbers", 12, numbers, begin, end},
          {"totalprice", "usd", total, total, begin, end}};
}

net::ServerReply Usage::records(const net::ServerRequest& request, const std::string& range) const {
  const bool with_subaccounts = request.parameter("IncludeSubaccounts") != "false";  // Twilio's default is to include
  return usage_records(request, account_.sid(), account_.world.now(), range, [&](Time begin, Time end) {
    std::vector<UsageLine> lines = own_lines(begin, end);
    if (with_subaccounts) add_up(lines, subaccounts_.usage(begin, end));
    return lines;
  });
}

void Usage::apply(const Json& effect) {
  if (get_string(effect, "service") != "twilio") return;
  const std::string what = get_string(effect, "effect"), sid = get_string(effect, "sid");
  if (what == "trigger.created")
    triggers_.push_back({.sid = sid,
                         .category = get_string(effect, "category"),
                         .by = get_string(effect, "by"),
                         .recurring = get_string(effect, "recurring"),
                         .value = get_string(effect, "value"),
                         .callback = get_string(effect, "callback"),
                         .method = get_string(effect, "method"),
                         .name = get_string(effect, "name"),
                         .created = from_millis(get_integer(effect, "at").value_or(0))});
  if (what == "trigger.deleted")
    for (Trigger& trigger : triggers_) trigger.deleted = trigger.deleted || trigger.sid == sid;
}

net::ServerReply Usage::create(const net::ServerRequest& request) {
  const net::Headers form = request.form();
  const auto or_else = [&](const char* name, const char* otherwise) {
    const std::string value = value_of(form, name);
    return value.empty() ? std::string(otherwise) : value;
  };
  const std::string category = value_of(form, "UsageCategory"), value = value_of(form, "TriggerValue"),
                    callback = value_of(form, "CallbackUrl"), by = or_else("TriggerBy", "usage"),
                    recurring = or_else("Recurring", "alltime");
  if (!is_one_of(kCategories, category)) return twilio_error(400, 20001, "UsageCategory is not valid");
  if (!is_one_of(kBy, by) || !is_one_of(kRecurring, recurring))
    return twilio_error(400, 20001, "TriggerBy or Recurring is not valid");
  if (value.empty() || value.find_first_not_of("+0123456789.") != std::string::npos)
    return twilio_error(400, 20001, "TriggerValue is not a number");
  if (!callback.starts_with("https://") && !callback.starts_with("http://"))
    return twilio_error(400, 21502, "CallbackUrl is not a valid URL");
  const std::string sid = account_.world.id("UT", Stream::kTrigger, static_cast<long long>(triggers_.size()));
  apply(account_.note("trigger.created", {{"sid", sid},
                                          {"category", category},
                                          {"by", by},
                                          {"recurring", recurring},
                                          {"value", value},
                                          {"callback", callback},
                                          {"method", or_else("CallbackMethod", "POST")},
                                          {"name", or_else("FriendlyName", "")}}));
  return json_reply(201, trigger_json(triggers_.back()));
}

net::ServerReply Usage::triggers(const net::ServerRequest& request, const std::string& sid) {
  if (sid.empty() && request.method == "POST") return create(request);
  const std::string category = request.parameter("UsageCategory"), by = request.parameter("TriggerBy"),
                    recurring = request.parameter("Recurring");
  std::vector<const Trigger*> found;
  for (const Trigger& t : triggers_)
    if (!t.deleted && (sid.empty() || t.sid == sid) && (category.empty() || t.category == category) &&
        (by.empty() || t.by == by) && (recurring.empty() || t.recurring == recurring))
      found.push_back(&t);
  if (sid.empty()) {
    const Rows rows{found.size(), [&](std::size_t i) { return found[i]->sid; },
                    [&](std::size_t i) { return trigger_json(*found[i]); }};
    return json_reply(200, page_2010(request, "usage_triggers", rows));
  }
  if (found.empty()) return twilio_not_found(request);
  if (request.method != "DELETE") return json_reply(200, trigger_json(*found.front()));
  apply(account_.note("trigger.deleted", {{"sid", sid}}));
  return {204, {}, ""};
}

Json Usage::trigger_json(const Trigger& t) const {
  return {
      {"sid", t.sid},
      {"account_sid", account_.sid()},
      {"api_version", "2010-04-01"},
      {"callback_method", t.method},
      {"callback_url", t.callback},
      {"current_value", "0"},
      {"date_created", to_rfc2822(t.created)},
      {"date_fired", Json()},
      {"date_updated", to_rfc2822(t.created)},
      {"friendly_name", t.name},
      {"recurring", t.recurring},
      {"trigger_by", t.by},
      {"trigger_value", t.value},
      {"uri", account_uri(account_.sid(), "Usage/Triggers/" + t.sid)},
      {"usage_category", t.category},
      {"usage_record_uri", "/2010-04-01/Accounts/" + account_.sid() + "/Usage/Records.json?Category=" + t.category}};
}

}  // namespace apiops::sandbox::twilio
