#include "connectors/sandbox/sandbox.h"

#include <asio/steady_timer.hpp>
#include <asio/use_awaitable.hpp>
#include <nlohmann/json.hpp>

#include "connectors/net/http_server.h"
#include "connectors/sandbox/faults.h"
#include "connectors/sandbox/openai/openai_side.h"
#include "connectors/sandbox/reply.h"
#include "connectors/sandbox/slack/slack_side.h"
#include "connectors/sandbox/stripe/stripe_side.h"
#include "connectors/sandbox/twilio/twilio_side.h"

namespace apiops::sandbox {

namespace {

constexpr Duration kHangs = std::chrono::hours(1);
constexpr unsigned short kSlackSockets = 6;  // after twilio, openai, stripe, status, receiver, slack

// The vendors' status pages, all quiet: one server, told apart by the first part of the path.
net::ServerReply status_page(const net::ServerRequest& request) {
  if (request.path.ends_with("/api/v2/summary.json"))
    return json_reply(200, {{"page", {{"id", "sandbox"}, {"name", "Sandbox"}, {"url", "https://status.example.com"}}},
                            {"components", Json::array()},
                            {"incidents", Json::array()},
                            {"scheduled_maintenances", Json::array()},
                            {"status", {{"indicator", "none"}, {"description", "All Systems Operational"}}}});
  if (request.path.ends_with("/current/full"))
    return json_reply(200, {{"UptimeStatus", "up"},
                            {"largestatus", "up"},
                            {"message", "All services are online."},
                            {"statuses", {{"api", "up"}, {"dashboard", "up"}}},
                            {"uptimeData", Json::array()}});
  return json_reply(404, {{"error", "no such page"}});
}

// Where the story's webhooks lead: everything answers, but for one path that breaks.
net::ServerReply receiver(const net::ServerRequest& request) {
  if (!host_answers(request.header("host").substr(0, request.header("host").find(':'))))
    return {404, {{"Content-Type", "text/plain"}}, "no such host\n"};
  if (request.path == kFailingPath) return {500, {{"Content-Type", "text/plain"}}, "internal error\n"};
  return {200, {{"Content-Type", "text/xml"}}, "<?xml version=\"1.0\"?><Response/>\n"};
}

net::ServerReply fault_answer(Faults& faults, const net::ServerRequest& request) {
  if (request.method == "DELETE") return faults.clear(), json_reply(200, faults.to_json());
  if (request.method == "POST") {
    auto body = parse_json(request.body);
    auto fault = body ? Faults::read(*body) : Result<Fault>(std::unexpected(body.error()));
    Status added = fault ? faults.add(std::move(*fault)) : Status(std::unexpected(fault.error()));
    if (!added) return json_reply(400, {{"error", added.error().what}});
  }
  return json_reply(200, faults.to_json());
}

}  // namespace

struct Sandbox::Parts {
  Parts(asio::io_context& on, Clock& clock, const SandboxOptions& options)
      : loop(on),
        ledger(options.ledger, options.seed, clock.now()),
        world(clock, ledger.seed(), ledger.anchor()),
        twilio(world, ledger, options.twilio),
        openai(world),
        stripe(world, ledger),
        slack(on, world,
              options.first_port == 0 ? static_cast<unsigned short>(0)
                                      : static_cast<unsigned short>(options.first_port + kSlackSockets)),
        on_call(options.on_call) {}

  using Answer = std::function<asio::awaitable<net::ServerReply>(const net::ServerRequest&)>;
  void serve(const std::string& name, unsigned short port, Answer answer);
  asio::awaitable<net::ServerReply> handle(std::string name, Answer answer, net::ServerRequest request);
  std::string url(const std::string& name) const {
    return "http://127.0.0.1:" + std::to_string(servers.at(name)->port());
  }

