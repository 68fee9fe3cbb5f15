#include "tests/crash/far_side.h"

#include <signal.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <asio/co_spawn.hpp>
#include <asio/local/stream_protocol.hpp>
#include <asio/read_until.hpp>
#include <asio/streambuf.hpp>
#include <asio/write.hpp>
#include <fstream>
#include <istream>
#include <nlohmann/json.hpp>
#include <stdexcept>

#include "bot/loop_clock.h"
#include "connectors/net/http_client.h"
#include "connectors/sandbox/sandbox.h"

namespace apiops::crash {

namespace {

// Payments that can be refunded, in part, again and again.
asio::awaitable<Json> charges(net::HttpClient& http, std::map<std::string, std::string> environment) {
  Json ids = Json::array();
  const auto reply =
      co_await http.send({.url = environment.at("STRIPE_BASE_URL") + "/v1/charges?limit=100",
                          .headers = {{"Authorization", "Bearer " + environment.at("STRIPE_SECRET_KEY")}}});
  if (!reply) co_return ids;
  for (const auto& charge : Json::parse(reply->body).at("data"))
    if (charge.at("status") == "succeeded" && charge.at("currency") == "usd" && charge.at("amount") > 1'000)
      ids.push_back(charge.at("id"));
  co_return ids;
}

// In the far side's process: serves until the driver goes, and passes on the driver's words about faults.
asio::awaitable<void> obey(asio::local::stream_protocol::socket& driver, net::HttpClient& http, Json hello) {
  const std::string faults = hello.at("environment").at("TWILIO_BASE_URL").get<std::string>() + "/__sandbox/faults";
  hello["charges"] = co_await charges(http, hello.at("environment"));
  co_await asio::async_write(driver, asio::buffer(hello.dump() + "\n"), asio::use_awaitable);
  asio::streambuf buffer;
  for (;;) {
    co_await asio::async_read_until(driver, buffer, '\n', asio::use_awaitable);
    std::istream in(&buffer);
    std::string line;
    std::getline(in, line);
    const Json what = Json::parse(line);
    if (what.contains("clear")) (void)co_await http.send({.method = "DELETE", .url = faults});
    if (what.contains("fault"))
      (void)co_await http.send({.method = "POST", .url = faults, .body = what.at("fault").dump()});
    if (what.contains("drain"))
      for (int i = 0; i < 2; ++i) (void)co_await http.send({.url = faults});
    co_await asio::async_write(driver, asio::buffer(std::string("{}\n")), asio::use_awaitable);
  }
}

[[noreturn]] void serve(int driver, const std::string& ledger, Shared& shared) {
  asio::io_context loop(1);
  LoopClock clock(loop);
  sandbox::Sandbox sandbox(
      loop, clock, {.ledger = ledger, .on_call = [&shared](bool began) { shared.under_way += began ? 1 : -1; }});
  net::HttpClient http(loop);
  asio::local::stream_protocol::socket socket(loop, asio::local::stream_protocol(), driver);
  const Json hello = {{"environment", sandbox.environment()}, {"hosts", sandbox.hosts()}};
  asio::co_spawn(loop, obey(socket, http, hello), [&loop](std::exception_ptr) { loop.stop(); });
  for (;;) {
    try {
      loop.run();
      ::_exit(0);
    } catch (const std::exception&) {
      // A caller that was killed: its connection's failure is not the far side's.
    }
  }
}

}  // namespace

FarSide::FarSide(std::string ledger, Shared& shared) : ledger_(std::move(ledger)) {
  int ends[2];
  if (::socketpair(AF_UNIX, SOCK_STREAM, 0, ends) != 0) throw std::runtime_error("no socket pair");
  process_ = ::fork();
  if (process_ == 0) {
    ::close(ends[0]);
    serve(ends[1], ledger_, shared);
  }
  ::close(ends[1]);
  line_ = std::make_unique<Line>(ends[0]);
  Json hello;
  if (line_->hear(hello, 20'000) != Line::Heard::kLine)
    throw std::runtime_error("the simulated services did not start");
  environment_ = hello.at("environment");
  hosts_ = hello.at("hosts");
  charges_ = hello.at("charges");
  if (charges_.empty()) throw std::runtime_error("the simulated Stripe has no payments");
}

FarSide::~FarSide() {
  line_.reset();
  ::kill(process_, SIGKILL);
  ::waitpid(process_, nullptr, 0);
}

void FarSide::trouble(const Json& fault) {
  Json answer;
  line_->say(fault.empty() ? Json{{"clear", true}} : Json{{"fault", fault}});
  if (line_->hear(answer, 20'000) != Line::Heard::kLine) throw std::runtime_error("the simulated services are gone");
}

void FarSide::drain() {
  Json answer;
  line_->say({{"drain", true}});
  if (line_->hear(answer, 20'000) != Line::Heard::kLine) throw std::runtime_error("the simulated services are gone");
}

std::vector<Json> FarSide::effects(std::size_t from) const {
  std::ifstream in(ledger_);
  std::string line;
  std::vector<Json> all;
  std::getline(in, line);  // the story's head
  for (std::size_t n = 0; std::getline(in, line); ++n)
    if (n >= from) all.push_back(Json::parse(line));
  return all;
}

}  // namespace apiops::crash
