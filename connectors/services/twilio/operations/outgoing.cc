#include "connectors/services/twilio/operations/outgoing.h"

#include <fmt/format.h>

#include <array>

#include "connectors/services/twilio/numbers.h"
#include "engine/base/text.h"

namespace apiops::twilio {

namespace {

constexpr std::chrono::minutes kClockTolerance{2};  // Twilio's clock may be behind ours
constexpr int kRingSeconds = 30, kCallSeconds = 60;

bool is_one_of(std::string_view word, std::initializer_list<std::string_view> words) {
  return std::find(words.begin(), words.end(), word) != words.end();
}

bool message_is_over(const std::string& status) {
  return is_one_of(status, {"delivered", "undelivered", "failed", "read", "received", "canceled"});
}
bool call_is_over(const std::string& status) {
  return is_one_of(status, {"completed", "busy", "failed", "no-answer", "canceled"});
}

std::string error_words(const Json& row) {
  const auto code = get_integer(row, "error_code");
  if (!code) return "Twilio tells no reason";
  return fmt::format("{} {}", *code, clean_line(get_string(row, "error_message")));
}

// What a message's row tells: it arrived, it is on its way, or it was not delivered.
StepResult message_result(const Json& row) {
  const std::string sid = get_string(row, "sid"), status = get_string(row, "status"),
                    to = spaced_number(get_string(row, "to"));
  const Json kept{{"sid", sid}, {"status", status}};
  if (is_one_of(status, {"undelivered", "failed"})) {
    StepResult r = not_done(Error{.kind = ErrorKind::kRejected, .what = error_words(row)},
                            fmt::format("{} to {} was not delivered: {}", sid, to, error_words(row)));
    if (const auto code = get_integer(row, "error_code")) r.error->code = std::to_string(*code);
    r.result = kept;
    return r;
  }
  if (is_one_of(status, {"delivered", "read"})) return done(kept, fmt::format("{} to {} was delivered", sid, to));
  return done(kept, fmt::format("{} to {} is {}; Twilio has taken it, which is not delivery yet", sid, to, status));
}

StepResult call_result(const Json& row) {
  const std::string sid = get_string(row, "sid"), status = get_string(row, "status"),
                    to = spaced_number(get_string(row, "to"));
  const Json kept{{"sid", sid}, {"status", status}};
  if (status == "completed")
    return done(kept, fmt::format("{} to {} was answered and lasted {} s", sid, to, get_string(row, "duration", "0")));
  if (is_one_of(status, {"failed", "canceled"})) {
    StepResult r = not_done(Error{.kind = ErrorKind::kRejected, .what = "The call ended as " + status + "."},
                            fmt::format("{} to {} ended as {}: its notifications tell why", sid, to, status));
    r.result = kept;
    return r;
  }
  if (is_one_of(status, {"busy", "no-answer"})) return done(kept, fmt::format("{} reached {}: {}", sid, to, status));
  return done(kept, fmt::format("{} to {} is {}", sid, to, status));
}

// Looks at what was made until it is over, or `looks` are spent; what is known last is told.
template <typename IsOver>
asio::awaitable<Json> watch(OperationTools tools, std::string list, Json row, IsOver is_over, int looks) {
  const std::string path = tools.api.account_path(list + "/" + net::encode_component(get_string(row, "sid")) + ".json");
  for (int look = 0; look < looks && !is_over(get_string(row, "status")); ++look) {
    if (looks > 1) co_await tools.clock.sleep_for(kBetweenLooks);
    if (auto reply = co_await tools.api.get(Host::kApi, path)) row = std::move(reply->body);
  }
  co_return row;
}

// The row of our own attempt among those with its sender and recipient; null where it is not there.
template <typename Fits>
asio::awaitable<Result<Json>> made_since(OperationTools tools, std::string list, std::string rows_name,
                                         net::Headers query, Time at, Fits fits) {
  auto listed = co_await tools.api.list(Host::kApi, tools.api.account_path(list + ".json"), std::move(rows_name),
                                        std::move(query));
  if (!listed) co_return std::unexpected(listed.error());
  for (const Json& row : listed->rows) {
    const auto made = parse_rfc2822(get_string(row, "date_created"));
    if (made && *made >= at - kClockTolerance && fits(row)) co_return row;
  }
  co_return Json();
}

std::string day_before(Time at) { return to_iso8601(at - kClockTolerance).substr(0, 10); }

}  // namespace

asio::awaitable<StepResult> send_message(OperationTools tools, OutgoingMessage message, int looks) {
  net::Headers form{{"To", message.to}, {"Body", message.body}};
  if (!message.from.empty()) form.emplace_back("From", message.from);
  if (!message.service.empty()) form.emplace_back("MessagingServiceSid", message.service);
  auto reply = co_await tools.api.post(Host::kApi, tools.api.account_path("Messages.json"), std::move(form));
  const std::string to = spaced_number(message.to);
  if (!reply && reply.error().kind == ErrorKind::kUnknown)
    co_return not_known(reply.error(), fmt::format("The message to {} was handed over, but no certain answer came "
                                                   "back. I am looking for it in Twilio's list; it is not sent again.",
                                                   to));
  if (!reply) co_return not_done(reply.error(), fmt::format("Nothing was sent to {}. {}", to, reply.error().what));
  if (get_string(reply->body, "sid").empty())
    co_return not_known(Error{.kind = ErrorKind::kUnknown, .what = "Twilio's answer names no message."},
                        fmt::format("Twilio accepted the message to {} but named none. I am looking for it.", to));
  co_return message_result(co_await watch(tools, "Messages", std::move(reply->body), message_is_over, looks));
}

asio::awaitable<StepResult> find_message(OperationTools tools, OutgoingMessage message, Time at) {
  const std::string to = spaced_number(message.to);
  net::Headers query{{"To", message.to}, {"DateSent>", day_before(at)}, {"PageSize", "100"}};
  if (!message.from.empty()) query.emplace_back("From", message.from);
  for (int look = 1;; ++look) {
    auto row = co_await made_since(tools, "Messages", "messages", query, at, [&](const Json& candidate) {
      return get_string(candidate, "body") == message.body &&
             get_string(candidate, "direction").starts_with("outbound-api");
    });
    if (!row)
      co_return not_known(row.error(), fmt::format("Whether the message to {} was sent can't be read just now: {}", to,
                                                   row.error().what));
    if (row->is_object()) co_return message_result(*row);
    if (look == kReconcileLooks) break;
    co_await tools.clock.sleep_for(kReconcileSpan / (kReconcileLooks - 1));
  }
  co_return not_done(Error{.kind = ErrorKind::kTransient, .what = "The message did not reach Twilio."},
                     fmt::format("Nothing was sent to {}: the message is not in Twilio's list.", to));
}

asio::awaitable<StepResult> place_call(OperationTools tools, OutgoingCall call) {
  const std::string to = spaced_number(call.to);
  auto reply = co_await tools.api.post(Host::kApi, tools.api.account_path("Calls.json"),
                                       {{"To", call.to},
                                        {"From", call.from},
                                        {"Twiml", call.twiml},
                                        {"Timeout", std::to_string(kRingSeconds)},
                                        {"TimeLimit", std::to_string(kCallSeconds)}});
  if (!reply && reply.error().kind == ErrorKind::kUnknown)
    co_return not_known(reply.error(),
                        fmt::format("The call to {} was ordered, but no certain answer came back. I am looking for it "
                                    "in Twilio's list; it is not placed again.",
                                    to));
  if (!reply) co_return not_done(reply.error(), fmt::format("No call was placed to {}. {}", to, reply.error().what));
  if (get_string(reply->body, "sid").empty())
    co_return not_known(Error{.kind = ErrorKind::kUnknown, .what = "Twilio's answer names no call."},
                        fmt::format("Twilio accepted the call to {} but named none. I am looking for it.", to));
  co_return call_result(co_await watch(tools, "Calls", std::move(reply->body), call_is_over, 2 * kLooksAtTest));
}

asio::awaitable<StepResult> find_call(OperationTools tools, OutgoingCall call, Time at) {
  const std::string to = spaced_number(call.to);
  const net::Headers query{{"To", call.to}, {"From", call.from}, {"StartTime>", day_before(at)}, {"PageSize", "100"}};
  for (int look = 1;; ++look) {
    auto row = co_await made_since(tools, "Calls", "calls", query, at, [](const Json& candidate) {
      return get_string(candidate, "direction").starts_with("outbound-api");
    });
    if (!row)
      co_return not_known(row.error(),
                          fmt::format("Whether {} was called can't be read just now: {}", to, row.error().what));
    if (row->is_object()) co_return call_result(*row);
    if (look == kReconcileLooks) break;
    co_await tools.clock.sleep_for(kReconcileSpan / (kReconcileLooks - 1));
  }
  co_return not_done(Error{.kind = ErrorKind::kTransient, .what = "The order did not reach Twilio."},
                     fmt::format("{} was not called: the call is not in Twilio's list.", to));
}

}  // namespace apiops::twilio
