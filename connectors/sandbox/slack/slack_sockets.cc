// The simulated Slack's Socket Mode: tickets, hello, envelopes with their deadline and their repetition, and the socket
// of the web view.
#include <algorithm>
#include <asio/steady_timer.hpp>

#include "connectors/sandbox/slack/slack_side.h"
#include "connectors/sandbox/slack/view_page.h"

namespace apiops::sandbox::slack {

namespace {

constexpr Duration kLook = std::chrono::milliseconds(500);
constexpr std::size_t kKeptAcks = 200;

}  // namespace

SlackSide::SlackSide(asio::io_context& loop, World& world, unsigned short socket_port) : loop_(loop), world_(world) {
  start_sockets(socket_port);
}

SlackSide::~SlackSide() = default;

std::string SlackSide::bot_token() const {
  return "xoxb-100000000001-100000000002-" + world_.letters(Stream::kOther, -1, 24);
}
std::string SlackSide::app_token() const {
  return "xapp-1-" + std::string(kApp) + "-100000000003-" + world_.hex(Stream::kOther, -2, 64);
}
unsigned short SlackSide::socket_port() const { return server_->port(); }

void SlackSide::start_sockets(unsigned short port) {
  net::SocketCallbacks calls;
  calls.may_enter = [this](const std::string& host, const std::string& origin) {
    const std::string own = "127.0.0.1:" + std::to_string(socket_port());
    return host.starts_with("127.0.0.1:") && (origin.empty() || origin == "http://" + own);
  };
  calls.page = [this](const net::PageRequest& request) {
    if (request.path == "/where")
      return net::PageReply{.content_type = "application/json", .body = canonical({{"api", api_url_}}) + "\n"};
    if (request.path != "/") return net::PageReply{.status = 404, .body = "There is no such page.\n"};
    return net::PageReply{.content_type = "text/html; charset=utf-8", .body = std::string(kViewPage)};
  };
  calls.on_open = [this](net::SocketId id, const net::PageRequest& request) {
    if (request.path == "/view") {
      viewers_.insert(id);
      asio::post(loop_, [this] { show_views(); });
      return true;
    }
    const auto at = request.query.find("ticket=");
    const std::string ticket =
        at == std::string::npos ? "" : request.query.substr(at + 7, request.query.find('&', at) - at - 7);
    if (tickets_.erase(ticket) == 0 || get_bool(knobs_, "refuse_sockets").value_or(false)) return false;
    sockets_.push_back(id);
    server_->send(id, canonical({{"type", "hello"},
                                 {"num_connections",
                                  static_cast<long long>(sockets_.size()) + get_integer(knobs_, "ghosts").value_or(0)},
                                 {"connection_info", {{"app_id", kApp}}},
                                 {"debug_info", {{"host", "sandbox"}, {"approximate_connection_time", 18'060}}}}));
    if (const std::string reason = get_string(knobs_, "greet_with"); !reason.empty())
      server_->send(id, canonical({{"type", "disconnect"}, {"reason", reason}}));
    return true;
  };
  calls.on_message = [this](net::SocketId id, const std::string& text) { on_frame(id, text); };
  calls.on_close = [this](net::SocketId id) {
    viewers_.erase(id);
    std::erase(sockets_, id);
  };
  server_ = std::make_unique<net::WebsocketServer>(loop_, "127.0.0.1", port, std::move(calls));
  timer_ = std::make_unique<asio::steady_timer>(loop_);
  look_for_unacknowledged();
}

std::string SlackSide::send_envelope(const std::string& type, Json payload, bool takes_payload) {
  const std::string id = fresh("envelope-");
  waiting_[id] = {.text = {},
                  .envelope = {{"envelope_id", id},
                               {"type", type},
                               {"payload", std::move(payload)},
                               {"accepts_response_payload", takes_payload},
                               {"retry_attempt", 0},
                               {"retry_reason", ""}}};
  deliver(id);
  return id;
}

// To one socket, whichever is next; Slack promises no pattern.
void SlackSide::deliver(const std::string& id) {
  auto& w = waiting_.at(id);
  w.due = Duration(to_millis(world_.now())) + kAckDeadline;
  w.sent = std::chrono::steady_clock::now();
  if (sockets_.empty() || quiet_) return;
  server_->send(sockets_[next_socket_++ % sockets_.size()], canonical(w.envelope));
}

void SlackSide::on_frame(net::SocketId socket, const std::string& text) {
  auto frame = parse_json(text);
  if (!frame || !frame->is_object()) return;
  if (viewers_.contains(socket)) {
    act(*frame);
    return;
  }
  const bool lost = quiet_ || text.size() >= kMaxAckBytes || get_bool(knobs_, "lose_acks").value_or(false);
  const auto found = waiting_.find(get_string(*frame, "envelope_id"));
  if (lost || found == waiting_.end()) return;
  ++acknowledged_;
  if (ack_millis_.size() >= kKeptAckTimes) ack_millis_.pop_front();
  ack_millis_.push_back(
      std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - found->second.sent).count());
  if (frame->contains("payload") && acks_.size() < kKeptAcks) acks_.push_back(std::move(*frame));
  waiting_.erase(found);
}

// Not acknowledged in time: sent again under a new envelope id, as a repetition, a few times.
void SlackSide::look_for_unacknowledged() {
  const Duration now{to_millis(world_.now())};
  std::vector<std::string> late;
  for (const auto& [id, w] : waiting_)
    if (w.due <= now) late.push_back(id);
  for (const auto& id : late) {
    Waiting w = std::move(waiting_.at(id));
    waiting_.erase(id);
    if (++w.tries > kMaxRetries || get_string(w.envelope, "type") != "events_api") continue;
    ++redelivered_;
    const std::string again = fresh("envelope-");
    w.envelope["envelope_id"] = again;
    w.envelope["retry_attempt"] = w.tries;
    w.envelope["retry_reason"] = "timeout";
    waiting_[again] = std::move(w);
    deliver(again);
  }
  timer_->expires_after(kLook);
  timer_->async_wait([this](std::error_code ec) {
    if (!ec) look_for_unacknowledged();
  });
}

void SlackSide::show_views() {
  if (viewers_.empty()) return;
  Json all = state();
  all["members"] = Json::array();
  for (const auto& m : members())
    if (m.kind != "bot") all["members"].push_back({{"id", m.id}, {"name", m.name}});
  all["channels"] = Json::array();
  for (const auto& c : channels()) all["channels"].push_back({{"id", c.id}, {"name", c.name}});
  const std::string text = canonical(all);
  for (const auto id : std::set(viewers_)) server_->send(id, text);
}

}  // namespace apiops::sandbox::slack
