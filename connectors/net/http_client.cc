#include "connectors/net/http_client.h"

#include <arpa/inet.h>
#include <curl/curl.h>
#include <sys/socket.h>
#include <unistd.h>

#include <asio/co_spawn.hpp>
#include <asio/experimental/channel.hpp>
#include <asio/post.hpp>
#include <asio/posix/stream_descriptor.hpp>
#include <asio/steady_timer.hpp>
#include <asio/this_coro.hpp>
#include <asio/use_awaitable.hpp>
#include <map>
#include <set>

#include "engine/base/text.h"

namespace apiops::net {

namespace {

constexpr long kMaxConnections = 64;
constexpr std::size_t kMaxHeaderBytes = 64u << 10;

// One call under way. Owned by the coroutine that waits for it; libcurl holds a plain pointer until it is removed.
struct Transfer {
  HttpRequest request;
  HttpResponse response;
  CURL* easy = nullptr;
  curl_slist* headers = nullptr;
  curl_slist* resolved = nullptr;
  std::size_t header_bytes = 0;
  bool too_large = false;
  bool refused = false;   // may_connect said no
  char trouble[CURL_ERROR_SIZE] = {};
  std::function<void(CURLcode)> done;

  ~Transfer() {
    if (easy) curl_easy_cleanup(easy);
    curl_slist_free_all(headers);
    curl_slist_free_all(resolved);
  }
};

std::size_t on_body(char* data, std::size_t, std::size_t size, void* user) {
  auto& t = *static_cast<Transfer*>(user);
  const std::size_t room = t.request.max_body - t.response.body.size();
  t.response.body.append(data, std::min(size, room));
  if (size <= room) return size;
  t.too_large = t.response.cut = true;
  return 0;  // stops the transfer while it arrives
}

std::size_t on_header(char* data, std::size_t, std::size_t size, void* user) {
  auto& t = *static_cast<Transfer*>(user);
  const std::string_view line = trim(std::string_view(data, size));
  t.header_bytes += size;
  if (t.header_bytes > kMaxHeaderBytes) return 0;
  if (line.starts_with("HTTP/")) {
    t.response.headers.clear();  // an interim answer came before
    return size;
  }
  const auto colon = line.find(':');
  if (colon != std::string_view::npos) t.response.headers.emplace_back(lower_ascii(line.substr(0, colon)), std::string(trim(line.substr(colon + 1))));
  return size;
}

std::string numeric_address(const sockaddr& address, int& port) {
  char text[INET6_ADDRSTRLEN] = {};
  if (address.sa_family == AF_INET) {
    const auto& v4 = reinterpret_cast<const sockaddr_in&>(address);
    port = ntohs(v4.sin_port);
    inet_ntop(AF_INET, &v4.sin_addr, text, sizeof text);
  } else if (address.sa_family == AF_INET6) {
    const auto& v6 = reinterpret_cast<const sockaddr_in6&>(address);
    port = ntohs(v6.sin6_port);
    inet_ntop(AF_INET6, &v6.sin6_addr, text, sizeof text);
  }
  return text;
}

// The last word on every connection: whatever a name resolved to, or a redirect led to, passes here (faults 77).
curl_socket_t on_open(void* user, curlsocktype, curl_sockaddr* address) {
  auto& t = *static_cast<Transfer*>(user);
  if (t.request.may_connect) {
    int port = 0;
    const std::string numeric = numeric_address(address->addr, port);
    if (!t.request.may_connect(numeric, port)) {
      t.refused = true;
      return CURL_SOCKET_BAD;
    }
  }
  return socket(address->family, address->socktype | SOCK_CLOEXEC, address->protocol);
}

void configure(Transfer& t) {
  const HttpRequest& r = t.request;
  CURL* e = t.easy;
  curl_easy_setopt(e, CURLOPT_URL, r.url.c_str());
  curl_easy_setopt(e, CURLOPT_PROTOCOLS_STR, "http,https");
  curl_easy_setopt(e, CURLOPT_REDIR_PROTOCOLS_STR, "http,https");
  curl_easy_setopt(e, CURLOPT_FOLLOWLOCATION, 0L);
  curl_easy_setopt(e, CURLOPT_PROXY, "");
  curl_easy_setopt(e, CURLOPT_NOSIGNAL, 1L);
  curl_easy_setopt(e, CURLOPT_HTTP_VERSION, static_cast<long>(CURL_HTTP_VERSION_1_1));
  curl_easy_setopt(e, CURLOPT_ACCEPT_ENCODING, "");
  curl_easy_setopt(e, CURLOPT_TIMEOUT_MS, static_cast<long>(r.timeout.count()));
  curl_easy_setopt(e, CURLOPT_CONNECTTIMEOUT_MS, static_cast<long>(r.connect_timeout.count()));
  curl_easy_setopt(e, CURLOPT_LOW_SPEED_LIMIT, kLowSpeedBytes);
  curl_easy_setopt(e, CURLOPT_LOW_SPEED_TIME, kLowSpeedSeconds);
  curl_easy_setopt(e, CURLOPT_WRITEFUNCTION, on_body);
  curl_easy_setopt(e, CURLOPT_WRITEDATA, &t);
  curl_easy_setopt(e, CURLOPT_HEADERFUNCTION, on_header);
  curl_easy_setopt(e, CURLOPT_HEADERDATA, &t);
  curl_easy_setopt(e, CURLOPT_OPENSOCKETFUNCTION, on_open);
  curl_easy_setopt(e, CURLOPT_OPENSOCKETDATA, &t);
  curl_easy_setopt(e, CURLOPT_ERRORBUFFER, t.trouble);
  curl_easy_setopt(e, CURLOPT_PRIVATE, &t);
  if (r.may_connect) curl_easy_setopt(e, CURLOPT_FRESH_CONNECT, 1L), curl_easy_setopt(e, CURLOPT_FORBID_REUSE, 1L);
  const bool sends_body = !r.body.empty() || r.method == "POST" || r.method == "PUT" || r.method == "PATCH";
  if (r.method == "HEAD") curl_easy_setopt(e, CURLOPT_NOBODY, 1L);
  if (sends_body) {
    curl_easy_setopt(e, CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(r.body.size()));
    curl_easy_setopt(e, CURLOPT_POSTFIELDS, r.body.data());
  }
  if (r.method != "HEAD") curl_easy_setopt(e, CURLOPT_CUSTOMREQUEST, r.method.c_str());
  t.headers = curl_slist_append(t.headers, "Expect:");
  for (const auto& [name, value] : r.headers) t.headers = curl_slist_append(t.headers, (name + ": " + value).c_str());
  curl_easy_setopt(e, CURLOPT_HTTPHEADER, t.headers);
  for (const auto& entry : r.resolved) t.resolved = curl_slist_append(t.resolved, entry.c_str());
  if (t.resolved) curl_easy_setopt(e, CURLOPT_RESOLVE, t.resolved);
}

bool reads_only(const HttpRequest& r) { return r.method == "GET" || r.method == "HEAD"; }

Error error_of(const Transfer& t, CURLcode code) {
  const ErrorKind lost = reads_only(t.request) ? ErrorKind::kTransient : ErrorKind::kUnknown;
  if (t.refused) return {.kind = ErrorKind::kRejected, .what = "The address is not allowed."};
  if (t.too_large) return {.kind = reads_only(t.request) ? ErrorKind::kInvalid : lost, .what = "The answer is larger than the limit and was cut."};
  switch (code) {
    case CURLE_COULDNT_RESOLVE_HOST: return {.kind = ErrorKind::kTransient, .what = "The name does not resolve."};
    case CURLE_COULDNT_CONNECT: return {.kind = ErrorKind::kTransient, .what = "The connection was refused."};
    case CURLE_PEER_FAILED_VERIFICATION: return {.kind = ErrorKind::kTransient, .what = "The TLS certificate was not accepted."};
    case CURLE_SSL_CONNECT_ERROR: return {.kind = ErrorKind::kTransient, .what = "The TLS connection could not be made."};
    case CURLE_URL_MALFORMAT:
    case CURLE_UNSUPPORTED_PROTOCOL: return {.kind = ErrorKind::kInvalid, .what = "The URL can't be used."};
    case CURLE_PARTIAL_FILE: return {.kind = lost, .what = "The answer is incomplete: the connection was cut."};
    case CURLE_OPERATION_TIMEDOUT: {
      long requested = 0;  // bytes of the request that left
      curl_easy_getinfo(t.easy, CURLINFO_REQUEST_SIZE, &requested);
      if (requested == 0) return {.kind = ErrorKind::kTransient, .what = "No connection within the limit."};
      return {.kind = lost, .what = "No answer within the limit of " + human_duration(t.request.timeout) + "."};
    }
    default: return {.kind = lost, .what = "The connection broke before the answer was complete."};
  }
}

}  // namespace

struct HttpClient::Engine {
  explicit Engine(asio::io_context& l) : loop(l), timer(l) {
    static const CURLcode ready = curl_global_init(CURL_GLOBAL_DEFAULT);
    if (ready != CURLE_OK) throw std::runtime_error("libcurl could not start");
    multi = curl_multi_init();
    curl_multi_setopt(multi, CURLMOPT_SOCKETFUNCTION, &Engine::on_socket);
    curl_multi_setopt(multi, CURLMOPT_SOCKETDATA, this);
    curl_multi_setopt(multi, CURLMOPT_TIMERFUNCTION, &Engine::on_timer);
    curl_multi_setopt(multi, CURLMOPT_TIMERDATA, this);
    curl_multi_setopt(multi, CURLMOPT_MAX_TOTAL_CONNECTIONS, kMaxConnections);
  }

