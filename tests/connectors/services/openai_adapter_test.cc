#include <boost/test/unit_test.hpp>

#include "connectors/services/openai/openai.h"
#include "tests/connectors/services/far_side.h"

using namespace apiops;
using apiops::testing::contains;
using apiops::testing::FarSide;

namespace {

constexpr auto kNoCredit =
    R"({"error":{"message":"You exceeded your current quota","type":"insufficient_quota","param":null,"code":"insufficient_quota"}})";

struct OpenAi : FarSide {
  OpenAi() {
    on("GET /v1/models", 200,
       R"({"object":"list","data":[{"id":"gpt-4.1-mini","object":"model","created":1,"owned_by":"system"}]})");
    on("POST /v1/responses/input_tokens", 200, R"({"object":"response.input_tokens","input_tokens":5})",
       {{"x-ratelimit-limit-requests", "500"},
        {"x-ratelimit-remaining-requests", "499"},
        {"x-ratelimit-reset-requests", "120ms"},
        {"x-ratelimit-limit-tokens", "200000"},
        {"x-ratelimit-remaining-tokens", "12000"},
        {"x-ratelimit-reset-tokens", "6m0s"}});
    on("GET /status/api/v2/summary.json", 200, R"({"status":{"indicator":"none"},"components":[],"incidents":[]})");
  }
  std::unique_ptr<ServiceAdapter> make(bool admin = false) {
    OpenAiOptions options;
    options.base_url = url() + "/v1";
    options.status_url = url() + "/status";
    options.api_key = Secret("sk-proj-aaaaaaaaaaaaaaaaaaaaaaaaaaaa1234");
    if (admin) options.admin_key = Secret("sk-admin-bbbbbbbbbbbbbbbbbbbbbbbbbbb5678");
    return make_openai(options, http, guard, clock, random);
  }
  // Two projects: the key's own stopped at 11:40, the other goes on.
  void with_admin() {
    on("GET /v1/organization/projects", 200,
       R"({"object":"list","data":[{"id":"proj_web","name":"web-prod","created_at":1,"status":"active"},{"id":"proj_ml","name":"ml","created_at":1,"status":"active"}],"has_more":false})");
    on("GET /v1/organization/projects/proj_web/api_keys", 200,
       R"({"object":"list","data":[{"id":"key_1","name":"prod","redacted_value":"sk-proj-...1234"}],"has_more":false})");
    on("GET /v1/organization/projects/proj_ml/api_keys", 200, R"({"object":"list","data":[],"has_more":false})");
    const long long noon = to_millis(clock.now()) / 86'400'000 * 86'400 + 12 * 3600;
    on("GET /v1/organization/usage/completions", [noon](const net::ServerRequest& request) {
      const bool minutes = request.parameter("bucket_width") == "1m";
      const long long end = minutes ? noon - 20 * 60 : noon;
      Json web{{"object", "organization.usage.completions.result"},
               {"project_id", "proj_web"},
               {"model", "gpt-4.1-mini"},
               {"num_model_requests", 1204},
               {"input_tokens", 5},
               {"output_tokens", 5}};
      Json bucket{{"object", "bucket"}, {"start_time", end - (minutes ? 60 : 3600)}, {"end_time", end}};
      bucket["results"] = Json::array({web});
      Json page{{"object", "page"}, {"has_more", false}, {"next_page", nullptr}};
      page["data"] = Json::array({bucket});
      return net::ServerReply{200, {}, page.dump()};
    });
  }
};

Period last_day(const OpenAi& side) {
  return {side.clock.now() - std::chrono::hours(24), side.clock.now() + std::chrono::minutes(1)};
}

}  // namespace

BOOST_FIXTURE_TEST_SUITE(openai_adapter, OpenAi)

BOOST_AUTO_TEST_CASE(a_green_model_list_does_not_hide_missing_credit) {
  on("POST /v1/responses/input_tokens", 429, kNoCredit);
  with_admin();
  const auto adapter = make(true);
  const auto health = run(adapter->health());
  BOOST_REQUIRE(health.has_value());
  BOOST_TEST((health->verdict == Verdict::kDegraded));
  BOOST_REQUIRE(!health->facts.empty());
  BOOST_TEST(health->facts.front() == "the key works, but project web-prod has no credit left (since 11:40 UTC)");
  BOOST_TEST(count("POST", "/v1/responses/input_tokens") == 1);  // money is not tried again
}

