#include "connectors/sandbox/twilio/alarms.h"

#include <algorithm>
#include <array>
#include <nlohmann/json.hpp>

#include "connectors/sandbox/reply.h"
#include "connectors/sandbox/twilio/paging.h"

namespace apiops::sandbox::twilio {

namespace {

constexpr std::array<const char*, 5> kRequired{"friendlyName", "queryType", "triggerValue", "timeWindow",
                                               "description"};

Json whole_second(Time at) { return to_iso8601(from_seconds(to_millis(at) / 1000)); }

}  // namespace

Alarms::Alarms(const Account& account) : account_(account) {
  for (const Json& effect : account.ledger.effects()) apply(effect);
}

void Alarms::apply(const Json& effect) {
  if (get_string(effect, "service") != "twilio") return;
  const std::string what = get_string(effect, "effect"), sid = get_string(effect, "sid");
  const Json at = whole_second(from_millis(get_integer(effect, "at").value_or(0)));
  const auto known =
      std::ranges::find_if(alarms_, [&](const Json& a) { return get_string(a, "alertConfigSid") == sid; });
  if (what == "alarm.deleted" && known != alarms_.end()) alarms_.erase(known);
  if (what != "alarm.created" && what != "alarm.changed") return;
  Json alarm = get_object(effect, "alarm");
  alarm["alertConfigSid"] = sid;
  alarm["dateCreated"] = known == alarms_.end() ? at : (*known)["dateCreated"];
  alarm["dateUpdated"] = at;
  alarm["product"] = "monitor";
  if (!alarm.contains("enabled")) alarm["enabled"] = true;
  if (known == alarms_.end())
    alarms_.push_back(std::move(alarm));
  else
    *known = std::move(alarm);
}

net::ServerReply Alarms::write(const net::ServerRequest& request, const std::string& sid) {
  auto asked = parse_json(request.body);
  if (!asked || !std::ranges::all_of(kRequired, [&](const char* name) { return asked->contains(name); }))
    return twilio_error(400, 20001, "friendlyName, queryType, triggerValue, timeWindow and description are required");
  const bool fresh = sid.empty();
  const std::string id =
      fresh ? account_.world.id("AK", Stream::kAlarm, static_cast<long long>(account_.ledger.effects().size())) : sid;
  apply(account_.note(fresh ? "alarm.created" : "alarm.changed", {{"sid", id}, {"alarm", std::move(*asked)}}));
  return json_reply(fresh ? 201 : 200, {{"sid", id}});
}

// /status: on or off, everything else as it was.
net::ServerReply Alarms::switch_it(const net::ServerRequest& request, const std::string& sid) {
  const auto asked = parse_json(request.body);
  if (!asked || !asked->contains("enabled")) return twilio_error(400, 20001, "enabled is required");
  Json alarm = *std::ranges::find_if(alarms_, [&](const Json& a) { return get_string(a, "alertConfigSid") == sid; });
  alarm["enabled"] = (*asked)["enabled"];
  apply(account_.note("alarm.changed", {{"sid", sid}, {"alarm", std::move(alarm)}}));
  return {204, {}, ""};
}

net::ServerReply Alarms::handle(const net::ServerRequest& request, const std::string& sid, const std::string& part) {
  if (sid.empty() && request.method == "POST") return write(request, {});
  if (sid.empty()) {
    const Rows rows{alarms_.size(), [&](std::size_t i) { return get_string(alarms_[i], "alertConfigSid"); },
                    [&](std::size_t i) { return alarms_[i]; }};
    return json_reply(200, page_v1(request, "monitor.twilio.com", "alarms", rows));
  }
  const auto found =
      std::ranges::find_if(alarms_, [&](const Json& a) { return get_string(a, "alertConfigSid") == sid; });
  if (found == alarms_.end()) return twilio_not_found(request);
  if (part == "status") return request.method == "PUT" ? switch_it(request, sid) : twilio_not_found(request);
  if (request.method == "PUT") return write(request, sid);
  if (request.method != "DELETE") return json_reply(200, *found);
  apply(account_.note("alarm.deleted", {{"sid", sid}}));
  return {204, {}, ""};
}

}  // namespace apiops::sandbox::twilio