  ~Engine() {
    *alive = false;
    for (Transfer* t : transfers) curl_multi_remove_handle(multi, t->easy);
    curl_multi_cleanup(multi);
    for (auto& [fd, watch] : watches) watch->descriptor.release();
  }

  // A socket of libcurl's that the loop watches. Released, never closed here: libcurl owns it.
  struct Watch {
    explicit Watch(asio::io_context& l, int fd) : descriptor(l, fd) {}
    asio::posix::stream_descriptor descriptor;
    int wanted = 0;
    bool reading = false, writing = false;
  };

  static int on_socket(CURL*, curl_socket_t fd, int what, void* user, void*) {
    auto& self = *static_cast<Engine*>(user);
    if (what == CURL_POLL_REMOVE) {
      const auto it = self.watches.find(fd);
      if (it != self.watches.end()) {
        it->second->wanted = 0;
        it->second->descriptor.release();
        self.watches.erase(it);
      }
      return 0;
    }
    auto& watch = self.watches[fd];
    if (!watch) watch = std::make_shared<Watch>(self.loop, fd);
    watch->wanted = what;
    self.arm(fd, watch);
    return 0;
  }

  void arm(int fd, const std::shared_ptr<Watch>& watch) {
    using Wait = asio::posix::stream_descriptor;
    if ((watch->wanted & CURL_POLL_IN) && !watch->reading) {
      watch->reading = true;
      watch->descriptor.async_wait(Wait::wait_read, [this, fd, watch, a = alive](std::error_code e) {
        watch->reading = false;
        if (*a && !e) act(fd, CURL_CSELECT_IN, watch);
      });
    }
    if ((watch->wanted & CURL_POLL_OUT) && !watch->writing) {
      watch->writing = true;
      watch->descriptor.async_wait(Wait::wait_write, [this, fd, watch, a = alive](std::error_code e) {
        watch->writing = false;
        if (*a && !e) act(fd, CURL_CSELECT_OUT, watch);
      });
    }
  }

