#include "connectors/sandbox/faults.h"

#include <algorithm>
#include <array>
#include <nlohmann/json.hpp>

#include "connectors/sandbox/reply.h"

namespace apiops::sandbox {

namespace {

constexpr std::array<std::string_view, 11> kKinds{"latency", "429",  "500",  "503",        "drop",    "cut",
                                                  "slow",    "html", "hang", "lost_reply", "echo_key"};
constexpr std::size_t kMaxRules = 100, kMaxExpression = 200;
constexpr std::size_t kCutAfter = 20, kSlowBytes = 50;

}  // namespace

Status Faults::add(Fault fault) {
  if (std::ranges::find(kKinds, fault.kind) == kKinds.end())
    return failure(ErrorKind::kInvalid, "There is no fault “" + fault.kind + "”.");
  if (rules_.size() >= kMaxRules || fault.path_regex.size() > kMaxExpression)
    return failure(ErrorKind::kInvalid, "Too many faults, or too long an expression.");
  try {
    std::regex path(fault.path_regex.empty() ? std::string(".*") : fault.path_regex);
    rules_.push_back({std::move(fault), std::move(path)});
  } catch (const std::regex_error&) {
    return failure(ErrorKind::kInvalid, "The path is not a regular expression.");
  }
  return {};
}

std::optional<Fault> Faults::take(const std::string& service, const net::ServerRequest& request) {
  const std::string line = request.method + " " + request.target;
  for (auto rule = rules_.begin(); rule != rules_.end(); ++rule) {
    if (!rule->fault.service.empty() && rule->fault.service != service) continue;
    if (!std::regex_search(line, rule->path)) continue;
    Fault fault = rule->fault;
    if (rule->fault.count > 0 && --rule->fault.count == 0) rules_.erase(rule);
    return fault;
  }
  return std::nullopt;
}

Json Faults::to_json() const {
  Json all = Json::array();
  for (const auto& [fault, path] : rules_)
    all.push_back({{"service", fault.service},
                   {"path_regex", fault.path_regex},
                   {"kind", fault.kind},
                   {"value", fault.value},
                   {"count", fault.count}});
  return all;
}

Result<Fault> Faults::read(const Json& body) {
  if (!body.is_object()) return failure(ErrorKind::kInvalid, "A fault is a JSON object.");
  Fault fault;
  fault.service = get_string(body, "service");
  fault.path_regex = get_string(body, "path_regex");
  const auto number = get_integer(body, "kind");  // 429 as a number, too
  fault.kind = number ? std::to_string(*number) : get_string(body, "kind");
  fault.value = get_integer(body, "value").value_or(0);
  fault.count = static_cast<int>(std::clamp<std::int64_t>(get_integer(body, "count").value_or(-1), -1, 1'000'000));
  if (fault.count == 0 || fault.value < 0)
    return failure(ErrorKind::kInvalid, "count is -1 or above 0, value not below 0.");
  return fault;
}

bool is_refusal(const Fault& fault) {
  return fault.kind == "429" || fault.kind == "500" || fault.kind == "503" || fault.kind == "html";
}

net::ServerReply refusal_of(const std::string& service, const Fault& fault) {
  if (fault.kind == "html")
    return {502,
            {{"Content-Type", "text/html"}},
            "<html><head><title>502 Bad Gateway</title></head><body><h1>Bad gateway</h1></body></html>"};
  const int status = std::stoi(fault.kind);
  net::ServerReply reply = json_reply(status, {{"error", "simulated"}});
  if (service == "twilio")
    reply = twilio_error(status,
                         status == 429   ? 20429
                         : status == 503 ? 20503
                                         : 20500,
                         status == 429 ? "Too Many Requests" : "An internal server error has occurred");
  if (service == "openai" && status == 429)
    reply = openai_error(429,
                         "Rate limit reached for gpt-4.1-mini in organization on tokens per min (TPM): Limit 200000, "
                         "Used 199937, Requested 385. Please try again in 644ms.",
                         "tokens", "rate_limit_exceeded");
  if (service == "openai" && status != 429)
    reply = openai_error(status, "The server is overloaded or not ready yet.",
                         status == 503 ? "service_unavailable_error" : "server_error",
                         status == 503 ? "server_is_overloaded" : "server_error");
  if (service == "stripe" && status == 429) {
    reply = stripe_error(
        429, {{"type", "invalid_request_error"}, {"code", "rate_limit"}, {"message", "Request rate limit exceeded."}});
    reply.headers.emplace_back("Stripe-Rate-Limited-Reason", "global-rate");
  }
  if (service == "stripe" && status != 429)
    reply = stripe_error(status, {{"type", "api_error"}, {"message", "An unknown error occurred"}});
  if (fault.value > 0) reply.headers.emplace_back("Retry-After", std::to_string(fault.value));
  return reply;
}

net::ServerReply echo_of(const std::string& service, const net::ServerRequest& request) {
  const std::string message = "Bad request. You sent Authorization: " + request.header("authorization");
  if (service == "twilio") return twilio_error(400, 20001, message);
  if (service == "openai") return openai_error(400, message, "invalid_request_error", "bad_request");
  return stripe_error(400, {{"type", "invalid_request_error"}, {"message", message}});
}

void bend(net::ServerReply& reply, const Fault& fault) {
  if (fault.kind == "cut") reply.cut_after = fault.value > 0 ? static_cast<std::size_t>(fault.value) : kCutAfter;
  if (fault.kind == "slow") reply.bytes_a_second = fault.value > 0 ? static_cast<std::size_t>(fault.value) : kSlowBytes;
  if (fault.kind == "lost_reply") reply.drop = true;
}

}  // namespace apiops::sandbox
