#include "connectors/net/http_client.h"

#include <curl/curl.h>
#include <netdb.h>
#include <sys/socket.h>

#include <algorithm>
#include <asio/experimental/as_tuple.hpp>
#include <asio/posix/stream_descriptor.hpp>
#include <asio/steady_timer.hpp>
#include <asio/use_awaitable.hpp>
#include <stdexcept>
#include <unordered_map>
#include <unordered_set>

#include "engine/base/crash_point.h"
#include "engine/base/text.h"

namespace apiops::net {

namespace {

// A body whose length was announced gets its place at once, with what a fast JSON reader wants behind its end: a
// megabyte is then neither copied while it grows nor when it is read.
constexpr std::size_t kReadersPadding = 64;
std::size_t announced_length(CURL* easy, std::size_t at_most) {
  curl_off_t length = 0;
  curl_easy_getinfo(easy, CURLINFO_CONTENT_LENGTH_DOWNLOAD_T, &length);
  return length > 0 ? std::min(static_cast<std::size_t>(length), at_most) : 0;
}

using Steady = std::chrono::steady_clock;

// A socket of libcurl's that the loop watches. libcurl closes it: the descriptor is released, never closed.
struct Watch {
  Watch(asio::io_context& loop, curl_socket_t fd) : descriptor(loop, fd) {}
  ~Watch() { release(); }
  void release() {
    if (descriptor.is_open()) descriptor.release();
  }
  asio::posix::stream_descriptor descriptor;
  int wanted = CURL_POLL_NONE;
  bool reading = false, writing = false;  // a wait is under way
};

bool is_token(std::string_view text) {
  constexpr std::string_view kOther = "!#$%&'*+-.^_`|~";
  return !text.empty() && std::all_of(text.begin(), text.end(), [&](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
           kOther.find(c) != std::string_view::npos;
  });
}

bool reads_only(const HttpRequest& r) { return r.method == "GET" || r.method == "HEAD" || r.method == "OPTIONS"; }

// What would let data break out of its place in the request; empty where the request can be sent.
std::string fault_of(const HttpRequest& request) {
  if (!is_token(request.method)) return "The method is not a word.";
  for (const auto& [name, value] : request.headers) {
    if (!is_token(name)) return "A header's name is not a word.";
    if (value.find_first_of(std::string_view("\r\n\0", 3)) != std::string::npos)
      return "A header's value holds a line break.";
  }
  return {};
}

std::string host_of(const std::string& url) {
  CURLU* parsed = curl_url();
  char* host = nullptr;
  std::string out = "the host";
  if (curl_url_set(parsed, CURLUPART_URL, url.c_str(), 0) == CURLUE_OK &&
      curl_url_get(parsed, CURLUPART_HOST, &host, 0) == CURLUE_OK)
    out = host;
  curl_free(host);
  curl_url_cleanup(parsed);
  return out;
}

std::string numeric(const sockaddr* address, socklen_t size, int& port) {
  char host[NI_MAXHOST] = {}, service[NI_MAXSERV] = {};
  if (getnameinfo(address, size, host, sizeof host, service, sizeof service, NI_NUMERICHOST | NI_NUMERICSERV) != 0)
    return {};
  port = std::atoi(service);
  return host;
}

}  // namespace

// The multi handle and what the loop watches for it.
class HttpClient::Engine : public std::enable_shared_from_this<Engine> {
 public:
  struct Transfer;
  // Takes a transfer out of the multi handle when the coroutine that waits for it goes, however it goes.
  struct Ticket {
    explicit Ticket(std::shared_ptr<Transfer> t) : transfer(std::move(t)) {}
    Ticket(const Ticket&) = delete;
    Ticket& operator=(const Ticket&) = delete;
    ~Ticket();
    std::shared_ptr<Transfer> transfer;
  };

  explicit Engine(asio::io_context& loop);
  ~Engine();
  std::shared_ptr<Transfer> start(HttpRequest request);
  void drop(Transfer& transfer);
  asio::thread_pool& pool();
  std::size_t under_way() const { return running_.size(); }

