#include "connectors/sandbox/twilio/message_row.h"

#include "connectors/sandbox/reply.h"
#include "connectors/sandbox/twilio/story.h"

namespace apiops::sandbox::twilio {

namespace {

void append_text(std::string& out, std::string_view name, std::string_view value) {
  out.append(",\"").append(name).append("\":\"").append(value).append("\"");
}

// The text of a time, made once for all messages of a second: newest first they come in runs.
const std::string& shown_time(Time at) {
  static thread_local Time last{};
  static thread_local std::string text;
  const Time second = from_seconds(to_millis(at) / 1000);
  if (text.empty() || second != last) text = to_rfc2822(second), last = second;
  return text;
}

}  // namespace

void write_message(const std::string& account, const MessageRow& r, std::string& out) {
  const std::string& at = shown_time(r.at);
  const std::string uri = "/2010-04-01/Accounts/" + account + "/Messages/" + r.sid;
  out.append("{\"account_sid\":\"").append(account).append("\"");
  append_text(out, "api_version", "2010-04-01");
  out.append(",\"body\":").append(r.body);
  append_text(out, "date_created", at);
  append_text(out, "date_sent", at);
  append_text(out, "date_updated", at);
  append_text(out, "direction", r.direction);
  if (r.code == 0) {
    out.append(",\"error_code\":null,\"error_message\":null");
  } else {
    out.append(",\"error_code\":").append(std::to_string(r.code));
    append_text(out, "error_message", words_of(r.code));
  }
  append_text(out, "from", r.from);
  if (r.service.empty())
    out.append(",\"messaging_service_sid\":null");
  else
    append_text(out, "messaging_service_sid", r.service);
  out.append(r.billed ? ",\"num_media\":\"0\",\"num_segments\":\"1\",\"price\":\"-0.00790\""
                      : ",\"num_media\":\"0\",\"num_segments\":\"1\",\"price\":null");
  append_text(out, "price_unit", "USD");
  append_text(out, "sid", r.sid);
  append_text(out, "status", r.status);
  out.append(",\"subresource_uris\":{\"media\":\"").append(uri);
  out.append("/Media.json\",\"feedback\":\"").append(uri).append("/Feedback.json\"}");
  append_text(out, "to", r.to);
  out.append(",\"uri\":\"").append(uri).append(".json\"}");
}

}  // namespace apiops::sandbox::twilio
