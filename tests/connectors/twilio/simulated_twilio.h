// The Twilio adapter against the simulated Twilio over real HTTP on loopback, in a time that passes as it is slept
// away. What is checked is the simulated account itself, asked without the adapter.
#pragma once

#include <asio/co_spawn.hpp>
#include <asio/io_context.hpp>
#include <asio/post.hpp>
#include <boost/test/unit_test.hpp>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>

#include "connectors/net/http_client.h"
#include "connectors/net/url_guard.h"
#include "connectors/sandbox/sandbox.h"
#include "connectors/services/twilio/twilio.h"
#include "engine/base/digest.h"
#include "engine/base/json.h"
#include "engine/base/random.h"
#include "tests/connectors/services/twilio_far_side.h"
#include "tests/support/run.h"

namespace apiops::testing {

class SimulatedTwilio {
 public:
  explicit SimulatedTwilio(sandbox::SandboxOptions options = {}, std::uint64_t seed = 7)
      : random(seed), sandbox(loop, time, std::move(options)), guard(loop, http, rules()) {
    adapter = make_twilio(this->options(), http, guard, time, random);
  }

  std::string variable(const char* name) const { return sandbox.environment().at(name); }
  TwilioOptions options() const {
    TwilioOptions o;
    o.base_url = variable("TWILIO_BASE_URL");
    o.status_url = variable("TWILIO_STATUS_URL");
    o.account_sid = variable("TWILIO_ACCOUNT_SID");
    o.auth_token = Secret(variable("TWILIO_AUTH_TOKEN"));
    o.retry_advice = [](std::string_view code) {
      return std::string(code == "30003" ? "later" : code == "30005" || code == "30006" ? "never" : "after_fix");
    };
    return o;
  }

  Operation& operation(std::string_view name) {
    for (Operation* each : adapter->operations())
      if (each->name() == name) return *each;
    throw std::runtime_error("no such operation: " + std::string(name));
  }
  Planned planned(std::string_view name, Json slots) {
    auto plan = run(operation(name).plan(std::move(slots)));
    BOOST_REQUIRE_MESSAGE(plan.has_value(), (plan ? std::string() : plan.error().what));
    return std::move(*plan);
  }
  // The only step of a plan that must have one.
  StepDraft step(std::string_view name, Json slots) {
    Planned plan = planned(name, std::move(slots));
    BOOST_REQUIRE_MESSAGE(plan.draft.has_value(),
                          (plan.refusal ? plan.refusal->what : std::string("neither a draft nor a refusal")));
    BOOST_REQUIRE(plan.draft->steps.size() == 1u);
    return plan.draft->steps.front();
  }
  Attempt attempt(const StepDraft& step) {
    return {"01ATTEMPT" + std::to_string(++attempts), "plan-1", step.parameters, step.expected, time.now()};
  }
  // Seen again as planned, done, and told.
  StepResult carry_out(const StepDraft& step) {
    const auto seen = run(operation(step.operation).observe(step.parameters));
    BOOST_REQUIRE_MESSAGE(seen.has_value(), (seen ? std::string() : seen.error().what));
    BOOST_TEST(canonical(*seen) == canonical(step.expected));
    return run(operation(step.operation).execute(attempt(step)));
  }
  StepResult take_back(const StepDraft& step) {
    BOOST_REQUIRE(step.undo_parameters.has_value());
    StepDraft back = step;
    back.operation = step.undo_operation;
    back.parameters = *step.undo_parameters;
    const auto seen = run(operation(back.operation).observe(back.parameters));
    BOOST_REQUIRE(seen.has_value());
    back.expected = *seen;
    return carry_out(back);
  }

  // The simulated account, asked directly.
  Json ask(const std::string& path) {
    auto reply = run(http.send(
        {.method = "GET", .url = variable("TWILIO_BASE_URL") + path, .headers = {{"Authorization", authorization()}}}));
    BOOST_REQUIRE(reply.has_value());
    auto body = parse_json(reply->body);
    return body ? std::move(*body) : Json::object();
  }
  Json ask_account(const std::string& rest) {
    return ask("/2010-04-01/Accounts/" + variable("TWILIO_ACCOUNT_SID") + "/" + rest);
  }
  std::string authorization() const {
    return "Basic " + base64(variable("TWILIO_ACCOUNT_SID") + ":" + variable("TWILIO_AUTH_TOKEN"));
  }
  void fault(const Json& fault) {
    auto reply = run(
        http.send({.method = "POST", .url = variable("TWILIO_BASE_URL") + "/__sandbox/faults", .body = fault.dump()}));
    BOOST_REQUIRE(reply && reply->status == 200);
  }
  void no_faults() {
    auto reply = run(http.send({.method = "DELETE", .url = variable("TWILIO_BASE_URL") + "/__sandbox/faults"}));
    BOOST_REQUIRE(reply && reply->status == 200);
  }

  template <typename T>
  T run(asio::awaitable<T> work) {
    return apiops::testing::run(loop, std::move(work), std::chrono::seconds(40));
  }

  asio::io_context loop{1};
  PlayedClock time;
  SeededRandom random;
  sandbox::Sandbox sandbox;
  net::HttpClient http{loop};
  net::UrlGuard guard;
  std::unique_ptr<ServiceAdapter> adapter;
  int attempts = 0;

 private:
  net::UrlRules rules() const {
    net::UrlRules rules;
    rules.stand_ins = sandbox.hosts();
    rules.only_static = true;
    return rules;
  }
};

}  // namespace apiops::testing
