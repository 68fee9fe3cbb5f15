// The faults of the outside, numbered as in the table of faults, for reads against the Twilio adapter. Purchases under
// the same faults: twilio_purchase_test.cc.
#include <zlib.h>

#include <boost/test/unit_test.hpp>

#include "connectors/net/together.h"
#include "tests/connectors/net/loopback.h"
#include "tests/connectors/services/twilio_far_side.h"

using namespace apiops;
using apiops::testing::contains;
using apiops::testing::TwilioFarSide;

namespace {

const std::string kMessages = "GET " + TwilioFarSide::kRoot + "Messages.json";
const std::string kCalls = "GET " + TwilioFarSide::kRoot + "Calls.json";

struct Reading {
  std::vector<Failure> failures;
  std::map<std::string, long long> scanned;
  std::vector<std::string> notes;
  std::optional<Error> error;
  bool cut = false;
};

struct Faulty : TwilioFarSide {
  std::unique_ptr<ServiceAdapter> adapter = make();

  Reading read(std::vector<std::string> kinds = {"messages"}) {
    Reading all;
    const std::shared_ptr<PageReader<Failure>> reader =
        adapter->failures({.period = last_day(), .kinds = std::move(kinds)});
    for (int i = 0; i < 100; ++i) {
      auto page = run(reader->next());
      if (!page) {
        all.error = page.error();
        return all;
      }
      std::move(page->items.begin(), page->items.end(), std::back_inserter(all.failures));
      for (const auto& [kind, n] : page->scanned) all.scanned[kind] += n;
      all.notes.insert(all.notes.end(), page->notes.begin(), page->notes.end());
      all.cut = all.cut || page->cut;
      if (page->last) return all;
    }
    BOOST_ERROR("the reading does not end");
    return all;
  }
  Reading read_with(const std::string& body, int status = 200, net::Headers headers = {}) {
    on(kMessages, status, body, std::move(headers));
    return read();
  }
  std::size_t requests() const { return asked.size(); }
};

std::string gzipped(const std::string& text) {
  z_stream z{};
  deflateInit2(&z, Z_BEST_COMPRESSION, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY);
  std::string out(text.size() / 100 + 65'536, '\0');
  std::string in = text;
  z.next_in = reinterpret_cast<Bytef*>(in.data());
  z.avail_in = static_cast<uInt>(in.size());
  z.next_out = reinterpret_cast<Bytef*>(out.data());
  z.avail_out = static_cast<uInt>(out.size());
  deflate(&z, Z_FINISH);
  out.resize(z.total_out);
  deflateEnd(&z);
  return out;
}

// Begins an answer and never ends it, fast enough not to look dead.
struct Endless {
  explicit Endless(asio::io_context& loop) : acceptor(loop, {asio::ip::make_address("127.0.0.1"), 0}) {
    asio::co_spawn(loop, accept(), asio::detached);
  }
  asio::awaitable<void> accept() {
    while (true)
      asio::co_spawn(acceptor.get_executor(), talk(co_await acceptor.async_accept(asio::use_awaitable)),
                     asio::detached);
  }
  static asio::awaitable<void> talk(asio::ip::tcp::socket socket) {
    asio::steady_timer pause(socket.get_executor());
    std::string piece = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n";
    while (true) {
      co_await asio::async_write(socket, asio::buffer(piece), asio::use_awaitable);
      piece = "200\r\n" + std::string(0x200, ' ') + "\r\n";
      pause.expires_after(std::chrono::milliseconds(500));
      co_await pause.async_wait(asio::use_awaitable);
    }
  }
  asio::ip::tcp::acceptor acceptor;
};

// What could not be read is told at the end.
asio::awaitable<bool> reading_fails(std::shared_ptr<PageReader<Failure>> reader) {
  while (true) {
    const auto page = co_await reader->next();
    if (!page || page->last) co_return !page.has_value();
  }
}
asio::awaitable<bool> balance_fails(ServiceAdapter& adapter) { co_return !(co_await adapter.balance()).has_value(); }

}  // namespace

BOOST_AUTO_TEST_SUITE(twilio_faults)

BOOST_AUTO_TEST_CASE(fault_21_a_minute_of_429_costs_under_30_calls_and_is_told) {
  Faulty a;
  const std::string refusal = R"({"code":20429,"message":"Too Many Requests","status":429})";
  for (const auto& path : {kMessages, kCalls, std::string("GET /v1/Alerts")})
    a.on(path, 429, refusal, {{"Retry-After", "20"}});
  const Duration begun = a.played.steady();
  Reading last;
  while (a.played.steady() - begun < std::chrono::seconds(60)) {
    last = a.read({});
    a.played.ahead += std::chrono::seconds(5);
  }
  BOOST_TEST(a.requests() < 30U);
  BOOST_REQUIRE(last.error);
  BOOST_TEST((last.error->kind == ErrorKind::kRateLimited));
  BOOST_TEST(!last.error->what.empty());
}

BOOST_AUTO_TEST_CASE(fault_22_a_429_with_a_senseless_retry_after_never_sleeps_long) {
  for (const char* header : {"", "999999", "-5", "Wed, 21 Oct 2037 07:28:00 GMT", "soon"}) {
    Faulty a;
    const net::Headers headers = *header ? net::Headers{{"Retry-After", header}} : net::Headers{};
    a.on(kMessages, 429, R"({"code":20429,"message":"Too Many Requests","status":429})", headers);
    const Duration begun = a.played.steady();
    const Reading reading = a.read();
    BOOST_REQUIRE(reading.error);
    BOOST_TEST((reading.error->kind == ErrorKind::kRateLimited), header);
    BOOST_TEST((a.played.steady() - begun < std::chrono::minutes(15)), header);
    BOOST_TEST(a.count("GET", TwilioFarSide::kRoot + "Messages.json") <= 3, header);
  }
}

BOOST_AUTO_TEST_CASE(fault_23_a_failing_list_is_tried_three_times_and_the_rest_is_told_all_the_same) {
  for (const int status : {500, 502, 503, 504}) {
    Faulty a;
    a.add_call("CA1", "+14155550101", "failed", a.played.now() - std::chrono::minutes(5), "11200");
    a.on(kMessages, status, "<html>bad gateway</html>");
    const Reading reading = a.read({});
    BOOST_REQUIRE(reading.error);  // marked: not all was read
    BOOST_TEST((reading.error->kind == ErrorKind::kTransient));
    BOOST_TEST(reading.failures.size() == 1U);
    BOOST_TEST(a.count("GET", TwilioFarSide::kRoot + "Messages.json") == 3);
  }
}

BOOST_AUTO_TEST_CASE(fault_25_a_closed_port_opens_the_circuit_after_five_and_half_opens_after_30_s) {
  apiops::net::testing::Loopback spare;
  unsigned short closed = 0;
  {
    closed = net::HttpServer(spare.loop, "127.0.0.1", 0,
                             apiops::net::testing::answer_with([](const auto&) { return net::ServerReply{}; }))
                 .port();
  }
  Faulty a;
  TwilioOptions options;
  options.base_url = "http://127.0.0.1:" + std::to_string(closed);
  options.account_sid = TwilioFarSide::kSid;
  options.auth_token = Secret("0123456789abcdef0123456789abcdef");
  const auto adapter = make_twilio(options, a.http, a.guard, a.played, a.random);
  std::string told;
  for (int i = 0; i < 3; ++i) {
    const auto health = a.run(adapter->health());
    BOOST_REQUIRE(health);
    BOOST_TEST((health->verdict == Verdict::kDown));
    told = health->facts.front();
  }
  BOOST_TEST(contains(told, "can't be reached"));
  a.played.ahead += std::chrono::seconds(31);
  const auto later = a.run(adapter->health());
  BOOST_REQUIRE(later);
  BOOST_TEST(!contains(later->facts.front(), "The next try is in"), "it was not tried again");
}

BOOST_AUTO_TEST_CASE(fault_27_a_truncated_answer_is_read_again_and_never_parsed) {
  Faulty a;
  int asked = 0;
  a.on(kMessages, [&asked](const net::ServerRequest&) {
    net::ServerReply reply{200, {}, R"({"messages":[{"sid":"SM1","status":"failed"}],"next_page_uri":null})"};
    if (++asked <= 2) reply.cut_after = 30;
    return reply;
  });
  const Reading reading = a.read();
  BOOST_TEST(!reading.error.has_value());
  BOOST_TEST(asked >= 3);
}

BOOST_AUTO_TEST_CASE(fault_28_an_answer_of_many_megabytes_is_cut_while_it_arrives) {
  Faulty a;
  const Reading reading = a.read_with(R"({"messages":[],"x":")" + std::string(40u << 20, 'x') + "\"}");
  BOOST_REQUIRE(reading.error);
  BOOST_TEST(reading.error->code == "too_large");
}

