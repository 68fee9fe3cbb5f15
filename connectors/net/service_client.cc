#include "connectors/net/service_client.h"

#include <algorithm>
#include <asio/co_spawn.hpp>
#include <asio/experimental/as_tuple.hpp>
#include <asio/steady_timer.hpp>
#include <asio/this_coro.hpp>
#include <asio/use_awaitable.hpp>
#include <list>

#include "connectors/net/circuit_breaker.h"
#include "connectors/net/rate_gate.h"
#include "connectors/net/retry_after.h"
#include "engine/base/digest.h"
#include "engine/base/text.h"

namespace apiops::net {

namespace {

bool is_write(const ServiceCall& call) { return call.write || (call.method != "GET" && call.method != "HEAD"); }

// An answer that a second try may better.
bool worth_another_try(const ServiceReply& reply, bool rate_limited) {
  return rate_limited || reply.status == 408 || reply.status == 500 || reply.status == 502 || reply.status == 503 ||
         reply.status == 504;
}

bool is_unreachable(const Error& error) {
  return error.code == "resolve" || error.code == "connect" || error.code == "tls" || error.code == "timeout" ||
         error.code == "cut";
}

std::string in_seconds(Duration d) { return human_duration(std::chrono::ceil<std::chrono::seconds>(d)); }

Error not_sent(ErrorKind kind, std::string what, std::string code, std::optional<Duration> after = {}) {
  return Error{.kind = kind, .what = std::move(what), .code = std::move(code), .retry_after = after};
}

asio::awaitable<Result<Json>> parse(std::string text) { co_return parse_json(text); }

}  // namespace

// It ends with a whole word: half a key would not be known as one by the masking gate.
std::string head_of(std::string_view body) {
  const std::string text = clean_line(body.substr(0, kShownOfUnexpected * 4));
  std::string head = clip(text, kShownOfUnexpected);
  if (head == text && body.size() <= kShownOfUnexpected * 4) return head;
  const auto last = head.find_last_of(" <>\",;{}");
  return last == std::string::npos ? "…" : head.substr(0, last) + " …";
}

Error unexpected_answer(const std::string& service, bool write, int status, std::string head) {
  const std::string shown = head.empty() ? "an empty body" : std::move(head);
  return {.kind = write ? ErrorKind::kUnknown : ErrorKind::kTransient,
          .what = service + " sent an unexpected answer (status " + std::to_string(status) + "): " + shown,
          .code = "unexpected",
          .http_status = status};
}

// What calls in flight share. They hold it, so that one that is destroyed late still finds it.
struct ServiceClient::State {
  CircuitBreaker circuit;
  RateGate gate;
  int running = 0;
  std::list<asio::steady_timer*> waiting;  // for a slot, first come first served
};

// One of the kCallsAtOnce.
struct ServiceClient::Slot {
  explicit Slot(std::shared_ptr<State> s) : state(std::move(s)) {}
  Slot(const Slot&) = delete;
  Slot& operator=(const Slot&) = delete;
  ~Slot() {
    // The slot goes straight to the one that has waited longest.
    if (state->waiting.empty()) {
      --state->running;
      return;
    }
    state->waiting.front()->cancel();
    state->waiting.pop_front();
  }
  std::shared_ptr<State> state;
};

// One request on its way: tells the circuit and the gate how it ended, also when it is given up.
struct ServiceClient::Attempt {
  explicit Attempt(std::shared_ptr<State> s)
      : state(std::move(s)), tests_circuit(state->circuit.started()), tests_gate(state->gate.started()) {}
  Attempt(const Attempt&) = delete;
  Attempt& operator=(const Attempt&) = delete;
  ~Attempt() {
    if (settled) return;
    if (tests_circuit) state->circuit.given_up();
    if (tests_gate) state->gate.given_up();
  }
  std::shared_ptr<State> state;
  bool tests_circuit, tests_gate, settled = false;
};

ServiceClient::ServiceClient(ServiceSettings settings, HttpClient& http, Clock& clock, Random& random)
    : settings_(std::move(settings)), http_(http), clock_(clock), random_(random), state_(std::make_shared<State>()) {
  while (settings_.base_url.ends_with('/')) settings_.base_url.pop_back();
}

std::string ServiceReply::header(std::string_view lower_case_name) const {
  const auto found =
      std::find_if(headers.begin(), headers.end(), [&](const auto& h) { return h.first == lower_case_name; });
  return found == headers.end() ? std::string() : found->second;
}

Result<std::string> ServiceClient::url_of(const std::string& path_or_url, const Headers& query) const {
  std::string url;
  if (path_or_url.starts_with('/')) {
    url = settings_.base_url + path_or_url;
  } else {
    const auto wanted = read_url(path_or_url);
    const auto base = read_url(settings_.base_url);
    if (!wanted || !base) return failure(ErrorKind::kInvalid, settings_.name + ": this URL can't be used.", "invalid");
    const bool official =
        wanted->scheme == "https" && wanted->port == 443 && host_matches(wanted->host, settings_.official_hosts);
    if (wanted->origin() == base->origin() || (official && host_matches(base->host, settings_.official_hosts)))
      url = wanted->origin() + wanted->target;
    else if (official)
      url = base->origin() + wanted->target;
    else
      return failure(ErrorKind::kRejected,
                     settings_.name + " pointed to another host (" + wanted->host +
                         "): not followed, it would receive the credentials.",
                     "foreign_host");
  }
  if (query.empty()) return url;
  return url + (url.find('?') == std::string::npos ? "?" : "&") + encode_form(query);
}

HttpRequest ServiceClient::request_of(const ServiceCall& call, std::string url) const {
  HttpRequest request{
      .method = call.method, .url = std::move(url), .headers = settings_.headers, .max_body = call.max_body};
  request.low_speed_seconds = call.low_speed_seconds;
  request.safe_to_repeat = call.idempotent;
  request.ca_file = settings_.ca_file;
  request.headers.emplace_back("Accept", "application/json");
  const Credential& credential = call.credential ? *call.credential : settings_.credential;
  if (!credential.secret.empty() && credential.user.empty())
    request.headers.emplace_back("Authorization", "Bearer " + credential.secret.reveal());
  else if (!credential.secret.empty())
    request.headers.emplace_back("Authorization",
                                 "Basic " + base64(credential.user + ":" + credential.secret.reveal()));
  if (call.json) {
    request.headers.emplace_back("Content-Type", "application/json");
    request.body = canonical(*call.json);
  } else if (!call.form.empty()) {
    request.headers.emplace_back("Content-Type", "application/x-www-form-urlencoded");
    request.body = encode_form(call.form);
  }
  request.headers.insert(request.headers.end(), call.headers.begin(), call.headers.end());
  return request;
}

asio::awaitable<Status> ServiceClient::take_slot(Duration deadline) {
  const auto state = state_;
  if (state->running < kCallsAtOnce) {
    ++state->running;
    co_return Status();
  }
  if (state->waiting.size() >= kMaxWaitingCalls)
    co_return std::unexpected(
        not_sent(ErrorKind::kUnavailable, "Too many calls are waiting for " + settings_.name + ".", "busy"));
  // Leaves the queue however the wait ends, unless the slot was handed over.
  struct Place {
    Place(std::shared_ptr<State> s, asio::steady_timer& t) : state(std::move(s)), timer(t) {
      state->waiting.push_back(&timer);
    }
    Place(const Place&) = delete;
    Place& operator=(const Place&) = delete;
    ~Place() {
      if (state->waiting.remove(&timer) == 0 && !taken) Slot give_back(state);
    }
    bool handed_over() const {
      return std::find(state->waiting.begin(), state->waiting.end(), &timer) == state->waiting.end();
    }
    std::shared_ptr<State> state;
    asio::steady_timer& timer;
    bool taken = false;
  };
  asio::steady_timer timer(co_await asio::this_coro::executor, deadline - clock_.steady());
  Place place(state, timer);
  co_await timer.async_wait(asio::experimental::as_tuple(asio::use_awaitable));
  place.taken = place.handed_over();
  if (place.taken) co_return Status();
  co_return std::unexpected(
      not_sent(ErrorKind::kUnavailable, "Too many calls of " + settings_.name + " are under way.", "busy"));
}

// Waits until the circuit is closed and the gate is open; says at once where that can't be within the deadline.
asio::awaitable<Status> ServiceClient::wait_for_turn(Duration deadline) {
  while (true) {
    const Duration now = clock_.steady();
    if (const auto closed = state_->circuit.closed_for(now))
      co_return std::unexpected(not_sent(ErrorKind::kUnavailable,
                                         settings_.name + " can't be reached: " + std::to_string(kCallsUntilOpen) +
                                             " calls in a row failed. The next try is in " + in_seconds(*closed) + ".",
                                         "circuit_open", closed));
    const Duration wait = state_->gate.wait(now);
    if (wait <= Duration(0)) co_return Status();
    if (now + wait > deadline)
      co_return std::unexpected(
          not_sent(ErrorKind::kRateLimited,
                   settings_.name + " asked us to slow down. The next call is possible in " + in_seconds(wait) + ".",
                   "rate_limited", wait));
    co_await clock_.sleep_for(wait);
    if (clock_.steady() < now + wait)
      co_return std::unexpected(not_sent(ErrorKind::kUnavailable, "The agent is stopping.", "stopping"));
  }
}

asio::awaitable<Result<ServiceReply>> ServiceClient::send(ServiceCall call) {
  const Duration deadline = clock_.steady() + call.timeout;
  auto url = url_of(call.path_or_url, call.query);
  if (!url) co_return std::unexpected(url.error());
  if (auto slot = co_await take_slot(deadline); !slot) co_return std::unexpected(slot.error());
  const Slot slot(state_);
  HttpRequest request = request_of(call, std::move(*url));
  co_return co_await tries(std::move(call), std::move(request), deadline);
}

asio::awaitable<Result<ServiceReply>> ServiceClient::tries(ServiceCall call, HttpRequest request, Duration deadline) {
  const int most = is_write(call) ? 1 : kReadTries;
  Result<ServiceReply> last = failure(ErrorKind::kBug, "No try was made.");
  for (int tries = 1;; ++tries) {
    if (auto turn = co_await wait_for_turn(deadline); !turn) {
      if (tries == 1) co_return std::unexpected(turn.error());
      co_return last;
    }
    request.timeout = std::min(std::max(deadline - clock_.steady(), Duration(1)), kCallTimeout);
    last = co_await try_once(call, request);
    if (last) last->tries = tries;
    if (tries == most) co_return last;
    const auto pause = pause_before_retry(last, tries, deadline);
    if (!pause) co_return last;
    co_await clock_.sleep_for(*pause);
  }
}

// Nothing where another try would not help or would come too late.
std::optional<Duration> ServiceClient::pause_before_retry(const Result<ServiceReply>& last, int tries,
                                                          Duration deadline) {
  if (!last && last.error().kind != ErrorKind::kTransient) return std::nullopt;
  const bool limited = last && last->status == 429 && (!settings_.is_rate_limit || settings_.is_rate_limit(*last));
  if (last && !worth_another_try(*last, limited)) return std::nullopt;
  const Duration full = kFirstRetryWait * (1 << (tries - 1));
  Duration pause =
      full / 2 + Duration(static_cast<long long>(random_.below(static_cast<std::uint64_t>(full.count() / 2) + 1)));
  if (last && last->retry_after) pause = std::max(pause, std::min(*last->retry_after, kLongestRetryAfter));
  const Duration now = clock_.steady();
  pause = std::max(pause, state_->gate.wait(now));
  return pause <= kLongestRetryWait && now + pause < deadline ? std::optional(pause) : std::nullopt;
}

asio::awaitable<Result<ServiceReply>> ServiceClient::try_once(ServiceCall call, HttpRequest request) {
  Attempt attempt(state_);
  auto response = co_await http_.send(std::move(request));
  const Duration now = clock_.steady();
  attempt.settled = response || response.error().code != "cancelled";
  if (!response) {
    if (!attempt.settled) co_return std::unexpected(response.error());
    const std::string& code = response.error().code;
    if (is_unreachable(response.error()))
      state_->circuit.failed(now);
    else if (code == "incomplete" || code == "too_large")
      state_->circuit.succeeded();
    else if (attempt.tests_circuit)
      state_->circuit.given_up();
    if (attempt.tests_gate) state_->gate.given_up();
    Error error = std::move(response.error());
    error.what = settings_.name + ": " + error.what;
    co_return std::unexpected(std::move(error));
  }
  state_->circuit.succeeded();
  auto reply = co_await read_reply(call, std::move(*response));
  const bool limited = reply && reply->status == 429 && (!settings_.is_rate_limit || settings_.is_rate_limit(*reply));
  if (limited)
    state_->gate.refused(clock_.steady(), reply->retry_after, static_cast<long>(random_.below(1000)));
  else
    state_->gate.passed();
  co_return reply;
}

asio::awaitable<Result<ServiceReply>> ServiceClient::read_reply(const ServiceCall& call, HttpResponse response) {
  ServiceReply reply{
      .status = response.status, .headers = std::move(response.headers), .body = Json::object(), .took = response.took};
  reply.retry_after = retry_after(reply.headers, clock_.now());
  if (reply.ok() && call.unread) {
    reply.text = std::move(response.body);
    co_return reply;
  }
  const bool may_be_empty =
      !reply.ok() || reply.status == 204 || reply.status == 202 || call.method == "HEAD" || call.method == "DELETE";
  if (trim(response.body).empty() && may_be_empty) co_return reply;
  std::string head = head_of(response.body);
  Result<Json> body = response.body.size() <= kParseOnLoopBytes
                          ? parse_json(response.body)
                          : co_await asio::co_spawn(http_.pool(), parse(std::move(response.body)), asio::use_awaitable);
  if (body) {
    reply.body = std::move(*body);
    co_return reply;
  }
  reply.text = std::move(head);
  if (!reply.ok()) co_return reply;
  co_return std::unexpected(unexpected_answer(settings_.name, is_write(call), reply.status, std::move(reply.text)));
}

}  // namespace apiops::net