BOOST_AUTO_TEST_CASE(a_read_never_generates_anything) {
  const auto adapter = make();
  run(adapter->health());
  run(adapter->limits(""));
  run(adapter->diagnose({"requests", "", last_day(*this)}));
  BOOST_TEST(count("POST", "/v1/chat/completions") == 0);
  BOOST_TEST(count("POST", "/v1/responses") == 0);
}

BOOST_AUTO_TEST_CASE(without_an_admin_key_the_answer_says_so_and_asks_nothing) {
  const auto adapter = make();
  const auto usage = run(adapter->usage({last_day(*this), "", ""}));
  BOOST_REQUIRE(!usage.has_value());
  BOOST_TEST(usage.error().code == "not_configured");
  BOOST_TEST(contains(usage.error().what, "OPENAI_ADMIN_KEY"));
  BOOST_TEST(asked.empty());
}

BOOST_AUTO_TEST_CASE(model_calls_carry_the_project_key_and_administration_the_admin_key) {
  with_admin();
  on("GET /v1/organization/projects/proj_web/rate_limits", 200, R"({"object":"list","data":[],"has_more":false})");
  const auto adapter = make(true);
  run(adapter->limits(""));
  for (const auto& request : asked) {
    const bool administration = request.path.starts_with("/v1/organization");
    BOOST_TEST(contains(request.header("authorization"), administration ? "sk-admin-" : "sk-proj-"), request.path);
    BOOST_TEST(request.header("openai-organization").empty());
  }
}