BOOST_AUTO_TEST_CASE(fault_29_a_million_brackets_are_refused_at_once) {
  for (const char* head : {R"({"messages":)", R"({"x":)", ""}) {
    Faulty a;
    const auto begun = std::chrono::steady_clock::now();
    const Reading reading = a.read_with(head + std::string(1'000'000, '['));
    BOOST_REQUIRE(reading.error);
    BOOST_TEST(reading.error->code == "unexpected");
    BOOST_TEST((std::chrono::steady_clock::now() - begun < std::chrono::seconds(1)));
  }
}

BOOST_AUTO_TEST_CASE(fault_30_huge_strings_many_keys_and_impossible_numbers_end_the_same_way_each_time) {
  std::string keys = R"({"messages":[],"next_page_uri":null)";
  for (int i = 0; i < 300'000; ++i) keys += ",\"k" + std::to_string(i) + "\":1";
  const std::pair<std::string, bool> bodies[] = {
      {R"({"messages":[{"sid":"SM1","status":"failed","body":")" + std::string(6u << 20, 'b') +
           R"("}],"next_page_uri":null})",
       true},
      {keys + "}", true},
      {R"({"messages":[],"messages":[],"next_page_uri":null})", true},
      {R"({"messages":[{"price":1e999}],"next_page_uri":null})", false},
      {R"({"messages":[{"price":NaN}],"next_page_uri":null})", false},
      {"{\"messages\":[{\"sid\":\"\xff\xfe\"}],\"next_page_uri\":null}", false}};
  for (const auto& [body, fine] : bodies)
    for (int again = 0; again < 2; ++again) {
      Faulty a;
      BOOST_TEST(a.read_with(body).error.has_value() == !fine, body.substr(0, 80));
    }
}