 private:
  static int on_socket(CURL*, curl_socket_t fd, int what, void* self, void*);
  static int on_timer(CURLM*, long milliseconds, void* self);
  void watch(curl_socket_t fd, int what);
  void arm(curl_socket_t fd, const std::shared_ptr<Watch>& watch);
  void wait(curl_socket_t fd, const std::shared_ptr<Watch>& watch, bool for_reading);
  void act(curl_socket_t fd, int events);

  asio::io_context& loop_;
  asio::steady_timer timer_;
  CURLM* multi_;
  std::unordered_map<curl_socket_t, std::shared_ptr<Watch>> watches_;
  std::unordered_set<Transfer*> running_;
  std::unique_ptr<asio::thread_pool> pool_;  // made when it is first needed
};

// One call. libcurl keeps pointers into it, so it stays where it is.
struct HttpClient::Engine::Transfer {
  Transfer(asio::io_context& loop, Engine& owner, HttpRequest what);
  ~Transfer();
  void set_up();
  void set_body();
  void set_lists();
  void finish(CURLcode result);
  Result<HttpResponse> result();

  static std::size_t on_body(char* data, std::size_t size, std::size_t count, void* self);
  static std::size_t on_header(char* data, std::size_t size, std::size_t count, void* self);
  static std::size_t give(char* room, std::size_t size, std::size_t count, void* self);
  static curl_socket_t on_open(void* self, curlsocktype, curl_sockaddr* address);