BOOST_AUTO_TEST_CASE(measured_limits_name_their_model_and_come_with_a_reset) {
  const auto limits = run(make()->limits("gpt-4.1-mini"));
  BOOST_REQUIRE(limits.has_value());
  BOOST_REQUIRE(limits->size() == 2);
  BOOST_TEST(limits->front().resource == "gpt-4.1-mini");
  BOOST_TEST(limits->front().unit == "tokens a minute");  // nearest to its end first
  BOOST_TEST(limits->front().left.value() == 12000);
  BOOST_TEST(limits->front().reset.value().count() == 360'000);
}

BOOST_AUTO_TEST_CASE(missing_credit_is_diagnosed_with_the_page_that_mends_it) {
  on("POST /v1/responses/input_tokens", 429, kNoCredit);
  with_admin();
  const auto adapter = make(true);
  const auto found = run(adapter->diagnose({"requests", "", last_day(*this)}));
  BOOST_REQUIRE(found.has_value());
  BOOST_TEST(found->verdict == "OpenAI refuses the calls of project web-prod because it has no credit left.");
  BOOST_TEST(contains(found->next, "billing"));
  BOOST_TEST(!found->remedy.has_value());
}

BOOST_AUTO_TEST_CASE(a_refused_key_is_down_and_not_confused_with_an_outage) {
  on("GET /v1/models", 401,
     R"({"error":{"message":"Incorrect API key provided: sk-proj-****1234","type":"invalid_request_error","param":null,"code":"invalid_api_key"}})");
  const auto health = run(make()->health());
  BOOST_TEST((health->verdict == Verdict::kDown));
  BOOST_TEST(contains(health->facts.front(), "the key is refused (invalid_api_key)"));
  const auto keys = run(make()->credentials(true));
  BOOST_TEST(keys->front().accepted.value() == false);
  BOOST_TEST(!contains(keys->front().shown, "aaaaaaaa"));
}

BOOST_AUTO_TEST_CASE(costs_follow_every_page_and_stop_at_one_that_was_read) {
  const auto bucket = [](long long start, const char* amount) {
    return R"({"object":"bucket","start_time":)" + std::to_string(start) + R"(,"end_time":)" +
           std::to_string(start + 86400) + R"(,"results":[{"object":"organization.costs.result","amount":{"value":)" +
           amount + R"(,"currency":"usd"},"line_item":"gpt-4.1-mini, input"}]})";
  };
  on("GET /v1/organization/costs", [bucket](const net::ServerRequest& request) {
    const auto page = request.parameter("page");
    const std::string row = page.empty() ? bucket(86400, "1.25") : bucket(172800, "\"0.75\"");
    return net::ServerReply{200, {}, R"({"object":"page","data":[)" + row + R"(],"has_more":true,"next_page":"p2"})"};
  });
  on("GET /v1/organization/usage/completions", 200, R"({"object":"page","data":[],"has_more":false,"next_page":null})");
  const auto adapter = make(true);
  const auto usage = run(adapter->usage({last_day(*this), "model", ""}));
  BOOST_REQUIRE(usage.has_value());
  BOOST_TEST(to_text(usage->total) == "$2.00");  // each page is counted once
  BOOST_TEST(usage->lines.front().label == "gpt-4.1-mini");
  BOOST_TEST(std::ranges::any_of(usage->notes, [](const auto& note) { return contains(note, "already read"); }));
}

BOOST_AUTO_TEST_CASE(wrong_and_missing_fields_are_shown_as_unknown) {
  on("GET /v1/models", 200, R"({"object":"list","data":[{"id":5},null,"x",{"id":"gpt-4.1-mini","shutdown_date":7}]})");
  on("GET /v1/batches", 200, R"({"data":{"id":"not a list"}})");
  on("GET /v1/fine_tuning/jobs", 200, R"({})");
  const auto adapter = make();
  const auto models = run(adapter->resources("models", ""));
  BOOST_REQUIRE(models.has_value());
  BOOST_TEST(models->items.size() == 4);
  FailureQuery query;
  query.period = last_day(*this);
  const auto reader = adapter->failures(query);
  for (int i = 0; i < 3; ++i) BOOST_TEST(run(reader->next()).has_value());
}

BOOST_AUTO_TEST_CASE(a_test_completion_is_sent_once_and_tells_what_it_cost) {
  on("GET /v1/models/gpt-4.1-mini", 200, R"({"id":"gpt-4.1-mini","object":"model","created":1,"owned_by":"system"})");
  on("POST /v1/chat/completions", 200,
     R"({"id":"chatcmpl-1","choices":[{"message":{"content":null},"finish_reason":"length"}],"usage":{"prompt_tokens":8,"completion_tokens":16}})");
  const auto adapter = make();
  Operation& test = *adapter->operations().front();
  const auto planned = run(test.plan(Json::object()));
  BOOST_REQUIRE(planned.has_value());
  BOOST_REQUIRE(planned->draft.has_value());
  const StepDraft& step = planned->draft->steps.front();
  BOOST_TEST(count("POST", "/v1/chat/completions") == 0);
  BOOST_TEST(run(test.observe(step.parameters)).value() == step.expected);
  const auto result = run(test.execute({"attempt-1", "key-1", step.parameters, step.expected}));
  BOOST_TEST((result.outcome == Outcome::kDone));
  BOOST_TEST(contains(result.told, "8 tokens in, 16 out"));
  const auto body = parse_json(asked.back().body).value();
  BOOST_TEST(get_integer(body, "max_completion_tokens").value() == 16);
  BOOST_TEST(!body.contains("max_tokens"));
}

BOOST_AUTO_TEST_CASE(a_lost_reply_to_a_completion_stays_unknown_and_is_not_repeated) {
  on("POST /v1/chat/completions", [](const net::ServerRequest&) {
    net::ServerReply reply;
    reply.drop = true;
    return reply;
  });
  const auto adapter = make();
  const auto result =
      run(adapter->operations().front()->execute({"attempt-1", "key-1", Json{{"model", "gpt-4.1-mini"}}, {}}));
  BOOST_TEST((result.outcome == Outcome::kUnknown));
  BOOST_TEST(count("POST", "/v1/chat/completions") == 1);
}

BOOST_AUTO_TEST_CASE(an_unreadable_status_page_is_unknown_and_not_down) {
  on("GET /status/api/v2/summary.json", 200, "<html>moved</html>");
  BOOST_TEST(run(make()->vendor_status())->indicator == "unknown");
}

BOOST_AUTO_TEST_SUITE_END()