BOOST_AUTO_TEST_CASE(fault_31_what_is_no_answer_of_twilio_is_told_with_its_status_and_head) {
  Faulty a;
  const Reading page = a.read_with("<html><title>Please sign in</title></html>", 200, {{"Content-Type", "text/html"}});
  BOOST_REQUIRE(page.error);
  BOOST_TEST(contains(page.error->what, "unexpected answer (status 200)"));
  BOOST_TEST(contains(page.error->what, "Please sign in"));
  Faulty b;
  const Reading empty = b.read_with("");
  BOOST_REQUIRE(empty.error);
  BOOST_TEST(contains(empty.error->what, "an empty body"));
  Faulty c;
  BOOST_TEST(c.read_with("", 204).error.has_value());
  Faulty d;
  BOOST_TEST(d.read_with(R"({"items":[]})").error.has_value());
}

BOOST_AUTO_TEST_CASE(fault_32_a_gzip_bomb_counts_as_what_it_unpacks_to) {
  Faulty a;
  const Reading reading = a.read_with(gzipped(R"({"messages":[],"x":")" + std::string(64u << 20, 'x') + "\"}"), 200,
                                      {{"Content-Encoding", "gzip"}});
  BOOST_REQUIRE(reading.error);
  BOOST_TEST(reading.error->code == "too_large");
}

