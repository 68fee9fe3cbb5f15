#include "connectors/sandbox/twilio/calls.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>

#include "connectors/sandbox/reply.h"
#include "connectors/sandbox/twilio/call_events.h"
#include "connectors/sandbox/twilio/paging.h"
#include "connectors/sandbox/twilio/records.h"
#include "connectors/sandbox/twilio/send_rules.h"

namespace apiops::sandbox::twilio {

namespace {

constexpr std::chrono::seconds kQueued{1}, kRinging{3}, kTalked{8};

// What is told of every call, whoever placed it.
struct Told {
  std::string sid, from, to, status;
  bool inbound = false;
  Time at;
  bool over = false;
  long long seconds = 0;
  Json number_sid;
};

Json call_json(const std::string& account, const Told& t) {
  const auto sub = [&](const char* name) { return account_uri(account, "Calls/" + t.sid + "/" + name); };
  const double minutes = std::ceil(static_cast<double>(t.seconds) / 60);
  return {{"sid", t.sid},
          {"account_sid", account},
          {"annotation", Json()},
          {"answered_by", Json()},
          {"api_version", "2010-04-01"},
          {"caller_name", Json()},
          {"date_created", to_rfc2822(t.at)},
          {"date_updated", to_rfc2822(t.at)},
          {"direction", t.inbound ? "inbound" : "outbound-api"},
          {"duration", t.over ? Json(std::to_string(t.seconds)) : Json()},
          {"end_time", t.over ? Json(to_rfc2822(t.at + std::chrono::seconds(t.seconds))) : Json()},
          {"forwarded_from", Json()},
          {"from", t.from},
          {"from_formatted", t.from},
          {"group_sid", Json()},
          {"parent_call_sid", Json()},
          {"phone_number_sid", t.number_sid},
          {"price", t.over && t.seconds > 0 ? Json(fmt::format("-{:.5f}", 0.0085 * minutes)) : Json()},
          {"price_unit", "USD"},
          {"queue_time", "0"},
          {"start_time", to_rfc2822(t.at)},
          {"status", t.status},
          {"to", t.to},
          {"to_formatted", t.to},
          {"trunk_sid", Json()},
          {"uri", account_uri(account, "Calls/" + t.sid)},
          {"subresource_uris",
           {{"notifications", sub("Notifications")},
            {"recordings", sub("Recordings")},
            {"streams", sub("Streams")},
            {"payments", sub("Payments")},
            {"siprec", sub("Siprec")},
            {"transcriptions", sub("Transcriptions")},
            {"events", sub("Events")},
            {"user_defined_messages", sub("UserDefinedMessages")},
            {"user_defined_message_subscriptions", sub("UserDefinedMessageSubscriptions")}}}};
}

std::string own_of(const Call& c) { return std::string(kSeedNumbers[c.number].phone); }

}  // namespace

Calls::Calls(const Account& account, const Numbers& numbers, const Permissions& permissions)
    : account_(account), numbers_(numbers), permissions_(permissions) {
  for (const Json& effect : account.ledger.effects()) apply(effect);
}

void Calls::apply(const Json& effect) {
  if (get_string(effect, "service") != "twilio") return;
  const Time at = from_millis(get_integer(effect, "at").value_or(0));
  const std::string what = get_string(effect, "effect");
  if (what == "call.placed")
    placed_.push_back({.n = static_cast<long long>(placed_.size()),
                       .from = get_string(effect, "from"),
                       .to = get_string(effect, "to"),
                       .url = get_string(effect, "url"),
                       .at = at,
                       .ended_at = {}});
  if (what == "call.ended")
    for (Placed& placed : placed_)
      if (sid_of(placed) == get_string(effect, "sid")) placed.ended = true, placed.ended_at = at;
}

net::ServerReply Calls::handle(const net::ServerRequest& request, const std::string& sid) {
  if (sid.empty()) return request.method == "POST" ? place(request) : list(request);
  if (request.method == "POST") return end(request, sid);
  for (const Placed& placed : placed_)
    if (sid_of(placed) == sid) return json_reply(200, json_of(placed));
  const auto ref = call_ref(account_.world, sid);
  return ref ? json_reply(200, json_of(call(*ref))) : twilio_not_found(request);
}

Call Calls::call(const Ref& ref) const {
  return call_of(account_.world, ref, [this](Time at) { return numbers_.line_webhook(at); });
}

std::vector<Call> Calls::between(Time from, Time to) const {
  std::vector<Call> calls;
  for (const Ref& ref : calls_between(account_.world, from, to)) calls.push_back(call(ref));
  return calls;
}

// First what was placed since, then the story; both newest first.
net::ServerReply Calls::list(const net::ServerRequest& request) const {
  const World& world = account_.world;
  const Period period = asked_days(request, "StartTime", {world.anchor() - kHistory, world.now() + Duration(1)});
  auto refs = calls_between(world, period.from, period.to);
  const std::string from = request.parameter("From"), to = request.parameter("To"),
                    status = request.parameter("Status");
  const auto fits = [&](const Json& row) {
    return (from.empty() || get_string(row, "from") == from) && (to.empty() || get_string(row, "to") == to) &&
           (status.empty() || get_string(row, "status") == status);
  };
  std::vector<const Placed*> placed;
  for (auto p = placed_.rbegin(); p != placed_.rend(); ++p)
    if (p->at >= period.from && p->at < period.to && fits(json_of(*p))) placed.push_back(&*p);
  if (!from.empty() || !to.empty() || !status.empty())
    std::erase_if(refs, [&](const Ref& ref) {
      const Call c = call(ref);
      const std::string own = own_of(c), &caller = c.inbound ? c.customer : own, &called = c.inbound ? own : c.customer;
      return (!from.empty() && caller != from) || (!to.empty() && called != to) ||
             (!status.empty() && c.status != status);
    });
  const std::size_t first = placed.size();
  const Rows rows{first + refs.size(),
                  [&](std::size_t i) { return i < first ? sid_of(*placed[i]) : call_sid(world, refs[i - first]); },
                  [&](std::size_t i) { return i < first ? json_of(*placed[i]) : json_of(call(refs[i - first])); },
                  [&](const std::string& sid) {
                    for (std::size_t i = 0; i < first; ++i)
                      if (sid_of(*placed[i]) == sid) return i;
                    const auto ref = call_ref(world, sid);
                    for (std::size_t i = 0; ref && i < refs.size(); ++i)
                      if (refs[i] == *ref) return first + i;
                    return first + refs.size();
                  }};
  return json_reply(200, page_2010(request, "calls", rows));
}

net::ServerReply Calls::place(const net::ServerRequest& request) {
  const net::Headers form = request.form();
  if (auto refusal = refused_call(form, numbers_, permissions_)) return std::move(*refusal);
  apply(account_.note(
      "call.placed", {{"from", value_of(form, "From")}, {"to", value_of(form, "To")}, {"url", value_of(form, "Url")}}));
  return json_reply(201, json_of(placed_.back()));
}

net::ServerReply Calls::end(const net::ServerRequest& request, const std::string& sid) {
  for (const Placed& placed : placed_) {
    if (sid_of(placed) != sid) continue;
    const std::string status = value_of(request.form(), "Status");
    if (status != "completed" && status != "canceled") return twilio_error(400, 21218, "Invalid Status");
    if (!placed.ended) apply(account_.note("call.ended", {{"sid", sid}}));
    return json_reply(200, json_of(placed));
  }
  return twilio_not_found(request);
}

Json Calls::json_of(const Call& c) const {
  const std::string own = own_of(c);
  return call_json(account_.sid(), {.sid = call_sid(account_.world, c.ref),
                                    .from = c.inbound ? c.customer : own,
                                    .to = c.inbound ? own : c.customer,
                                    .status = c.status,
                                    .inbound = c.inbound,
                                    .at = c.ref.at,
                                    .over = c.status != "in-progress",
                                    .seconds = c.seconds,
                                    .number_sid = numbers_.all()[c.number].sid});
}

Json Calls::json_of(const Placed& p) const {
  const Duration age = (p.ended ? p.ended_at : account_.world.now()) - p.at;
  const bool dead = !p.url.empty() && !host_answers(host_of_url(p.url)), rang = age >= kRinging;
  std::string status = age < kQueued ? "queued" : !rang ? "ringing" : "in-progress";
  if (rang && dead) status = "failed";
  if (rang && !dead && age >= kRinging + kTalked) status = "completed";
  if (p.ended && status != "completed" && status != "failed") status = rang ? "completed" : "canceled";
  const bool over = status == "completed" || status == "failed" || status == "canceled";
  const Number* own = numbers_.by_phone(p.from);
  return call_json(account_.sid(), {.sid = sid_of(p),
                                    .from = p.from,
                                    .to = p.to,
                                    .status = status,
                                    .at = p.at,
                                    .over = over,
                                    .seconds = status == "completed" ? kTalked.count() : 0,
                                    .number_sid = own ? Json(own->sid) : Json()});
}

Json Calls::notification_of(const Call& c) const {
  const std::string sid = call_sid(account_.world, c.ref),
                    id = account_.world.id("NO", Stream::kNotification,
                                           c.ref.n * 64 + static_cast<long long>(c.ref.stream));
  return {{"sid", id},
          {"account_sid", account_.sid()},
          {"api_version", "2010-04-01"},
          {"call_sid", sid},
          {"date_created", to_rfc2822(c.ref.at)},
          {"date_updated", to_rfc2822(c.ref.at)},
          {"error_code", std::to_string(c.code)},
          {"log", category_level(c.code) == "error" ? "0" : "1"},
          {"message_date", to_rfc2822(c.ref.at)},
          {"message_text", std::string(words_of(c.code))},
          {"more_info", "https://www.twilio.com/docs/errors/" + std::to_string(c.code)},
          {"request_method", "POST"},
          {"request_url", c.webhook.empty() ? Json() : Json(c.webhook)},
          {"uri", account_uri(account_.sid(), "Calls/" + sid + "/Notifications/" + id)}};
}

net::ServerReply Calls::notifications(const net::ServerRequest& request, const std::string& sid) const {
  const World& world = account_.world;
  std::vector<Call> calls;
  if (sid.empty()) {
    const Period period = asked_days(request, "MessageDate", {world.now() - std::chrono::hours(24), world.now()});
    calls = between(period.from, period.to);
  } else if (const auto ref = call_ref(world, sid)) {
    calls.push_back(call(*ref));
  } else if (std::ranges::none_of(placed_, [&](const Placed& p) { return sid_of(p) == sid; })) {
    return twilio_not_found(request);
  }
  const std::string log = request.parameter("Log");
  std::erase_if(calls, [&](const Call& c) {
    return c.code == 0 || (!log.empty() && (log == "0") != (category_level(c.code) == "error"));
  });
  const auto row = [&](std::size_t i) { return notification_of(calls[i]); };
  const Rows rows{calls.size(), [&](std::size_t i) { return get_string(row(i), "sid"); }, row};
  return json_reply(200, page_2010(request, "notifications", rows));
}

// The webhook that a call was put to: of the number, or of the application that answers for it; a trunk asks none.
std::string Calls::asked_webhook(const Call& c) const {
  if (!c.inbound || c.status == "busy" || c.status == "no-answer") return {};
  if (c.number == kLine) return numbers_.line_webhook(c.ref.at);
  if (c.number == kIvr) return "https://" + std::string(kVoiceHost) + "/ivr";
  const auto& settings = numbers_.all()[c.number].settings;
  const auto url = settings.find("VoiceUrl");
  return c.number == kTrunked || url == settings.end() ? std::string() : url->second;
}

net::ServerReply Calls::events(const net::ServerRequest& request, const std::string& sid) const {
  std::vector<Json> events;
  const auto placed = std::ranges::find_if(placed_, [&](const Placed& p) { return sid_of(p) == sid; });
  if (placed != placed_.end()) {
    events = call_events(
        account_.sid(),
        {.sid = sid, .from = placed->from, .to = placed->to, .at = placed->at, .by_api = true, .webhook = placed->url});
  } else if (const auto ref = call_ref(account_.world, sid)) {
    const Call c = call(*ref);
    const std::string own = own_of(c);
    events = call_events(account_.sid(), {.sid = sid,
                                          .from = c.inbound ? c.customer : own,
                                          .to = c.inbound ? own : c.customer,
                                          .at = c.ref.at,
                                          .by_api = !c.inbound,
                                          .webhook = asked_webhook(c)});
  } else {
    return twilio_not_found(request);
  }
  const Rows rows{events.size(), [](std::size_t i) { return std::to_string(i); },
                  [&](std::size_t i) { return events[i]; }};
  return json_reply(200, page_2010(request, "events", rows));
}

}  // namespace apiops::sandbox::twilio