  void act(int fd, int events, const std::shared_ptr<Watch>& watch) {
    int running = 0;
    curl_multi_socket_action(multi, fd, events, &running);
    const auto it = watches.find(fd);
    if (it != watches.end() && it->second == watch) arm(fd, watch);
    collect();
  }

  static int on_timer(CURLM*, long ms, void* user) {
    auto& self = *static_cast<Engine*>(user);
    self.timer.cancel();
    if (ms < 0) return 0;
    self.timer.expires_after(Duration(ms));
    self.timer.async_wait([&self, a = self.alive](std::error_code e) {
      if (e || !*a) return;
      int running = 0;
      curl_multi_socket_action(self.multi, CURL_SOCKET_TIMEOUT, 0, &running);
      self.collect();
    });
    return 0;
  }

  void collect() {
    int left = 0;
    while (CURLMsg* message = curl_multi_info_read(multi, &left)) {
      if (message->msg != CURLMSG_DONE) continue;
      Transfer* t = nullptr;
      curl_easy_getinfo(message->easy_handle, CURLINFO_PRIVATE, &t);
      const CURLcode code = message->data.result;
      curl_multi_remove_handle(multi, t->easy);
      transfers.erase(t);
      t->done(code);
    }
  }

  void begin(Transfer& t) {
    transfers.insert(&t);
    curl_multi_add_handle(multi, t.easy);
  }

