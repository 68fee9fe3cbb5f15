#include "connectors/sandbox/twilio/call_events.h"

#include <nlohmann/json.hpp>

#include "connectors/sandbox/reply.h"
#include "connectors/sandbox/twilio/records.h"

namespace apiops::sandbox::twilio {

namespace {

Json event(const std::string& url, Json parameters, int status, int took, Time at, const char* type) {
  return {{"request", {{"method", "POST"}, {"url", url}, {"parameters", std::move(parameters)}}},
          {"response",
           {{"response_code", status},
            {"request_duration", took},
            {"content_type", type},
            {"response_body", ""},
            {"date_created", to_rfc2822(at)}}}};
}

}  // namespace

// A host that can't be reached is told as 502: Twilio's own gateway answers in its place.
std::vector<Json> call_events(const std::string& account, const AskedForCall& call) {
  std::vector<Json> events;
  const Json people{{"account_sid", account}, {"from", call.from}, {"to", call.to}};
  if (call.by_api)
    events.push_back(event("https://api.twilio.com" + account_uri(account, "Calls/" + call.sid), people, 201, 50,
                           call.at, "application/json"));
  if (call.webhook.empty()) return events;
  const bool answers = host_answers(host_of_url(call.webhook));
  events.push_back(event(call.webhook, people, answers ? 200 : 502, answers ? 120 : 5'000,
                         call.at + std::chrono::seconds(1), answers ? "text/xml" : "text/html"));
  return events;
}

}  // namespace apiops::sandbox::twilio
