// The only file that includes websocketpp's client.
#include "connectors/net/websocket_client.h"

#include <openssl/ssl.h>
#include <openssl/x509v3.h>

#include <asio/ssl.hpp>
#include <websocketpp/client.hpp>
#include <websocketpp/config/asio_client.hpp>

#include "connectors/net/url_parts.h"

namespace apiops::net {

namespace {

using websocketpp::connection_hdl;
using TlsContext = std::shared_ptr<asio::ssl::context>;

struct Tls {
  using Endpoint = websocketpp::client<websocketpp::config::asio_tls_client>;
};
struct Plain {
  using Endpoint = websocketpp::client<websocketpp::config::asio_client>;
};

// What OpenSSL found wrong, for people: expired, another host's, an unknown authority.
struct Verdict {
  std::string fault;
};

TlsContext verifying_context(const std::string& host, const std::string& ca_file, std::shared_ptr<Verdict> verdict) {
  auto context = std::make_shared<asio::ssl::context>(asio::ssl::context::tls_client);
  std::error_code ignored;
  context->set_options(
      asio::ssl::context::default_workarounds | asio::ssl::context::no_tlsv1 | asio::ssl::context::no_tlsv1_1, ignored);
  if (ca_file.empty())
    context->set_default_verify_paths(ignored);
  else
    context->load_verify_file(ca_file, ignored);  // unread: nothing is trusted, and the handshake says so
  context->set_verify_mode(asio::ssl::verify_peer);
  context->set_verify_callback([host, verdict = std::move(verdict)](bool fine, asio::ssl::verify_context& chain) {
    if (!fine) {
      verdict->fault = X509_verify_cert_error_string(X509_STORE_CTX_get_error(chain.native_handle()));
      return false;
    }
    const bool right_host = asio::ssl::host_name_verification(host)(fine, chain);
    if (!right_host) verdict->fault = "the certificate is for another host";
    return right_host;
  });
  return context;
}

template <typename Kind>
class Link final : public WebsocketLink {
 public:
  using Endpoint = typename Kind::Endpoint;
  using Connection = typename Endpoint::connection_ptr;

  // The endpoint stays until the loop has run what it left there.
  struct Core : std::enable_shared_from_this<Core> {
    Core(LinkCallbacks c) : calls(std::move(c)) {}
    Endpoint endpoint;
    Connection connection;
    LinkCallbacks calls;
    std::shared_ptr<Verdict> verdict = std::make_shared<Verdict>();
    bool open = false, over = false;

    void live() const {
      if (!over && calls.on_sign_of_life) calls.on_sign_of_life();
    }
    void end(Error why) {
      if (std::exchange(over, true)) return;
      open = false;
      const auto told = std::exchange(calls.on_end, nullptr);
      calls = {};
      if (told) told(why);
    }
  };

  Link(asio::io_context& loop, LinkSettings settings, LinkCallbacks callbacks, const std::string& host)
      : loop_(loop), core_(std::make_shared<Core>(std::move(callbacks))) {
    Endpoint& endpoint = core_->endpoint;
    endpoint.clear_access_channels(websocketpp::log::alevel::all);
    endpoint.clear_error_channels(websocketpp::log::elevel::all);
    endpoint.init_asio(&loop);
    endpoint.set_user_agent("apiops");
    endpoint.set_max_message_size(settings.max_message);
    endpoint.set_open_handshake_timeout(kOpenTimeout.count());
    endpoint.set_close_handshake_timeout(kCloseTimeout.count());
    set_handlers(host, settings.ca_file);
    std::error_code ec;
    core_->connection = endpoint.get_connection(settings.url, ec);
    if (ec) throw std::system_error(ec);
    endpoint.connect(core_->connection);
  }

  ~Link() override {
    core_->over = true;
    core_->calls = {};
    std::error_code ignored;
    if (core_->connection) core_->connection->close(websocketpp::close::status::going_away, "", ignored);
    asio::post(loop_, [core = core_] { core->connection.reset(); });
  }

  bool send(const std::string& text) override {
    return core_->open && !core_->connection->send(text, websocketpp::frame::opcode::text);
  }
  void ping() override {
    std::error_code ignored;
    if (core_->open) core_->connection->ping("", ignored);
  }
  void close(std::uint16_t code, const std::string& reason) override {
    std::error_code ignored;
    if (!core_->over) core_->connection->close(code, reason, ignored);
  }
  void pause_reading() override {
    if (core_->open) core_->connection->pause_reading();
  }
  void resume_reading() override {
    if (core_->open) core_->connection->resume_reading();
  }