  asio::io_context& loop;
  Ledger ledger;
  World world;
  Faults faults;
  twilio::TwilioSide twilio;
  openai::OpenAiSide openai;
  stripe::StripeSide stripe;
  slack::SlackSide slack;
  std::function<void(bool began)> on_call;
  std::map<std::string, std::unique_ptr<net::HttpServer>> servers;
};

// Told to whoever counts the calls that are under way, also where one ends early.
struct Counted {
  explicit Counted(std::function<void(bool)> count) : told(std::move(count)) {
    if (told) told(true);
  }
  Counted(const Counted&) = delete;
  Counted& operator=(const Counted&) = delete;
  ~Counted() {
    if (told) told(false);
  }
  const std::function<void(bool)> told;  // its own: a call may outlive the sandbox until the loop goes
};

void Sandbox::Parts::serve(const std::string& name, unsigned short port, Answer answer) {
  servers[name] = std::make_unique<net::HttpServer>(
      loop, "127.0.0.1", port, [this, name, answer = std::move(answer)](net::ServerRequest request) {
        return handle(name, answer, std::move(request));
      });
}

asio::awaitable<net::ServerReply> Sandbox::Parts::handle(std::string name, Answer answer, net::ServerRequest request) {
  if (request.path == "/__sandbox/faults") co_return fault_answer(faults, request);
  const Counted counted(on_call);
  const auto fault = faults.take(name, request);
  if (fault && (fault->kind == "latency" || fault->kind == "hang")) {
    const Duration pause = fault->value > 0        ? Duration(fault->value)
                           : fault->kind == "hang" ? kHangs
                                                   : std::chrono::seconds(2);
    asio::steady_timer timer(loop, pause);
    co_await timer.async_wait(asio::use_awaitable);
    if (fault->kind == "hang") co_return net::ServerReply{.drop = true};
  }
  if (fault && fault->kind == "drop") co_return net::ServerReply{.drop = true};
  if (fault && is_refusal(*fault)) co_return refusal_of(name, *fault);
  if (fault && fault->kind == "echo_key") co_return echo_of(name, request);
  net::ServerReply reply = co_await answer(request);
  if (fault) bend(reply, *fault);
  co_return reply;
}

Sandbox::Sandbox(asio::io_context& loop, Clock& clock, SandboxOptions options)
    : parts_(std::make_unique<Parts>(loop, clock, options)) {
  unsigned short port = options.first_port;
  const auto next = [&port, &options] { return options.first_port == 0 ? static_cast<unsigned short>(0) : port++; };
  Parts& p = *parts_;
  const auto plain = [](net::ServerReply (*function)(const net::ServerRequest&)) {
    return [function](const net::ServerRequest& request) -> asio::awaitable<net::ServerReply> {
      co_return function(request);
    };
  };
  p.serve("twilio", next(), [&p](const net::ServerRequest& request) { return p.twilio.handle(request); });
  p.serve("openai", next(), [&p](const net::ServerRequest& request) { return p.openai.handle(request); });
  p.serve("stripe", next(), [&p](const net::ServerRequest& request) { return p.stripe.handle(request); });
  p.serve("status", next(), plain(status_page));
  p.serve("receiver", next(), plain(receiver));
  p.serve("slack", next(), [&p](const net::ServerRequest& request) { return p.slack.handle(request); });
  p.slack.set_api_url(p.url("slack") + "/api/");
}

Sandbox::~Sandbox() = default;

std::map<std::string, std::string> Sandbox::environment() const {
  const Parts& p = *parts_;
  return {{"TWILIO_ACCOUNT_SID", p.twilio.account_sid()},
          {"TWILIO_AUTH_TOKEN", p.twilio.auth_token()},
          {"TWILIO_BASE_URL", p.url("twilio")},
          {"OPENAI_API_KEY", p.openai.api_key()},
          {"OPENAI_ADMIN_KEY", p.openai.admin_key()},
          {"OPENAI_BASE_URL", p.url("openai") + "/v1"},
          {"STRIPE_SECRET_KEY", p.stripe.secret_key()},
          {"STRIPE_WEBHOOK_SECRET", p.stripe.webhook_secret()},
          {"STRIPE_BASE_URL", p.url("stripe")},
          {"TWILIO_STATUS_URL", p.url("status") + "/twilio"},
          {"OPENAI_STATUS_URL", p.url("status") + "/openai"},
          {"STRIPE_STATUS_URL", p.url("status") + "/stripe"},
          {"SLACK_API_URL", p.url("slack") + "/api/"},
          {"SLACK_BOT_TOKEN", p.slack.bot_token()},
          {"SLACK_APP_TOKEN", p.slack.app_token()}};
}

std::map<std::string, std::string> Sandbox::hosts() const {
  return {{std::string(kVoiceHost), parts_->url("receiver")}, {std::string(kHooksHost), parts_->url("receiver")}};
}

std::string Sandbox::slack_view() const {
  return "http://127.0.0.1:" + std::to_string(parts_->slack.socket_port()) + "/";
}

Time Sandbox::anchor() const { return parts_->world.anchor(); }

}  // namespace apiops::sandbox