BOOST_AUTO_TEST_CASE(fault_33_a_redirect_is_not_followed_and_a_foreign_next_page_gets_no_credentials) {
  Faulty a, elsewhere;
  const Reading redirected = a.read_with("", 302, {{"Location", elsewhere.url() + "/steal"}});
  BOOST_REQUIRE(redirected.error);
  BOOST_TEST(contains(redirected.error->what, "not followed"));
  Faulty b;
  const Reading foreign = b.read_with(R"({"messages":[],"next_page_uri":")" + elsewhere.url() + R"(/steal"})");
  BOOST_REQUIRE(foreign.error);
  BOOST_TEST((foreign.error->kind == ErrorKind::kRejected));
  BOOST_TEST(elsewhere.requests() == 0U);
}

BOOST_AUTO_TEST_CASE(fault_35_wrong_and_missing_fields_are_unknown_never_an_exception) {
  Faulty a;
  const Reading reading = a.read_with(
      R"({"messages":[{"sid":7,"status":null,"date_sent":[]},null,"x",{},{"sid":"SM1","status":"failed","error_code":"30007","date_created":")" +
      to_rfc2822(a.played.now() - std::chrono::minutes(3)) + R"(","from":{},"price":-0.0075}],"next_page_uri":5})");
  BOOST_TEST(!reading.error.has_value());
  BOOST_REQUIRE(reading.failures.size() == 1U);
  BOOST_TEST(reading.failures.front().code == "30007");
  BOOST_TEST(reading.failures.front().from.empty());
}

BOOST_AUTO_TEST_CASE(fault_36_a_page_that_links_to_itself_ends_the_reading_which_says_so) {
  Faulty a;
  const std::string path = TwilioFarSide::kRoot + "Messages.json";
  const Reading reading = a.read_with(R"({"messages":[],"next_page_uri":")" + path + R"(?Page=1"})");
  BOOST_TEST(!reading.error.has_value());
  BOOST_TEST(reading.cut);
  BOOST_TEST(a.count("GET", path) <= 5);  // the newest page, and two of each of two days
}

BOOST_AUTO_TEST_CASE(fault_37_a_clock_that_is_an_hour_off_is_told) {
  Faulty a;
  a.on(kMessages, 200, R"({"messages":[],"next_page_uri":null})",
       {{"Date", to_rfc2822(a.played.now() + std::chrono::hours(1))}});
  const auto health = a.run(a.adapter->health());
  BOOST_REQUIRE(health);
  BOOST_TEST(
      std::ranges::any_of(health->facts, [](const auto& f) { return contains(f, "clock is 1 h ahead of mine"); }));
  Faulty b;
  b.on(kMessages, 200, R"({"messages":[],"next_page_uri":null})", {{"Date", to_rfc2822(b.played.now())}});
  const auto fine = b.run(b.adapter->health());
  BOOST_TEST(std::ranges::none_of(fine->facts, [](const auto& f) { return contains(f, "clock"); }));
}

// Both in one wait: each takes as long as a call may take in all.
BOOST_AUTO_TEST_CASE(fault_26_and_34_a_trickle_and_an_endless_answer_are_given_up_within_30_s) {
  Faulty a;
  a.on(kMessages, [](const net::ServerRequest&) {
    net::ServerReply reply{200, {}, std::string(4'000, ' ')};
    reply.bytes_a_second = 1;
    return reply;
  });
  Endless endless(a.loop);
  TwilioOptions options;
  options.base_url = "http://127.0.0.1:" + std::to_string(endless.acceptor.local_endpoint().port());
  options.account_sid = TwilioFarSide::kSid;
  options.auth_token = Secret("0123456789abcdef0123456789abcdef");
  const auto other = make_twilio(options, a.http, a.guard, a.clock, a.random);
  const std::shared_ptr<PageReader<Failure>> trickle =
      a.adapter->failures({.period = a.last_day(), .kinds = {"messages"}});
  const auto begun = std::chrono::steady_clock::now();
  std::vector<asio::awaitable<bool>> both;
  both.push_back(reading_fails(trickle));
  both.push_back(balance_fails(*other));
  for (const bool failed : a.run(net::together(std::move(both)))) BOOST_TEST(failed);
  BOOST_TEST((std::chrono::steady_clock::now() - begun < std::chrono::seconds(38)));
}

BOOST_AUTO_TEST_SUITE_END()
