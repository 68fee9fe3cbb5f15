#include "connectors/chat/slack/socket_mode.h"

#include <spdlog/spdlog.h>

#include <algorithm>
#include <asio/co_spawn.hpp>
#include <asio/detached.hpp>

#include "connectors/chat/slack/frame.h"
#include "engine/base/text.h"

namespace apiops::slack {

namespace {

constexpr std::uint16_t kNormalClosure = 1000;
constexpr Duration kOneOpenAtATime = kApiTimeout;
constexpr Duration kStagger = std::chrono::milliseconds(400);  // between the first dials of two slots

// One socket, from dialling to its end. Acknowledgements hold it weakly.
struct Line {
  explicit Line(const asio::any_io_executor& loop) : signal(loop) {}
  std::unique_ptr<net::WebsocketLink> link;
  Signal signal;  // something happened on this line
  bool hello = false, over = false, paused = false;
  bool draining = false;   // replaced: still read until it closes
  bool unwanted = false;   // Slack told us off: it does not count as connected
  Error why{};             // where it is over
  std::string disconnect;  // Slack's reason, once it asked us to go
  Duration last_sign{0}, ready_at{0}, rotate_at{0};
};

// Nothing of the call reached Slack.
bool is_offline(const Error& e) { return e.code == "resolve" || e.code == "connect" || e.code == "refused"; }

// Envelope fields that must be there; nothing where it is no envelope.
std::optional<Envelope> envelope_of(Json& frame) {
  Envelope e{.id = get_string(frame, "envelope_id"), .type = get_string(frame, "type"), .payload = Json::object()};
  if (e.id.empty()) return std::nullopt;
  if (const auto payload = frame.find("payload"); payload != frame.end()) e.payload = std::move(*payload);
  e.takes_payload = get_bool(frame, "accepts_response_payload").value_or(false);
  e.retry = static_cast<int>(get_integer(frame, "retry_attempt").value_or(0));
  return e;
}

}  // namespace

struct SocketMode::Core : std::enable_shared_from_this<SocketMode::Core> {
  Core(asio::io_context& l, WebApi& a, Clock& c, Random& r, SocketSettings s, Handler h)
      : loop(l), api(a), clock(c), random(r), settings(std::move(s)), handler(std::move(h)) {}

  asio::awaitable<void> run_slot(int slot);
  asio::awaitable<void> pause(Duration about);
  asio::awaitable<void> wait_for_first(int slot);
  asio::awaitable<Result<std::shared_ptr<Line>>> connect();
  asio::awaitable<void> told_off(std::shared_ptr<Line> line, Duration& backoff);
  asio::awaitable<void> watch(Line& line);
  asio::awaitable<void> retire(std::shared_ptr<Line> line);
  asio::awaitable<void> make_room();
  int open_lines() const;
  void note_crowd(Line& line, long long counted);
  std::shared_ptr<Line> dial(const std::string& url);
  void on_frame(const std::shared_ptr<Line>& line, const std::string& text);
  void on_hello(Line& line, const Json& frame);
  void dispatch(const std::shared_ptr<Line>& line, Envelope envelope);
  void acknowledge(const std::weak_ptr<Line>& to, const std::string& id, const Json& payload);
  void slow_down();
  void note_trouble(const std::string& what, bool needs_a_person);
  void count_ready();
  Duration jittered(Duration about) {
    const auto half = static_cast<std::uint64_t>(about.count() / 2);
    return about / 2 + Duration(static_cast<long long>(random.below(2 * half + 1)));
  }