  asio::io_context& loop;
  asio::steady_timer timer;
  CURLM* multi = nullptr;
  std::map<int, std::shared_ptr<Watch>> watches;
  std::set<Transfer*> transfers;
  std::shared_ptr<bool> alive = std::make_shared<bool>(true);
};

HttpClient::HttpClient(asio::io_context& loop) : engine_(std::make_unique<Engine>(loop)) {}
HttpClient::~HttpClient() = default;

asio::awaitable<Result<HttpResponse>> HttpClient::send(HttpRequest request) {
  auto transfer = std::make_shared<Transfer>();
  transfer->request = std::move(request);
  transfer->easy = curl_easy_init();
  if (!transfer->easy) co_return failure(ErrorKind::kUnavailable, "No memory for another call.");
  configure(*transfer);
  using Channel = asio::experimental::channel<void(std::error_code, CURLcode)>;
  auto finished = std::make_shared<Channel>(co_await asio::this_coro::executor, 1);
  // The callback keeps the transfer alive until libcurl has let go of it, whatever becomes of this coroutine.
  transfer->done = [finished, keep = transfer](CURLcode code) {
    finished->try_send(std::error_code(), code);
    asio::post(finished->get_executor(), [keep] { keep->done = nullptr; });
  };
  engine_->begin(*transfer);
  const CURLcode code = co_await finished->async_receive(asio::use_awaitable);
  Transfer& t = *transfer;
  curl_off_t micros = 0;
  long status = 0;
  curl_easy_getinfo(t.easy, CURLINFO_TOTAL_TIME_T, &micros);
  curl_easy_getinfo(t.easy, CURLINFO_RESPONSE_CODE, &status);
  t.response.status = static_cast<int>(status);
  t.response.took = Duration(micros / 1000);
  const bool cut_as_asked = t.too_large && t.request.cut_body_is_fine;
  if (code != CURLE_OK && !cut_as_asked) co_return std::unexpected(error_of(t, code));
  co_return std::move(t.response);
}

std::string HttpResponse::header(std::string_view name) const {
  for (const auto& [key, value] : headers)
    if (key == name) return value;
  return {};
}

std::string encode_component(std::string_view text) {
  static constexpr char kHex[] = "0123456789ABCDEF";
  std::string out;
  for (const char c : text) {
    const auto b = static_cast<unsigned char>(c);
    const bool plain = (b >= '0' && b <= '9') || (b >= 'A' && b <= 'Z') || (b >= 'a' && b <= 'z') || b == '-' || b == '_' || b == '.' || b == '~';
    if (plain) out += c;
    else out += {'%', kHex[b >> 4], kHex[b & 15]};
  }
  return out;
}

std::string encode_form(const Headers& pairs) {
  std::string out;
  for (const auto& [name, value] : pairs) out += (out.empty() ? "" : "&") + encode_component(name) + "=" + encode_component(value);
  return out;
}

}  // namespace apiops::net
