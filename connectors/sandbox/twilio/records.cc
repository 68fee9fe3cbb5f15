#include "connectors/sandbox/twilio/records.h"

#include "connectors/sandbox/reply.h"

namespace apiops::sandbox::twilio {

Time day_of(const std::string& text, Time otherwise) {
  if (text.empty()) return otherwise;
  return parse_iso8601(text.size() == 10 ? text + "T00:00:00Z" : text).value_or(otherwise);
}

Period asked_days(const net::ServerRequest& request, const std::string& field, Period otherwise) {
  if (const std::string day = request.parameter(field); !day.empty()) {
    const Time from = day_of(day, otherwise.from);
    return {from, from + std::chrono::hours(24)};
  }
  Period period = otherwise;
  for (const char* after : {">", ">="}) period.from = day_of(request.parameter(field + after), period.from);
  for (const char* before : {"<", "<="}) period.to = day_of(request.parameter(field + before), period.to);
  return period;
}

std::string account_uri(const std::string& account, const std::string& rest) {
  return "/2010-04-01/Accounts/" + account + "/" + rest + ".json";
}

}  // namespace apiops::sandbox::twilio
