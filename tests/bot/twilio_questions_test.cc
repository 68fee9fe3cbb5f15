// Every question that Twilio answers, in three wordings each, asked in the demo's world. What is expected is computed
// from the simulated Twilio's own API, read by its plain rules in this file, never written down as a figure.
#include <unistd.h>

#include <asio/co_spawn.hpp>
#include <boost/test/unit_test.hpp>
#include <filesystem>
#include <set>

#include "bot/requests.h"
#include "bot/world.h"
#include "connectors/net/http_client.h"
#include "engine/base/digest.h"
#include "engine/base/money.h"
#include "engine/base/text.h"

using namespace apiops;

namespace {

using Strings = std::vector<std::string>;

// The simulated Twilio, asked without the adapter.
struct Truth {
  net::HttpClient& http;
  std::map<std::string, std::string> environment;
  Clock& clock;

  std::string account() const { return environment.at("TWILIO_ACCOUNT_SID"); }
  asio::awaitable<Json> get(std::string path) {
    net::HttpRequest request{.url = environment.at("TWILIO_BASE_URL") + path};
    request.headers.emplace_back("Authorization",
                                 "Basic " + base64(account() + ":" + environment.at("TWILIO_AUTH_TOKEN")));
    auto response = co_await http.send(std::move(request));
    if (!response) co_return Json::object();
    const auto body = parse_json(response->body);
    co_return body ? *body : Json::object();
  }
  asio::awaitable<std::vector<Json>> all(std::string path, std::string rows) {
    std::vector<Json> found;
    while (!path.empty()) {
      const Json page = co_await get(path);
      for (const Json& row : get_array(page, rows)) found.push_back(row);
      path = get_string(page, "next_page_uri", get_string(get_object(page, "meta"), "next_page_url"));
      if (const auto host = path.find("://"); host != std::string::npos) path = path.substr(path.find('/', host + 3));
    }
    co_return found;
  }
  asio::awaitable<std::vector<Json>> list(std::string list, std::string rows, std::string query = {}) {
    return all("/2010-04-01/Accounts/" + account() + "/" + list + "?PageSize=1000" + query, rows);
  }
  std::string day(int back) const { return to_iso8601(clock.now() - std::chrono::hours(24 * back)).substr(0, 10); }
  bool is_of_the_last_day(const Json& row, std::string_view field) const {
    const auto at = parse_rfc2822(get_string(row, field));
    return at && *at >= clock.now() - std::chrono::hours(24);
  }
  asio::awaitable<std::vector<Json>> messages() {
    std::vector<Json> found = co_await list("Messages.json", "messages", "&DateSent%3E=" + day(1));
    std::erase_if(found, [&](const Json& m) { return !is_of_the_last_day(m, "date_sent"); });
    co_return found;
  }
  asio::awaitable<std::vector<Json>> calls(std::string status = {}) {
    std::vector<Json> found =
        co_await list("Calls.json", "calls", "&StartTime%3E=" + day(1) + (status.empty() ? "" : "&Status=" + status));
    std::erase_if(found, [&](const Json& c) { return !is_of_the_last_day(c, "start_time"); });
    co_return found;
  }
  asio::awaitable<std::map<std::string, long long>> failed_by_code() {
    std::map<std::string, long long> counts;
    for (const Json& m : co_await messages())
      if (const std::string status = get_string(m, "status"); status == "failed" || status == "undelivered")
        ++counts[std::to_string(get_integer(m, "error_code").value_or(0))];
    co_return counts;
  }
  asio::awaitable<std::string> a_message_with(long long code) {
    for (const Json& m : co_await messages())
      if (get_integer(m, "error_code") == code) co_return get_string(m, "sid");
    co_return std::string();
  }
  // Calls of the last day that an alert with this code is about.
  asio::awaitable<std::set<std::string>> calls_with(std::string code) {
    std::set<std::string> sids;
    for (const Json& alert : co_await all("/v1/Alerts?LogLevel=error&PageSize=1000&StartDate=" + day(1), "alerts")) {
      const auto at = parse_iso8601(get_string(alert, "date_generated"));
      if (get_string(alert, "error_code") == code && at && *at >= clock.now() - std::chrono::hours(24) &&
          get_string(alert, "resource_sid").starts_with("CA"))
        sids.insert(get_string(alert, "resource_sid"));
    }
    co_return sids;
  }
};

std::string money(std::string_view decimal) { return to_text(*parse_money(decimal, "usd")); }
std::string amount(long long n) { return with_thousands(n); }

using Expectation = asio::awaitable<Strings> (*)(Truth&);
struct Row {
  const char* question;
  std::array<const char*, 3> wordings;  // "%" stands for what `subject` gives
  Expectation expected;                 // texts that the answer holds
  asio::awaitable<std::string> (*subject)(Truth&) = nullptr;
};

const Row kRows[] = {
    {"health.check",
     {"is twilio working", "Twilio health", "give me a quick pulse on twilio"},
     [](Truth& t) -> asio::awaitable<Strings> {
       const Json balance = co_await t.get("/2010-04-01/Accounts/" + t.account() + "/Balance.json");
       co_return Strings{"Twilio", "balance " + money(get_string(balance, "balance"))};
     }},
    {"errors.report",
     {"check Twilio errors", "what's failing at twilio", "show me the twilio errors of the last 24 hours"},
     [](Truth& t) -> asio::awaitable<Strings> {
       Strings figures;
       for (const auto& [code, n] : co_await t.failed_by_code()) figures.push_back("\"" + amount(n) + "\"");
       figures.push_back(amount(static_cast<long long>((co_await t.messages()).size())) + " messages");
       figures.push_back("\"" + amount(static_cast<long long>((co_await t.calls_with("11200")).size())) + "\"");
       co_return figures;
     }},
    {"errors.explain",
     {"what does 30007 mean", "explain twilio error 30007", "what is error code 30007"},
     [](Truth&) -> asio::awaitable<Strings> { co_return Strings{"30007", "spam_blocked"}; }},
    {"errors.explain several",
     {"explain 21610 and 30007", "what do 30007 and 21610 mean", "explain errors 21610, 30007"},
     [](Truth&) -> asio::awaitable<Strings> { co_return Strings{"spam_blocked", "21610", "unsubscribed"}; }},
    {"failures.diagnose calls",
     {"why are calls failing", "how come our calls fail", "what's wrong with our calls?"},
     [](Truth& t) -> asio::awaitable<Strings> {
       const auto failed = co_await t.calls_with("11200");
       std::map<std::string, long long> by_number;
       for (const Json& call : co_await t.calls())
         if (failed.contains(get_string(call, "sid"))) ++by_number[get_string(call, "to")];
       const auto worst = std::max_element(by_number.begin(), by_number.end(),
                                           [](const auto& a, const auto& b) { return a.second < b.second; });
       co_return Strings{spaced_number(worst->first), amount(worst->second) + " of "};
     }},
    {"failures.diagnose messages",
     {"why are messages failing", "what is causing the failed messages", "why do our SMS fail"},
     [](Truth& t) -> asio::awaitable<Strings> {
       long long failed = 0, most = 0;
       for (const auto& [code, n] : co_await t.failed_by_code()) failed += n, most = std::max(most, n);
       co_return Strings{amount(failed) + " of ", amount(most) + " with"};
     }},
    {"failures.diagnose one message",
     {"why did % fail", "what happened to %", "diagnose %"},
     [](Truth&) -> asio::awaitable<Strings> { co_return Strings{"30034", "made", "10DLC"}; },
     [](Truth& t) -> asio::awaitable<std::string> { co_return co_await t.a_message_with(30034); }},
    {"failures.diagnose one call",
     {"what happened to %", "why did % fail", "diagnose %"},
     [](Truth&) -> asio::awaitable<Strings> {
       co_return Strings{"\"title\":\"This call failed", "POST https://old-gw.example.com/voice: status 502"};
     },
     [](Truth& t) -> asio::awaitable<std::string> { co_return *(co_await t.calls_with("11200")).begin(); }},
    {"config.audit",
     {"audit our twilio config", "check the twilio configuration", "anything misconfigured at twilio?"},
     [](Truth&) -> asio::awaitable<Strings> {
       co_return Strings{"old-gw.example.com", "A2P 10DLC", "no usage trigger", "days old"};
     }},
    {"resources.list numbers",
     {"list phone numbers", "what numbers do we own", "show twilio numbers in a table"},
     [](Truth& t) -> asio::awaitable<Strings> {
       Strings figures;
       const auto numbers = co_await t.list("IncomingPhoneNumbers.json", "incoming_phone_numbers");
       figures.push_back(amount(static_cast<long long>(numbers.size())) + " numbers");
       for (const Json& n : numbers) figures.push_back(spaced_number(get_string(n, "phone_number")));
       co_return figures;
     }},
    {"resources.list keys",
     {"list twilio API keys", "show the twilio api keys", "which keys do we have at twilio"},
     [](Truth& t) -> asio::awaitable<Strings> {
       Strings figures;
       for (const Json& key : co_await t.list("Keys.json", "keys")) figures.push_back(get_string(key, "friendly_name"));
       co_return figures;
     }},
    {"resource.show",
     {"show %", "details of %", "what is %"},
     [](Truth& t) -> asio::awaitable<Strings> {
       const auto failed = co_await t.calls_with("11200");
       long long n = 0;
       for (const Json& call : co_await t.calls()) n += failed.contains(get_string(call, "sid")) ? 1 : 0;
       co_return Strings{"Support line", amount(n) + " failed"};
     },
     [](Truth&) -> asio::awaitable<std::string> { co_return "+14155550134"; }},
    {"messages.failed",
     {"list failed messages", "failed SMS of the last 24 hours", "show undelivered texts"},
     [](Truth& t) -> asio::awaitable<Strings> {
       Strings figures;
       long long failed = 0;
       for (const auto& [code, n] : co_await t.failed_by_code()) {
         failed += n;
         figures.push_back("\"" + amount(n) + "\"");
         figures.push_back("\"" + code + "\"");
       }
       figures.push_back(amount(failed) + " failed messages");
       figures.push_back(amount(static_cast<long long>((co_await t.messages()).size())) + " messages");
       co_return figures;
     }},
    {"calls.failed",
     {"list failed calls", "busy or no-answer calls", "show me the calls that failed"},
     [](Truth& t) -> asio::awaitable<Strings> {
       std::set<std::string> sids = co_await t.calls_with("11200");
       for (const char* status : {"failed", "busy", "no-answer"})
         for (const Json& call : co_await t.calls(status)) sids.insert(get_string(call, "sid"));
       co_return Strings{amount(static_cast<long long>(sids.size())) + " failed calls", "11200"};
     }},
    {"webhooks.failing",
     {"which twilio webhooks fail", "failing webhooks at twilio", "twilio webhook issues"},
     [](Truth&) -> asio::awaitable<Strings> { co_return Strings{"old-gw.example.com"}; }},
    {"usage.report",
     {"how much did we spend on twilio this month", "twilio usage this month", "monitor twilio usage"},
     [](Truth& t) -> asio::awaitable<Strings> {
       Money sum;
       const std::string first = t.day(0).substr(0, 8) + "01";
       for (const Json& row : co_await t.list("Usage/Records/Daily.json", "usage_records",
                                              "&Category=totalprice&StartDate=" + first + "&EndDate=" + t.day(0)))
         sum = sum + *parse_money(get_decimal(row, "price"), "usd");
       co_return Strings{to_text(sum), "by the end of the month"};
     }},
    {"usage.report by number",
     {"twilio usage by phone number last 7 days", "break down the twilio usage per number, last 7 days",
      "twilio costs for each phone number in the last 7 days"},
     [](Truth& t) -> asio::awaitable<Strings> {
       Money sum;  // of everything, not of the category “phonenumbers”
       for (const Json& row : co_await t.list("Usage/Records/Daily.json", "usage_records",
                                              "&Category=totalprice&StartDate=" + t.day(7) + "&EndDate=" + t.day(0)))
         sum = sum + *parse_money(get_decimal(row, "price"), "usd");
       co_return Strings{"Twilio " + to_text(sum), "+1 212 555 0142"};
     }},
    {"usage.report by subaccount",
     {"twilio spend per subaccount this month", "which sub-account costs the most at twilio this month",
      "split this month's twilio bill by subaccount"},
     [](Truth& t) -> asio::awaitable<Strings> {
       Strings figures{"Staging", "“Campaign 2024” could not be read"};
       const std::string first = t.day(0).substr(0, 8) + "01";
       for (const Json& account : get_array(co_await t.get("/2010-04-01/Accounts.json"), "accounts")) {
         if (get_string(account, "status") != "active") continue;
         const Json usage =
             co_await t.get("/2010-04-01/Accounts/" + get_string(account, "sid") +
                            "/Usage/Records.json?Category=totalprice&IncludeSubaccounts=false&StartDate=" + first +
                            "&EndDate=" + t.day(0));
         for (const Json& row : get_array(usage, "usage_records")) figures.push_back(money(get_decimal(row, "price")));
       }
       co_return figures;
     }},
    {"failures.diagnose a URL",
     {"why does % fail", "what is wrong with %", "diagnose %"},
     [](Truth& t) -> asio::awaitable<Strings> {
       const auto calls = co_await t.calls_with("11200");
       co_return Strings{"\"title\":\"https://old-gw.example.com/voice does not work",
                         amount(static_cast<long long>(calls.size())) + " × 11200"};
     },
     [](Truth&) -> asio::awaitable<std::string> { co_return "https://old-gw.example.com/voice"; }},
    {"errors.report of a URL",
     {"check the errors of %", "show the twilio errors for %", "twilio errors on %"},
     [](Truth& t) -> asio::awaitable<Strings> {
       const auto calls = co_await t.calls_with("11200");
       co_return Strings{"11200", "\"" + amount(static_cast<long long>(calls.size())) + "\""};
     },
     [](Truth&) -> asio::awaitable<std::string> { co_return "https://old-gw.example.com/voice"; }},
    {"limits.report",
     {"twilio limits", "how close are we to the twilio rate limit", "twilio rate limits"},
     [](Truth&) -> asio::awaitable<Strings> { co_return Strings{"requests at once", "at once on the last call"}; }},
    {"balance.show",
     {"Twilio balance", "how much money is left at twilio", "what's our twilio balance"},
     [](Truth& t) -> asio::awaitable<Strings> {
       const Json balance = co_await t.get("/2010-04-01/Accounts/" + t.account() + "/Balance.json");
       Money spent;
       const auto rows = co_await t.list("Usage/Records/Daily.json", "usage_records",
                                         "&Category=totalprice&StartDate=" + t.day(7) + "&EndDate=" + t.day(1));
       for (const Json& row : rows) spent = spent + *parse_money(get_decimal(row, "price"), "usd");
       const auto left = parse_money(get_string(balance, "balance"), "usd");
       const long long days = left->micros / (spent.micros / static_cast<long long>(rows.size()));
       co_return Strings{to_text(*left), "about " + count_of(days, "day")};
     }},
    {"numbers.search",
     {"find a number in 415 with sms", "search for a 415 number that can do sms",
      "available numbers in area code 415 with SMS"},
     [](Truth& t) -> asio::awaitable<Strings> {
       Strings figures;
       const Json prices = co_await t.get("/v1/PhoneNumbers/Countries/US");
       for (const Json& price : get_array(prices, "phone_number_prices"))
         if (get_string(price, "number_type") == "local") figures.push_back(money(get_decimal(price, "current_price")));
       const Json found =
           co_await t.get("/2010-04-01/Accounts/" + t.account() +
                          "/AvailablePhoneNumbers/US/Local.json?AreaCode=415&SmsEnabled=true&PageSize=3");
       for (const Json& n : get_array(found, "available_phone_numbers"))
         figures.push_back(spaced_number(get_string(n, "phone_number")));
       co_return figures;
     }},
    {"status.vendor",
     {"is Twilio down", "any twilio incident?", "twilio status page"},
     [](Truth& t) -> asio::awaitable<Strings> {
       const Json page = co_await t.get(std::string());
       (void)page;
       co_return Strings{"Twilio"};
     }},
    {"credentials.check",
     {"are our twilio keys set", "check the twilio credentials", "are the twilio credentials ok"},
     [](Truth& t) -> asio::awaitable<Strings> {
       const Json account = co_await t.get("/2010-04-01/Accounts/" + t.account() + ".json");
       co_return Strings{"auth token", "TWILIO_AUTH_TOKEN", "accepted", get_string(account, "status")};
     }},
    {"idle.report",
     {"which phone numbers does nobody use", "twilio numbers we could drop", "idle twilio numbers"},
     [](Truth& t) -> asio::awaitable<Strings> {
       Strings idle;
       for (const Json& n : co_await t.list("IncomingPhoneNumbers.json", "incoming_phone_numbers")) {
         const std::string number = "%2B" + get_string(n, "phone_number").substr(1);
         bool used = false;
         for (const char* side : {"To", "From"})
           for (const auto& [list, rows, field] :
                {std::tuple{"Calls.json", "calls", "StartTime"}, std::tuple{"Messages.json", "messages", "DateSent"}}) {
             const Json page = co_await t.get("/2010-04-01/Accounts/" + t.account() + "/" + list + "?PageSize=1&" +
                                              side + "=" + number + "&" + field + "%3E=" + t.day(30));
             used = used || !get_array(page, rows).empty();
           }
         if (!used) idle.push_back(spaced_number(get_string(n, "phone_number")));
       }
       idle.push_back("$1.15");
       co_return idle;
     }},
};

std::string replaced(std::string wording, const std::string& subject) {
  if (const auto at = wording.find('%'); at != std::string::npos) wording.replace(at, 1, subject);
  return wording;
}

Strings missing(const std::string& shown, const Strings& expected) {
  Strings all;
  for (const auto& text : expected)
    if (shown.find(text) == std::string::npos) all.push_back(text);
  return all;
}

// Time passes while it is asked: the figures before or after the answer hold.
asio::awaitable<bool> ask_rows(World& world) {
  net::HttpClient http(world.loop());
  const std::unique_ptr<Clock> clock = std::make_unique<LoopClock>(world.loop());
  Truth truth{http, world.sandbox()->environment(), *clock};
  for (const Row& row : kRows) {
    const std::string subject = row.subject ? co_await row.subject(truth) : std::string();
    Strings expected = co_await row.expected(truth);
    for (const char* wording : row.wordings) {
      const std::string text = replaced(wording, subject);
      const Json reply = co_await handle_request(world.agent(), Json{{"op", "say"}, {"as", "ana"}, {"text", text}});
      const std::string shown = get_object(reply, "document").dump();
      Strings gone = missing(shown, expected);
      if (!gone.empty()) {
        expected = co_await row.expected(truth);
        gone = missing(shown, expected);
      }
      BOOST_TEST(gone.empty(),
                 row.question << ": “" << text << "” lacks " << join(gone, " | ") << " in " << shown.substr(0, 1500));
    }
  }
  co_await world.agent().stop();
  co_return true;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(twilio_questions)

BOOST_AUTO_TEST_CASE(each_question_in_three_wordings_gives_the_figures_of_the_simulated_twilio) {
  const auto home = std::filesystem::temp_directory_path() / ("apiops-questions-" + std::to_string(::getpid()));
  {
    Common common{.demo = true, .home = home.string()};
    Config config = demo_config();
    config.asks_a_minute = 10'000;
    auto world = World::make(common, config, {});
    BOOST_REQUIRE(world.has_value());
    BOOST_REQUIRE((*world)->agent().start().has_value());
    bool done = false;
    asio::co_spawn((*world)->loop(), ask_rows(**world), [&](std::exception_ptr thrown, bool all) {
      done = all && !thrown;
      (*world)->loop().stop();
    });
    (*world)->loop().run();
    BOOST_TEST(done);
  }
  std::filesystem::remove_all(home);
}

BOOST_AUTO_TEST_SUITE_END()