  HttpRequest request;
  Engine* engine;  // null once it is out of the multi handle
  CURL* easy;
  curl_slist* headers = nullptr;
  curl_slist* resolved = nullptr;
  char trouble[CURL_ERROR_SIZE] = {};
  HttpResponse response;
  std::size_t header_bytes = 0, given = 0;
  bool too_large = false, refused = false, done = false, sent = false;
  CURLcode code = CURLE_OK;
  Steady::time_point started = Steady::now();
  asio::steady_timer finished;  // never expires: cancelled when the call is over
};

namespace {

// Where in a call it went wrong, as Error::code.
std::string_view place_of(CURLcode code) {
  switch (code) {
    case CURLE_COULDNT_RESOLVE_HOST:
    case CURLE_COULDNT_RESOLVE_PROXY:
      return "resolve";
    case CURLE_COULDNT_CONNECT:
      return "connect";
    case CURLE_OPERATION_TIMEDOUT:
      return "timeout";
    case CURLE_PARTIAL_FILE:
      return "incomplete";
    case CURLE_SSL_CONNECT_ERROR:
    case CURLE_PEER_FAILED_VERIFICATION:
    case CURLE_SSL_CERTPROBLEM:
    case CURLE_SSL_CIPHER:
    case CURLE_SSL_CACERT_BADFILE:
    case CURLE_SSL_ISSUER_ERROR:
    case CURLE_SSL_INVALIDCERTSTATUS:
      return "tls";
    case CURLE_URL_MALFORMAT:
    case CURLE_UNSUPPORTED_PROTOCOL:
    case CURLE_LOGIN_DENIED:
      return "invalid";
    default:
      return "cut";
  }
}

std::string sentence_of(std::string_view place, const std::string& host, const char* trouble) {
  if (place == "resolve") return "The name " + host + " does not resolve.";
  if (place == "connect") return host + " can't be reached: the connection was refused or found no way.";
  if (place == "timeout") return host + " did not answer in time.";
  if (place == "incomplete") return "The answer of " + host + " is incomplete.";
  if (place == "tls")
    return "No trusted TLS connection to " + host + ": " + (*trouble ? trouble : "the handshake failed") + ".";
  if (place == "invalid") return "The URL can't be used.";
  return "The connection to " + host + " was cut before the answer was complete.";
}

}  // namespace

HttpClient::Engine::Engine(asio::io_context& loop) : loop_(loop), timer_(loop) {
  static const CURLcode ready = curl_global_init(CURL_GLOBAL_DEFAULT);
  if (ready != CURLE_OK) throw std::runtime_error("libcurl can't be initialised");
  multi_ = curl_multi_init();
  curl_multi_setopt(multi_, CURLMOPT_SOCKETFUNCTION, on_socket);
  curl_multi_setopt(multi_, CURLMOPT_SOCKETDATA, this);
  curl_multi_setopt(multi_, CURLMOPT_TIMERFUNCTION, on_timer);
  curl_multi_setopt(multi_, CURLMOPT_TIMERDATA, this);
  curl_multi_setopt(multi_, CURLMOPT_MAX_TOTAL_CONNECTIONS, kMaxConnections);
  curl_multi_setopt(multi_, CURLMOPT_MAX_HOST_CONNECTIONS, kMaxConnectionsOfAHost);
  curl_multi_setopt(multi_, CURLMOPT_PIPELINING, CURLPIPE_NOTHING);
}

HttpClient::Engine::~Engine() {
  while (!running_.empty()) {
    Transfer* transfer = *running_.begin();
    drop(*transfer);
    transfer->finished.cancel();
  }
  // libcurl closes its kept connections now: the loop must have let go of them before.
  curl_multi_setopt(multi_, CURLMOPT_SOCKETFUNCTION, nullptr);
  curl_multi_setopt(multi_, CURLMOPT_TIMERFUNCTION, nullptr);
  for (auto& [fd, watch] : watches_) watch->release();
  curl_multi_cleanup(multi_);
}

std::shared_ptr<HttpClient::Engine::Transfer> HttpClient::Engine::start(HttpRequest request) {
  auto transfer = std::make_shared<Transfer>(loop_, *this, std::move(request));
  transfer->set_up();
  curl_multi_add_handle(multi_, transfer->easy);
  running_.insert(transfer.get());
  return transfer;
}

void HttpClient::Engine::drop(Transfer& transfer) {
  if (running_.erase(&transfer) == 0) return;
  curl_multi_remove_handle(multi_, transfer.easy);
  transfer.engine = nullptr;
}

HttpClient::Engine::Ticket::~Ticket() {
  if (transfer->engine != nullptr) transfer->engine->drop(*transfer);
}

asio::thread_pool& HttpClient::Engine::pool() {
  if (!pool_) pool_ = std::make_unique<asio::thread_pool>(1);
  return *pool_;
}

int HttpClient::Engine::on_socket(CURL*, curl_socket_t fd, int what, void* self, void*) {
  static_cast<Engine*>(self)->watch(fd, what);
  return 0;
}

int HttpClient::Engine::on_timer(CURLM*, long milliseconds, void* self) {
  auto& engine = *static_cast<Engine*>(self);
  if (milliseconds < 0) {
    engine.timer_.cancel();
    return 0;
  }
  engine.timer_.expires_after(std::chrono::milliseconds(milliseconds));
  engine.timer_.async_wait([weak = engine.weak_from_this()](std::error_code ec) {
    if (ec) return;
    if (const auto alive = weak.lock()) alive->act(CURL_SOCKET_TIMEOUT, 0);
  });
  return 0;
}

void HttpClient::Engine::watch(curl_socket_t fd, int what) {
  const auto found = watches_.find(fd);
  if (what == CURL_POLL_REMOVE) {
    if (found == watches_.end()) return;
    found->second->wanted = CURL_POLL_NONE;
    found->second->release();
    watches_.erase(found);
    return;
  }
  const auto watch =
      found != watches_.end() ? found->second : watches_.emplace(fd, std::make_shared<Watch>(loop_, fd)).first->second;
  watch->wanted = what;
  arm(fd, watch);
}

void HttpClient::Engine::arm(curl_socket_t fd, const std::shared_ptr<Watch>& watch) {
  if ((watch->wanted & CURL_POLL_IN) != 0 && !watch->reading) wait(fd, watch, true);
  if ((watch->wanted & CURL_POLL_OUT) != 0 && !watch->writing) wait(fd, watch, false);
}

void HttpClient::Engine::wait(curl_socket_t fd, const std::shared_ptr<Watch>& watch, bool for_reading) {
  (for_reading ? watch->reading : watch->writing) = true;
  watch->descriptor.async_wait(
      for_reading ? asio::posix::descriptor_base::wait_read : asio::posix::descriptor_base::wait_write,
      [weak = weak_from_this(), fd, watch, for_reading](std::error_code ec) {
        (for_reading ? watch->reading : watch->writing) = false;
        const auto alive = weak.lock();
        const int wanted = for_reading ? CURL_POLL_IN : CURL_POLL_OUT;
        if (!alive || !watch->descriptor.is_open() || (watch->wanted & wanted) == 0) return;
        alive->act(fd, ec ? CURL_CSELECT_ERR : for_reading ? CURL_CSELECT_IN : CURL_CSELECT_OUT);
        if (watch->descriptor.is_open()) alive->arm(fd, watch);
      });
}

// Lets libcurl do what it can now, then hands over the calls that are over.
void HttpClient::Engine::act(curl_socket_t fd, int events) {
  int still_running = 0, left = 0;
  curl_multi_socket_action(multi_, fd, events, &still_running);
  while (CURLMsg* message = curl_multi_info_read(multi_, &left)) {
    if (message->msg != CURLMSG_DONE) continue;
    Engine::Transfer* transfer = nullptr;
    const CURLcode code = message->data.result;
    curl_easy_getinfo(message->easy_handle, CURLINFO_PRIVATE, &transfer);
    transfer->finish(code);
    drop(*transfer);
    transfer->finished.cancel();
  }
}

HttpClient::Engine::Transfer::Transfer(asio::io_context& loop, Engine& owner, HttpRequest what)
    : request(std::move(what)), engine(&owner), easy(curl_easy_init()), finished(loop, Steady::time_point::max()) {
  if (easy == nullptr) throw std::bad_alloc();
}

HttpClient::Engine::Transfer::~Transfer() {
  curl_easy_cleanup(easy);
  curl_slist_free_all(headers);
  curl_slist_free_all(resolved);
}

void HttpClient::Engine::Transfer::set_up() {
  const bool repeatable = request.safe_to_repeat || request.send_once || reads_only(request);
  curl_easy_setopt(easy, CURLOPT_PRIVATE, this);
  curl_easy_setopt(easy, CURLOPT_ERRORBUFFER, trouble);
  curl_easy_setopt(easy, CURLOPT_URL, request.url.c_str());
  curl_easy_setopt(easy, CURLOPT_PROTOCOLS_STR, "http,https");
  curl_easy_setopt(easy, CURLOPT_REDIR_PROTOCOLS_STR, "http,https");
  curl_easy_setopt(easy, CURLOPT_FOLLOWLOCATION, 0L);
  curl_easy_setopt(easy, CURLOPT_DISALLOW_USERNAME_IN_URL, 1L);
  curl_easy_setopt(easy, CURLOPT_PROXY, "");
  curl_easy_setopt(easy, CURLOPT_NOSIGNAL, 1L);
  curl_easy_setopt(easy, CURLOPT_QUICK_EXIT, 1L);  // a look-up that is given up never holds the loop
  curl_easy_setopt(easy, CURLOPT_HTTP_VERSION, static_cast<long>(CURL_HTTP_VERSION_1_1));
  curl_easy_setopt(easy, CURLOPT_SSLVERSION, static_cast<long>(CURL_SSLVERSION_TLSv1_2));
  curl_easy_setopt(easy, CURLOPT_ACCEPT_ENCODING, "gzip, deflate");
  curl_easy_setopt(easy, CURLOPT_TCP_KEEPALIVE, 1L);
  curl_easy_setopt(easy, CURLOPT_TIMEOUT_MS, static_cast<long>(request.timeout.count()));
  curl_easy_setopt(easy, CURLOPT_CONNECTTIMEOUT_MS, static_cast<long>(request.connect_timeout.count()));
  curl_easy_setopt(easy, CURLOPT_LOW_SPEED_LIMIT, request.low_speed_seconds > 0 ? kLowSpeedBytes : 0L);
  curl_easy_setopt(easy, CURLOPT_LOW_SPEED_TIME, request.low_speed_seconds);
  curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, on_body);
  curl_easy_setopt(easy, CURLOPT_WRITEDATA, this);
  curl_easy_setopt(easy, CURLOPT_HEADERFUNCTION, on_header);
  curl_easy_setopt(easy, CURLOPT_HEADERDATA, this);
  curl_easy_setopt(easy, CURLOPT_OPENSOCKETFUNCTION, on_open);
  curl_easy_setopt(easy, CURLOPT_OPENSOCKETDATA, this);
  if (!request.ca_file.empty()) curl_easy_setopt(easy, CURLOPT_CAINFO, request.ca_file.c_str());
  // A kept connection was judged by nobody, or may be dead; where that matters the call opens its own.
  if (!repeatable || request.may_connect) curl_easy_setopt(easy, CURLOPT_FRESH_CONNECT, 1L);
  if (request.may_connect) curl_easy_setopt(easy, CURLOPT_FORBID_REUSE, 1L);
  set_body();
  set_lists();
}

