#include "connectors/sandbox/twilio/messages.h"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "connectors/sandbox/reply.h"
#include "connectors/sandbox/twilio/message_row.h"
#include "connectors/sandbox/twilio/paging.h"
#include "connectors/sandbox/twilio/records.h"
#include "connectors/sandbox/twilio/send_rules.h"

namespace apiops::sandbox::twilio {

namespace {

constexpr std::chrono::seconds kQueued{1}, kSending{2}, kSentFor{4};  // ages at which a message moves on

std::string text_of(const std::string& text) { return Json(text).dump(-1, ' ', false, Json::error_handler_t::replace); }

}  // namespace

Messages::Messages(const Account& account, const Numbers& numbers, const Services& services,
                   const Permissions& permissions, long long scale)
    : account_(account),
      world_(account.world),
      numbers_(numbers),
      services_(services),
      permissions_(permissions),
      pace_(account.world, scale),
      account_sid_(account.sid()),
      service_(account.world.id("MG", Stream::kService, 0)) {
  for (const Json& effect : account.ledger.effects()) apply(effect);
}

void Messages::apply(const Json& effect) {
  if (get_string(effect, "service") != "twilio") return;
  const std::string what = get_string(effect, "effect");
  const Time at = from_millis(get_integer(effect, "at").value_or(0));
  if (what == "message.sent")
    sent_.push_back({.n = static_cast<long long>(sent_.size()),
                     .from = get_string(effect, "from"),
                     .to = get_string(effect, "to"),
                     .body = get_string(effect, "body"),
                     .service = get_string(effect, "messaging_service"),
                     .at = at,
                     .canceled_at = {}});
  if (what != "message.canceled" && what != "message.redacted") return;
  for (Sent& sent : sent_) {
    if (sid_of(sent) != get_string(effect, "sid")) continue;
    if (what == "message.redacted") sent.body.clear();
    if (what == "message.canceled") sent.canceled = true, sent.canceled_at = at;
  }
}

net::ServerReply Messages::handle(const net::ServerRequest& request, const std::string& sid) {
  if (sid.empty()) return request.method == "POST" ? send(request) : list(request);
  if (request.method == "POST") return change(request, sid);
  const auto sent = std::ranges::find_if(sent_, [&](const Sent& s) { return sid_of(s) == sid; });
  if (sent != sent_.end()) return text_reply(200, written(row_of(*sent)));
  const auto n = world_.place_of("SM", Stream::kMessage, sid);
  if (!n || pace_.at(*n) > world_.now() || pace_.at(*n) < world_.anchor() - kHistory) return twilio_not_found(request);
  return text_reply(200, written(row_of(message_at(world_, pace_, *n))));
}

void Messages::walk(Time from, Time to, const std::function<bool(const Message&)>& visit) const {
  const MessagePace::Range range = pace_.between(from, to);
  for (long long n = range.last; n-- > range.first;)
    if (!visit(message_at(world_, pace_, n))) return;
}

// First what was sent since, then the story; both newest first.
net::ServerReply Messages::list(const net::ServerRequest& request) const {
  const Period period = asked_days(request, "DateSent", {world_.anchor() - kHistory, world_.now() + Duration(1)});
  const MessagePace::Range range = pace_.between(period.from, period.to);
  std::vector<const Sent*> sent;
  for (auto s = sent_.rbegin(); s != sent_.rend(); ++s)
    if (s->at >= period.from && s->at < period.to) sent.push_back(&*s);
  const auto row = [&](std::size_t i) {
    return i < sent.size()
               ? row_of(*sent[i])
               : row_of(message_at(world_, pace_, range.last - 1 - static_cast<long long>(i - sent.size())));
  };
  const std::string from = request.parameter("From"), to = request.parameter("To");
  Walk walk;
  walk.end = sent.size() + static_cast<std::size_t>(range.last - range.first);
  if (!from.empty() || !to.empty())
    walk.fits = [&](std::size_t i) {
      const MessageRow r = row(i);
      return (from.empty() || r.from == from) && (to.empty() || r.to == to);
    };
  walk.sid = [&](std::size_t i) { return row(i).sid; };
  walk.write = [&](std::size_t i, std::string& out) { write_message(account_sid_, row(i), out); };
  walk.place = [&](const std::string& sid) {
    for (std::size_t i = 0; i < sent.size(); ++i)
      if (sid_of(*sent[i]) == sid) return i;
    const auto n = world_.place_of("SM", Stream::kMessage, sid);
    return n && *n >= range.first && *n < range.last ? sent.size() + static_cast<std::size_t>(range.last - 1 - *n)
                                                     : walk.end;
  };
  return text_reply(200, page_2010_text(request, "messages", walk));
}

net::ServerReply Messages::send(const net::ServerRequest& request) {
  const net::Headers form = request.form();
  if (auto refusal = refused_message(form, numbers_, permissions_)) return std::move(*refusal);
  std::string from = value_of(form, "From");
  const std::string service = value_of(form, "MessagingServiceSid");
  if (!service.empty() && !services_.exists(service))
    return twilio_error(404, 21701, "The Messaging Service " + service + " does not exist");
  if (from.empty()) from = services_.sender(service);
  if (from.empty()) return twilio_error(400, 21704, "The Messaging Service contains no phone numbers");
  apply(account_.note("message.sent", {{"from", from},
                                       {"to", value_of(form, "To")},
                                       {"body", value_of(form, "Body")},
                                       {"messaging_service", service}}));
  return text_reply(201, written(row_of(sent_.back())));
}

net::ServerReply Messages::change(const net::ServerRequest& request, const std::string& sid) {
  const auto sent = std::ranges::find_if(sent_, [&](const Sent& s) { return sid_of(s) == sid; });
  if (sent == sent_.end()) return twilio_not_found(request);
  const net::Headers form = request.form();
  if (value_of(form, "Status") == "canceled") {
    if (world_.now() - sent->at >= kSending) return twilio_error(400, 30409, "The message can no longer be canceled");
    apply(account_.note("message.canceled", {{"sid", sid}}));
  } else if (has_value(form, "Body") || std::ranges::any_of(form, [](const auto& p) { return p.first == "Body"; })) {
    apply(account_.note("message.redacted", {{"sid", sid}}));
  } else {
    return twilio_error(400, 20001, "Nothing to change");
  }
  return text_reply(200, written(row_of(*sent)));
}

MessageRow Messages::row_of(const Message& m) const {
  const std::string_view own = kSeedNumbers[m.number].phone;
  const bool served = !m.inbound && (m.number == kMarketing || m.number == kUnregistered);
  MessageRow r{.sid = world_.id("SM", Stream::kMessage, m.n),
               .from = m.inbound ? m.customer : std::string(own),
               .to = m.inbound ? std::string(own) : m.customer,
               .status = m.status,
               .service = served ? std::string_view(service_) : std::string_view(),
               .body = m.inbound         ? "\"Thanks, got it\""
                       : m.code == 30007 ? "\"You win a prize! Reply YES\""
                                         : "\"Your order is on its way.\"",
               .at = m.at,
               .direction = m.inbound ? "inbound" : "outbound-api",
               .code = m.code,
               .billed = m.code == 0};
  return r;
}

// A number that is not registered for 10DLC sends, but its messages do not arrive.
MessageRow Messages::row_of(const Sent& s) const {
  const Duration age = (s.canceled ? s.canceled_at : world_.now()) - s.at;
  const bool fails = s.from == kSeedNumbers[kUnregistered].phone, final = age >= kSentFor;
  MessageRow r{.sid = sid_of(s),
               .from = s.from,
               .to = s.to,
               .status = s.canceled       ? "canceled"
                         : age < kQueued  ? (s.service.empty() ? "queued" : "accepted")
                         : age < kSending ? "sending"
                         : age < kSentFor ? "sent"
                         : fails          ? "undelivered"
                                          : "delivered",
               .service = s.service,
               .body = text_of(s.body),
               .at = s.at,
               .direction = "outbound-api",
               .code = final && fails && !s.canceled ? 30034 : 0,
               .billed = final && !fails && !s.canceled};
  return r;
}

std::string Messages::written(const MessageRow& row) const {
  std::string out;
  write_message(account_sid_, row, out);
  return out;
}

}  // namespace apiops::sandbox::twilio
