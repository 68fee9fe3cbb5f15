// A long reading in the chat: it shows how far it is, and the person who asked can cancel it while it goes on.
#include <unistd.h>

#include <asio/co_spawn.hpp>
#include <boost/test/unit_test.hpp>
#include <filesystem>

#include "bot/requests.h"
#include "bot/world.h"
#include "connectors/net/http_client.h"
#include "connectors/net/together.h"
#include "engine/base/text.h"

using namespace apiops;

namespace {

asio::awaitable<Json> say(World& world, std::string who, std::string text, Duration after) {
  asio::steady_timer timer(world.loop(), after);
  co_await timer.async_wait(asio::use_awaitable);
  co_return co_await handle_request(world.agent(), Json{{"op", "say"}, {"as", who}, {"text", text}});
}

// A slow Twilio: each page of messages takes most of a second.
asio::awaitable<std::vector<Json>> ask_and_cancel(World& world, std::string question, std::string canceller) {
  net::HttpClient http(world.loop());
  const Json slow = {{"service", "twilio"}, {"kind", "latency"}, {"value", 800}, {"path_regex", "Messages"}};
  (void)co_await http.send({.method = "POST",
                            .url = world.sandbox()->environment().at("TWILIO_BASE_URL") + "/__sandbox/faults",
                            .body = slow.dump()});
  std::vector<asio::awaitable<Json>> both;
  both.push_back(say(world, "ana", std::move(question), Duration(0)));
  both.push_back(say(world, std::move(canceller), "cancel", Duration(2'500)));
  auto replies = co_await net::together(std::move(both));
  co_await world.agent().stop();
  co_return replies;
}

struct Cancelled {
  std::vector<Json> replies;
  Duration took;
};

Cancelled run(const std::string& question, const std::string& canceller) {
  static int count = 0;
  const auto home = std::filesystem::temp_directory_path() /
                    ("apiops-cancel-" + std::to_string(::getpid()) + "-" + std::to_string(++count));
  Cancelled outcome;
  {
    auto world = World::make(Common{.demo = true, .home = home.string()}, demo_config(), {});
    BOOST_REQUIRE(world.has_value());
    BOOST_REQUIRE((*world)->agent().start().has_value());
    const auto begun = std::chrono::steady_clock::now();
    asio::co_spawn((*world)->loop(), ask_and_cancel(**world, question, canceller),
                   [&](std::exception_ptr, std::vector<Json> replies) {
                     outcome.replies = std::move(replies);
                     (*world)->loop().stop();
                   });
    (*world)->loop().run();
    outcome.took = std::chrono::duration_cast<Duration>(std::chrono::steady_clock::now() - begun);
  }
  std::filesystem::remove_all(home);
  return outcome;
}

std::string words(const Json& reply) { return get_object(reply, "document").dump(); }

}  // namespace

BOOST_AUTO_TEST_SUITE(cancel)

BOOST_AUTO_TEST_CASE(who_asked_cancels_a_long_reading_and_gets_what_was_read) {
  const Cancelled outcome = run("failed messages of the last 20 days", "ana");
  BOOST_REQUIRE(outcome.replies.size() == 2U);
  BOOST_TEST(words(outcome.replies[0]).find("You cancelled the reading.") != std::string::npos,
             words(outcome.replies[0]));
  const std::string title = get_string(get_object(outcome.replies[0], "document"), "title");
  BOOST_TEST((title.starts_with("At least ") || title.find("in what was read") != std::string::npos), title);
  BOOST_TEST(
      words(outcome.replies[1]).find("Cancelled. What was read until then is in the answer.") != std::string::npos,
      words(outcome.replies[1]));
  BOOST_TEST((outcome.took < std::chrono::seconds(8)));
}

BOOST_AUTO_TEST_CASE(nobody_else_cancels_it) {
  const Cancelled outcome = run("failed messages of the last 3 days", "ben");
  BOOST_REQUIRE(outcome.replies.size() == 2U);
  BOOST_TEST(words(outcome.replies[0]).find("cancelled") == std::string::npos);
}

BOOST_AUTO_TEST_SUITE_END()