  asio::io_context& loop;
  WebApi& api;
  Clock& clock;
  Random& random;
  SocketSettings settings;
  Handler handler;
  std::function<void(const std::string&)> trouble_told, crowd_told;
  std::optional<Duration> crowded_since;
  SocketState state;
  std::list<std::weak_ptr<Line>> lines;
  std::size_t in_flight = 0;
  Duration not_before{0};  // no address is asked for before: the token was refused, or Slack said wait
  int slots_running = 0, refusals = 0;
  bool stopping = false;
};

void SocketMode::Core::note_trouble(const std::string& what, bool needs_a_person) {
  if (state.trouble == what) return;
  state.trouble = what;
  state.stopped_by_slack = needs_a_person;
  spdlog::warn("Slack: {}", what);
  if (trouble_told) trouble_told(what);
}

void SocketMode::Core::count_ready() {
  state.ready = 0;
  for (const auto& weak : lines)
    if (const auto line = weak.lock(); line && line->hello && !line->over && !line->unwanted) ++state.ready;
  if (state.ready == 0 || state.trouble.empty() || refusals > 0) return;
  state.trouble.clear();
  state.stopped_by_slack = false;
  spdlog::info("Slack: connected again");
  if (trouble_told) trouble_told("");
}

asio::awaitable<void> SocketMode::Core::pause(Duration about) {
  const Duration end = clock.steady() + about;
  while (!stopping && clock.steady() < end)
    co_await clock.sleep_for(std::min<Duration>(end - clock.steady(), std::chrono::milliseconds(200)));
}

std::shared_ptr<Line> SocketMode::Core::dial(const std::string& url) {
  auto line = std::make_shared<Line>(loop.get_executor());
  const std::weak_ptr<Line> weak = line;
  const std::weak_ptr<Core> self = weak_from_this();
  net::LinkCallbacks calls;
  const auto sign = [weak, self] {
    const auto alive = weak.lock();
    const auto core = self.lock();
    if (alive && core) alive->last_sign = core->clock.steady();
  };
  calls.on_open = sign;
  calls.on_sign_of_life = sign;
  calls.on_text = [weak, self](const std::string& text) {
    const auto alive = weak.lock();
    const auto core = self.lock();
    if (alive && core) core->on_frame(alive, text);
  };
  calls.on_end = [weak, self](const Error& why) {
    const auto alive = weak.lock();
    if (!alive) return;
    alive->over = true;
    alive->why = why;
    alive->signal.set();
    if (const auto core = self.lock()) core->count_ready();
  };
  line->last_sign = clock.steady();
  auto link = net::WebsocketLink::dial(loop, {.url = url, .max_message = kMaxFrame, .ca_file = settings.ca_file},
                                       std::move(calls));
  if (!link) {
    line->over = true;
    line->why = link.error();
    return line;
  }
  line->link = std::move(*link);
  std::erase_if(lines, [](const auto& old) { return old.expired(); });
  lines.push_back(line);
  return line;
}

// Where none is connected, the first slot finds out when Slack is there again; the others follow it.
asio::awaitable<void> SocketMode::Core::wait_for_first(int slot) {
  while (slot > 0 && state.ready == 0 && !stopping) co_await pause(kStagger);
}

int SocketMode::Core::open_lines() const {
  return static_cast<int>(std::ranges::count_if(lines, [](const auto& weak) {
    const auto line = weak.lock();
    return line && line->link && !line->over;
  }));
}

// Each slot has one socket and one that is draining, at most: where Slack asks for one refresh after the other, the
// oldest that is draining goes before the next is dialled.
asio::awaitable<void> SocketMode::Core::make_room() {
  const int most = 2 * std::clamp(settings.sockets, 1, kMaxSockets);
  for (const auto& weak : std::list(lines)) {
    if (stopping || open_lines() < most) co_return;
    const auto line = weak.lock();
    if (!line || !line->draining || line->over) continue;
    line->link->close(kNormalClosure, "replaced");
    const Duration end = clock.steady() + net::kCloseTimeout;
    while (!line->over && !stopping && clock.steady() < end) co_await line->signal.wait(net::kCloseTimeout);
  }
}

// A line that said hello; what went wrong is noted.
asio::awaitable<Result<std::shared_ptr<Line>>> SocketMode::Core::connect() {
  const Error stopped{.kind = ErrorKind::kUnavailable, .what = "stopping", .code = "stopping"};
  while (!stopping && clock.steady() < not_before) co_await pause(not_before - clock.steady());
  if (stopping) co_return std::unexpected(stopped);
  not_before = clock.steady() + kOneOpenAtATime;  // a slot that comes now waits for what this one hears
  auto url = co_await api.open_connection();
  not_before = clock.steady();
  if (stopping) co_return std::unexpected(stopped);
  if (!url) {
    if (is_token_trouble(url.error()))
      note_trouble("Slack refuses the app token (" + url.error().code +
                       "). Make a new app-level token with connections:write and set SLACK_APP_TOKEN.",
                   true);
    else
      note_trouble("The address of the socket can't be had: " + url.error().what, false);
    not_before = clock.steady() +
                 (is_token_trouble(url.error()) ? kTokenBackoff : url.error().retry_after.value_or(Duration(0)));
    co_return std::unexpected(url.error());
  }
  co_await make_room();
  if (stopping) co_return std::unexpected(stopped);
  auto line = dial(*url);
  const Duration end = clock.steady() + kHelloPatience + net::kOpenTimeout;
  while (!line->hello && !line->over && !stopping && clock.steady() < end)
    co_await line->signal.wait(std::min<Duration>(end - clock.steady(), std::chrono::seconds(1)));
  if (line->hello && !line->over) co_return line;
  if (!stopping && state.ready == 0)
    note_trouble(line->over ? "The socket can't be opened. " + line->why.what : "Slack did not say hello in time.",
                 false);
  co_return std::unexpected(line->over ? line->why : Error{.kind = ErrorKind::kTransient, .what = "no hello"});
}

// Until the line ends, Slack asks us to go, it shows no sign of life, or it is old.
asio::awaitable<void> SocketMode::Core::watch(Line& line) {
  while (!line.over && line.disconnect.empty() && !stopping) {
    co_await line.signal.wait(settings.ping);
    const Duration now = clock.steady();
    if (line.over || !line.disconnect.empty() || stopping) co_return;
    if (now - line.ready_at >= kStable && refusals > 0) refusals = 0, count_ready();
    if (now >= line.rotate_at) co_return;
    if (!line.paused && now - line.last_sign >= 2 * settings.ping - std::chrono::milliseconds(100)) {
      line.over = true;
      line.why = {.kind = ErrorKind::kTransient, .what = "The socket shows no sign of life.", .code = "dead"};
      count_ready();
      co_return;
    }
    line.link->ping();
  }
}

// Still read and acknowledged until Slack closes it, or for kDrainPatience.
asio::awaitable<void> SocketMode::Core::retire(std::shared_ptr<Line> line) {
  const auto self = shared_from_this();
  line->draining = true;
  const Duration end = clock.steady() + kDrainPatience;
  while (!line->over && !stopping && clock.steady() < end)
    co_await line->signal.wait(std::min<Duration>(end - clock.steady(), std::chrono::seconds(1)));
  if (!line->over) line->link->close(kNormalClosure, "replaced");
  co_await clock.sleep_for(net::kCloseTimeout);
  count_ready();
}

// too_many_websockets and link_disabled: this socket goes, and it is long before the next one is asked for.
asio::awaitable<void> SocketMode::Core::told_off(std::shared_ptr<Line> line, Duration& backoff) {
  const bool off = line->disconnect == "link_disabled";
  line->unwanted = true;
  ++refusals;
  count_ready();
  if (off || refusals >= kRefusalsUntilAlarm)
    note_trouble(off ? "Socket Mode is switched off for this app. Switch it on in the app's settings."
                     : "Slack says that this app has too many sockets open. Stop other copies of it.",
                 true);
  asio::co_spawn(loop, retire(std::move(line)), asio::detached);
  co_await pause(backoff + Duration(static_cast<long long>(random.below(5'000))));
  backoff = std::min(backoff * 2, kMostLongBackoff);
}

asio::awaitable<void> SocketMode::Core::run_slot(int slot) {
  const auto self = shared_from_this();
  Duration backoff = kFirstBackoff, long_backoff = kFirstLongBackoff;
  std::shared_ptr<Line> old;  // goes when its replacement is there
  while (!stopping) {
    co_await wait_for_first(slot);
    auto connected = co_await connect();
    if (!connected) {
      co_await pause(jittered(is_offline(connected.error()) ? std::min(backoff, kMostOfflineBackoff) : backoff));
      backoff = std::min(backoff * 2, kMostBackoff);
      continue;
    }
    const std::shared_ptr<Line> line = std::move(*connected);
    if (old) asio::co_spawn(loop, retire(std::exchange(old, nullptr)), asio::detached);
    co_await watch(*line);
    if (stopping) break;
    const bool stable = clock.steady() - line->ready_at >= kStable;
    if (stable) backoff = kFirstBackoff, long_backoff = kFirstLongBackoff;
    if (line->disconnect == "too_many_websockets" || line->disconnect == "link_disabled") {
      co_await told_off(line, long_backoff);
      continue;
    }
    if (!line->over) old = line;  // the replacement first, then this one goes
    if (!stable || line->over) {
      co_await pause(jittered(backoff));
      if (!stable) backoff = std::min(backoff * 2, kMostBackoff);
    }
  }
  --slots_running;
}

void SocketMode::Core::on_frame(const std::shared_ptr<Line>& line, const std::string& text) {
  line->last_sign = clock.steady();
  auto frame = read_frame(text);
  if (!frame || !frame->is_object()) {
    ++state.frames_skipped;
    return;
  }
  const std::string type = get_string(*frame, "type");
  if (type == "hello") return on_hello(*line, *frame);
  if (type == "disconnect") {
    line->disconnect = get_string(*frame, "reason", "unknown");
    line->signal.set();
    return;
  }
  if (auto envelope = envelope_of(*frame)) return dispatch(line, std::move(*envelope));
  ++state.frames_skipped;
}

void SocketMode::Core::on_hello(Line& line, const Json& frame) {
  line.hello = true;
  line.ready_at = clock.steady();
  const auto seconds = get_integer(get_object(frame, "debug_info"), "approximate_connection_time").value_or(0);
  Duration lives = kMostConnectionTime;
  if (seconds > 0) lives = std::min<Duration>(lives, std::chrono::seconds(seconds) * 8 / 10);
  line.rotate_at = line.ready_at + std::max<Duration>(lives, std::chrono::seconds(30));
  ++state.connections;
  note_crowd(line, get_integer(frame, "num_connections").value_or(0));
  line.signal.set();
  count_ready();
}

void SocketMode::Core::note_crowd(Line& line, long long counted) {
  const int ours = open_lines();
  const Duration now = clock.steady();
  std::string crowd;
  if (counted <= ours) {
    crowded_since.reset();
  } else {
    if (!crowded_since) crowded_since = now;
    if (now - *crowded_since >= kGhostsLive)
      crowd =
          std::to_string(counted) + " are open for this app and only " + std::to_string(ours) +
          " of them are mine. Another copy of me takes a part of the messages: stop it, or give it an app of its own.";
    line.rotate_at = std::min(line.rotate_at, now + (crowd.empty() ? kCountAgainSoon : kCountAgainLate));
    spdlog::info("Slack counts {} sockets of this app, {} are ours", counted, ours);
  }
  if (crowd.empty() == state.crowd.empty()) return;
  state.crowd = std::move(crowd);
  if (crowd_told) crowd_told(state.crowd);
}

void SocketMode::Core::dispatch(const std::shared_ptr<Line>& line, Envelope envelope) {
  state.last_envelope = clock.now();
  spdlog::debug("Slack: envelope {} of {}{}", envelope.id, envelope.type, envelope.retry > 0 ? ", again" : "");
  ++in_flight;
  slow_down();
  const std::weak_ptr<Core> self = weak_from_this();
  // Counted down once, also where nobody ever answers: the answer's own life ends then.
  struct Open {
    std::weak_ptr<Core> core;
    ~Open() {
      if (const auto alive = core.lock()) --alive->in_flight, alive->slow_down();
    }
  };
  auto open = std::make_shared<Open>();
  open->core = self;
  const std::string id = envelope.id;
  handler(std::move(envelope), [self, open, id, to = std::weak_ptr<Line>(line)](Json payload) {
    if (const auto core = self.lock()) core->acknowledge(to, id, payload);
  });
}

// More than kMaxInFlight envelopes wait for the store: nothing more is taken off the wire until half of them are done.
void SocketMode::Core::slow_down() {
  for (const auto& weak : lines) {
    const auto line = weak.lock();
    if (!line || !line->link || line->over) continue;
    if (!line->paused && in_flight >= kMaxInFlight) {
      line->paused = true;
      line->link->pause_reading();
    } else if (line->paused && in_flight <= kMaxInFlight / 2) {
      line->paused = false;
      line->last_sign = clock.steady();
      line->link->resume_reading();
    }
  }
}

// On the socket that brought it. Where that one is gone, Slack sends the envelope again and it is known by then.
void SocketMode::Core::acknowledge(const std::weak_ptr<Line>& to, const std::string& id, const Json& payload) {
  const auto line = to.lock();
  if (!line || line->over || !line->link) return;
  Json ack = {{"envelope_id", id}};
  if (!payload.is_null()) ack["payload"] = payload;
  std::string text = canonical(ack);
  if (text.size() >= kMaxAck) text = canonical({{"envelope_id", id}});
  line->link->send(text);
}

SocketMode::SocketMode(asio::io_context& loop, WebApi& api, Clock& clock, Random& random, SocketSettings settings,
                       Handler handler)
    : core_(std::make_shared<Core>(loop, api, clock, random, std::move(settings), std::move(handler))) {}

SocketMode::~SocketMode() { stop(); }

void SocketMode::start() {
  for (int slot = 0; slot < std::clamp(core_->settings.sockets, 1, kMaxSockets); ++slot) {
    ++core_->slots_running;
    asio::co_spawn(core_->loop, core_->run_slot(slot), asio::detached);
  }
}

void SocketMode::stop() {
  core_->stopping = true;
  for (const auto& weak : core_->lines)
    if (const auto line = weak.lock(); line && line->link && !line->over) {
      line->link->close(kNormalClosure, "stopping");
      line->signal.set();
    }
}

bool SocketMode::over() const { return core_->slots_running == 0; }
const SocketState& SocketMode::state() const { return core_->state; }
void SocketMode::on_trouble(std::function<void(const std::string&)> told) { core_->trouble_told = std::move(told); }
void SocketMode::on_crowd(std::function<void(const std::string&)> told) { core_->crowd_told = std::move(told); }

}  // namespace apiops::slack