 private:
  void set_handlers(const std::string& host, const std::string& ca_file) {
    Endpoint& endpoint = core_->endpoint;
    const std::weak_ptr<Core> weak = core_;
    if constexpr (std::is_same_v<Kind, Tls>)
      endpoint.set_tls_init_handler([host, ca_file, verdict = core_->verdict](connection_hdl) {
        return verifying_context(host, ca_file, verdict);
      });
    // Set when the socket is open: an option that is set earlier fails without a word.
    endpoint.set_tcp_post_init_handler([weak](connection_hdl) {
      std::error_code ignored;
      if (const auto core = weak.lock(); core && core->connection)
        core->connection->get_raw_socket().lowest_layer().set_option(asio::ip::tcp::no_delay(true), ignored);
    });
    endpoint.set_open_handler([weak](connection_hdl) {
      const auto core = weak.lock();
      if (!core || core->over) return;
      core->open = true;
      if (core->calls.on_open) core->calls.on_open();
    });
    endpoint.set_message_handler([weak](connection_hdl, const typename Endpoint::message_ptr& message) {
      const auto core = weak.lock();
      if (core && !core->over && core->calls.on_text && message->get_opcode() == websocketpp::frame::opcode::text)
        core->calls.on_text(message->get_payload());
    });
    endpoint.set_ping_handler([weak](connection_hdl, const std::string&) {
      if (const auto core = weak.lock()) core->live();
      return true;  // answered with a pong
    });
    endpoint.set_pong_handler([weak](connection_hdl, const std::string&) {
      if (const auto core = weak.lock()) core->live();
    });
    endpoint.set_fail_handler([weak](connection_hdl) {
      if (const auto core = weak.lock()) core->end(failure_of(*core));
    });
    endpoint.set_close_handler([weak](connection_hdl) {
      const auto core = weak.lock();
      if (!core) return;
      const int code = core->connection->get_remote_close_code();
      core->end({.kind = ErrorKind::kTransient,
                 .what = "The socket was closed (" + std::to_string(code) + ").",
                 .code = "closed",
                 .http_status = code});
    });
  }

  static Error failure_of(const Core& core) {
    using namespace websocketpp;
    const std::error_code ec = core.connection->get_ec();
    if (!core.verdict->fault.empty() ||
        ec == transport::asio::socket::make_error_code(transport::asio::socket::error::tls_handshake_failed))
      return {
          .kind = ErrorKind::kTransient,
          .what = "The TLS certificate was refused: " +
                  (core.verdict->fault.empty() ? core.connection->get_transport_ec().message() : core.verdict->fault) +
                  ".",
          .code = "tls"};
    if (ec == error::make_error_code(error::open_handshake_timeout))
      return {.kind = ErrorKind::kTransient, .what = "The socket did not open in time.", .code = "timeout"};
    const bool upgrade_refused = core.connection->get_response_code() != http::status_code::uninitialized;
    if (upgrade_refused)
      return {.kind = ErrorKind::kTransient,
              .what = "The server refused the socket (status " +
                      std::to_string(static_cast<int>(core.connection->get_response_code())) + ").",
              .code = "handshake",
              .http_status = static_cast<int>(core.connection->get_response_code())};
    return {
        .kind = ErrorKind::kTransient, .what = "The server can't be reached: " + ec.message() + ".", .code = "connect"};
  }

  asio::io_context& loop_;
  std::shared_ptr<Core> core_;
};

}  // namespace

Result<std::unique_ptr<WebsocketLink>> WebsocketLink::dial(asio::io_context& loop, LinkSettings settings,
                                                           LinkCallbacks callbacks) {
  const bool tls = settings.url.starts_with("wss://");
  if (!tls && !settings.url.starts_with("ws://"))
    return failure(ErrorKind::kInvalid, "This is no websocket URL.", "invalid");
  const auto parts = read_url((tls ? "https://" : "http://") + settings.url.substr(tls ? 6 : 5));
  if (!parts) return failure(ErrorKind::kInvalid, "This is no websocket URL.", "invalid");
  if (!tls && !is_loopback_host(parts->host))
    return failure(ErrorKind::kRejected, "A plain ws:// socket is for loopback addresses only.", "invalid");
  const std::string host = parts->host;
  try {
    if (tls) return std::make_unique<Link<Tls>>(loop, std::move(settings), std::move(callbacks), host);
    return std::make_unique<Link<Plain>>(loop, std::move(settings), std::move(callbacks), host);
  } catch (const std::exception&) {
    return failure(ErrorKind::kInvalid, "This is no websocket URL.", "invalid");
  }
}

}  // namespace apiops::net