void HttpClient::Engine::Transfer::set_body() {
  const auto& method = request.method;
  if (method == "HEAD") {
    curl_easy_setopt(easy, CURLOPT_NOBODY, 1L);
    return;
  }
  if (!request.body.empty() || method == "POST" || method == "PUT" || method == "PATCH") {
    curl_easy_setopt(easy, CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(request.body.size()));
    if (request.send_once) {
      curl_easy_setopt(easy, CURLOPT_POST, 1L);
      curl_easy_setopt(easy, CURLOPT_READFUNCTION, &Transfer::give);  // and no way back to its beginning
      curl_easy_setopt(easy, CURLOPT_READDATA, this);
    } else {
      curl_easy_setopt(easy, CURLOPT_POSTFIELDS, request.body.c_str());
    }
  }
  curl_easy_setopt(easy, CURLOPT_CUSTOMREQUEST, method.c_str());
}

// The next piece of the body.
std::size_t HttpClient::Engine::Transfer::give(char* room, std::size_t size, std::size_t count, void* self) {
  auto& transfer = *static_cast<Transfer*>(self);
  const std::size_t n = transfer.request.body.copy(room, size * count, transfer.given);
  transfer.given += n;
  return n;
}

void HttpClient::Engine::Transfer::set_lists() {
  headers = curl_slist_append(headers, "Expect:");  // waiting for "100 Continue" would cost a second
  for (const auto& [name, value] : request.headers)
    headers = curl_slist_append(headers, (value.empty() ? name + ";" : name + ": " + value).c_str());
  curl_easy_setopt(easy, CURLOPT_HTTPHEADER, headers);
  // "+": the entry ages like any other of the cache, instead of staying for good.
  for (const auto& entry : request.resolved) resolved = curl_slist_append(resolved, ("+" + entry).c_str());
  if (resolved != nullptr) curl_easy_setopt(easy, CURLOPT_RESOLVE, resolved);
}

