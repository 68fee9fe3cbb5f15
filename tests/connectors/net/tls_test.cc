#include <openssl/pem.h>
#include <openssl/x509v3.h>
#include <unistd.h>

#include <asio/ssl.hpp>
#include <cstdio>
#include <filesystem>

#include "tests/connectors/net/loopback.h"

namespace apiops::net {

using testing::Loopback;

namespace {

// A self-signed certificate for `name`, valid from an hour ago for `seconds`, and its key, in one PEM file.
std::string make_certificate(const std::string& name, long seconds) {
  EVP_PKEY* key = EVP_EC_gen("P-256");
  X509* certificate = X509_new();
  X509_set_version(certificate, 2);
  ASN1_INTEGER_set(X509_get_serialNumber(certificate), 1);
  X509_gmtime_adj(X509_getm_notBefore(certificate), -3600);
  X509_gmtime_adj(X509_getm_notAfter(certificate), seconds);
  X509_set_pubkey(certificate, key);
  X509_NAME* subject = X509_get_subject_name(certificate);
  X509_NAME_add_entry_by_txt(subject, "CN", MBSTRING_ASC, reinterpret_cast<const unsigned char*>(name.c_str()), -1, -1,
                             0);
  X509_set_issuer_name(certificate, subject);
  X509_EXTENSION* names = X509V3_EXT_conf_nid(nullptr, nullptr, NID_subject_alt_name, ("DNS:" + name).c_str());
  X509_add_ext(certificate, names, -1);
  X509_sign(certificate, key, EVP_sha256());
  std::string path =
      (std::filesystem::temp_directory_path() / ("apiops-tls-" + std::to_string(getpid()) + "-XXXXXX")).string();
  FILE* file = fdopen(mkstemp(path.data()), "w");
  PEM_write_X509(file, certificate);
  PEM_write_PrivateKey(file, key, nullptr, nullptr, 0, nullptr, nullptr);
  std::fclose(file);
  X509_EXTENSION_free(names);
  X509_free(certificate);
  EVP_PKEY_free(key);
  return path;
}

// Answers one request a connection over TLS with the certificate of a file.
struct TlsServer {
  TlsServer(asio::io_context& loop, const std::string& pem) : acceptor(loop, {asio::ip::make_address("127.0.0.1"), 0}) {
    context.use_certificate_file(pem, asio::ssl::context::pem);
    context.use_private_key_file(pem, asio::ssl::context::pem);
    asio::co_spawn(loop, serve(), asio::detached);
  }
  asio::awaitable<void> serve() {
    while (true) {
      asio::ssl::stream<asio::ip::tcp::socket> stream(co_await acceptor.async_accept(asio::use_awaitable), context);
      try {
        co_await stream.async_handshake(asio::ssl::stream_base::server, asio::use_awaitable);
        char head[4096];
        co_await stream.async_read_some(asio::buffer(head), asio::use_awaitable);
        ++requests;
        const std::string answer = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\nok";
        co_await asio::async_write(stream, asio::buffer(answer), asio::use_awaitable);
      } catch (const std::system_error&) {
        // the client did not like the certificate
      }
    }
  }
  asio::ssl::context context{asio::ssl::context::tls_server};
  asio::ip::tcp::acceptor acceptor;
  int requests = 0;
};

struct Tls : Loopback {
  explicit Tls(const std::string& certified, long seconds = 3600)
      : pem(make_certificate(certified, seconds)), server(loop, pem) {}
  ~Tls() { std::filesystem::remove(pem); }
  Result<HttpResponse> ask(const std::string& host, bool trusted) {
    const std::string port = std::to_string(server.acceptor.local_endpoint().port());
    return send({.url = "https://" + host + ":" + port + "/",
                 .ca_file = trusted ? pem : "",
                 .resolved = {host + ":" + port + ":127.0.0.1"}});
  }
  std::string pem;
  TlsServer server;
};

}  // namespace

BOOST_AUTO_TEST_SUITE(tls)

BOOST_AUTO_TEST_CASE(a_trusted_certificate_of_the_host_is_accepted) {
  Tls net("api.example.com");
  const auto answer = net.ask("api.example.com", true);
  BOOST_REQUIRE(answer);
  BOOST_TEST(answer->body == "ok");
}

BOOST_AUTO_TEST_CASE(unknown_authority_wrong_host_and_expired_are_refused_before_anything_is_sent) {
  Tls unknown("api.example.com"), wrong("other.example.com"), expired("api.example.com", -60);
  const auto by_unknown = unknown.ask("api.example.com", false);
  const auto by_wrong = wrong.ask("api.example.com", true);
  const auto by_expired = expired.ask("api.example.com", true);
  for (const auto* answer : {&by_unknown, &by_wrong, &by_expired}) {
    BOOST_REQUIRE(!*answer);
    BOOST_TEST(answer->error().code == "tls");
    BOOST_TEST((answer->error().kind == ErrorKind::kTransient));
  }
  BOOST_TEST(by_expired.error().what.find("expired") != std::string::npos, by_expired.error().what);
  BOOST_TEST(by_wrong.error().what.find("target host name") != std::string::npos, by_wrong.error().what);
  BOOST_TEST(by_unknown.error().what.find("self-signed") != std::string::npos, by_unknown.error().what);
  BOOST_TEST(unknown.server.requests + wrong.server.requests + expired.server.requests == 0);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace apiops::net