std::size_t HttpClient::Engine::Transfer::on_body(char* data, std::size_t size, std::size_t count, void* self) {
  auto& call = *static_cast<Transfer*>(self);
  const std::size_t bytes = size * count;
  const std::size_t room = call.request.max_body - std::min(call.request.max_body, call.response.body.size());
  if (call.response.body.empty()) call.response.body.reserve(announced_length(call.easy, room) + kReadersPadding);
  call.response.body.append(data, std::min(bytes, room));
  if (bytes <= room) return bytes;
  call.too_large = true;
  return 0;
}

std::size_t HttpClient::Engine::Transfer::on_header(char* data, std::size_t size, std::size_t count, void* self) {
  auto& call = *static_cast<Transfer*>(self);
  const std::size_t bytes = size * count;
  const std::string_view line = trim(std::string_view(data, bytes));
  if (!reads_only(call.request) && line.starts_with("HTTP/"))
    APIOPS_CRASH_POINT("http.sent");  // answered, not yet read
  call.header_bytes += bytes;
  if (call.header_bytes > kMaxResponseHeaderBytes) {
    call.too_large = true;
    return 0;
  }
  if (line.starts_with("HTTP/")) call.response.headers.clear();  // an interim answer (100) came before
  const auto colon = line.find(':');
  if (colon == std::string_view::npos || line.starts_with("HTTP/")) return bytes;
  call.response.headers.emplace_back(lower_ascii(trim(line.substr(0, colon))), trim(line.substr(colon + 1)));
  return bytes;
}

curl_socket_t HttpClient::Engine::Transfer::on_open(void* self, curlsocktype, curl_sockaddr* address) {
  auto& call = *static_cast<Transfer*>(self);
  if (call.request.may_connect) {
    int port = 0;
    const std::string host = numeric(&address->addr, address->addrlen, port);
    if (host.empty() || !call.request.may_connect(host, port)) {
      call.refused = true;
      return CURL_SOCKET_BAD;
    }
  }
  return socket(address->family, address->socktype | SOCK_CLOEXEC, address->protocol);
}

void HttpClient::Engine::Transfer::finish(CURLcode result) {
  long status = 0, request_bytes = 0;
  curl_easy_getinfo(easy, CURLINFO_RESPONSE_CODE, &status);
  curl_easy_getinfo(easy, CURLINFO_REQUEST_SIZE, &request_bytes);
  response.status = static_cast<int>(status);
  response.took = std::chrono::duration_cast<Duration>(Steady::now() - started);
  sent = request_bytes > 0;
  code = result;
  done = true;
}

Result<HttpResponse> HttpClient::Engine::Transfer::result() {
  const bool cut_on_purpose =
      too_large && request.cut_body_is_fine && response.status != 0 && header_bytes <= kMaxResponseHeaderBytes;
  if (done && (code == CURLE_OK || cut_on_purpose)) {
    response.cut = too_large;
    return std::move(response);
  }
  const bool may_have_arrived = (sent || !done) && !reads_only(request);
  Error error{.kind = may_have_arrived ? ErrorKind::kUnknown : ErrorKind::kTransient, .http_status = response.status};
  const std::string host = host_of(request.url);
  error.code = place_of(code);
  error.what = sentence_of(error.code, host, trouble);
  if (!done) {
    error.code = "cancelled";
    error.what = "The call to " + host + " was stopped before it was answered.";
  } else if (too_large) {
    if (reads_only(request)) error.kind = ErrorKind::kInvalid;
    error.code = "too_large";
    error.what = "The answer of " + host + " is larger than the limit.";
  } else if (refused && !sent) {
    error.kind = ErrorKind::kRejected;
    error.code = "refused";
    error.what = host + " is at an address that must not be touched.";
  } else if (error.code == "invalid" && !sent) {
    error.kind = ErrorKind::kInvalid;
  }
  return std::unexpected(std::move(error));
}

HttpClient::HttpClient(asio::io_context& loop) : engine_(std::make_shared<Engine>(loop)) {}
HttpClient::~HttpClient() = default;
std::size_t HttpClient::under_way() const { return engine_->under_way(); }
asio::thread_pool& HttpClient::pool() { return engine_->pool(); }

asio::awaitable<Result<HttpResponse>> HttpClient::send(HttpRequest request) {
  if (const std::string fault = fault_of(request); !fault.empty())
    co_return failure(ErrorKind::kInvalid, fault, "invalid");
  const Engine::Ticket ticket(engine_->start(std::move(request)));
  if (!ticket.transfer->done)
    co_await ticket.transfer->finished.async_wait(asio::experimental::as_tuple(asio::use_awaitable));
  co_return ticket.transfer->result();
}

}  // namespace apiops::net
