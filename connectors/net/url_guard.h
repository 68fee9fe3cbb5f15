// Decides whether the agent may touch a URL that came from people or services (facts on the hostile outside, section
// 1). The verdict names the first rule that failed. Shapes are judged first, then every resolved address; probes
// connect only to addresses that were judged.
#pragma once

#include <asio/awaitable.hpp>
#include <asio/io_context.hpp>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "connectors/net/http_client.h"
#include "engine/base/result.h"

namespace apiops::net {

struct UrlVerdict {
  bool allowed = false;
  std::string reason;  // one clause: "resolves to a private address", "port 22 is not allowed", "ok"
  std::string host;
  int port = 0;
  std::vector<std::string> addresses;  // judged; for CURLOPT_RESOLVE
};

struct UrlRules {
  std::set<int> ports{80, 443, 8080, 8443};
  std::vector<std::string> allow;  // "host:port" or "10.1.0.0/16:8443": on-premises webhooks, from the configuration
  std::vector<std::string>
      own_addresses;  // where the agent listens itself ("10.0.0.5" or "127.0.0.1:8080"): always denied
  // Answers that stand for DNS (tests, the sandbox, `check-url --resolve`). With `only_static`, nothing else is looked
  // up.
  std::map<std::string, std::vector<std::string>> static_hosts;
  bool only_static = false;
  // The sandbox's hosts, and who answers for them: "voice.example.com" → "http://127.0.0.1:4010". Set by the demo and
  // by tests only; the path is kept, the name travels in the Host header.
  std::map<std::string, std::string> stand_ins;
};

inline constexpr Duration kGuardLookUp{5'000};
inline constexpr Duration kProbeTime{5'000};  // look-ups, redirects and answers, all together
inline constexpr int kMaxRedirects = 3;
inline constexpr std::size_t kProbeBody = 4096;
inline constexpr Duration kBetweenProbesOfAHost{1'000};
inline constexpr std::size_t kMaxAddressesOfAHost = 64;

// Shape alone, no look-up. allowed means "shape is fine".
UrlVerdict judge_shape(const std::string& url, const UrlRules& rules);
// "private", "loopback", "link-local", "metadata" …, or empty where the address is public.
std::string denied_address(const std::string& numeric_address);

class UrlGuard {
 public:
  UrlGuard(asio::io_context& loop, HttpClient& http, UrlRules rules);
  UrlRules& rules() { return rules_; }

  // Shape, then resolve once within 5 s, then every address.
  asio::awaitable<UrlVerdict> judge(std::string url);

  struct Probe {
    UrlVerdict verdict;
    int status = 0;  // 0: no answer
    Duration took{0};
    std::string trouble;  // "the name does not resolve", "refused the connection" … or empty
    int redirects = 0;
  };
  // HEAD, then GET where HEAD is refused; at most 3 redirects, each judged from the start; 5 s in all; no credentials.
  asio::awaitable<Probe> probe(std::string url);

 private:
  asio::awaitable<std::vector<std::string>> look_up(std::string host, Duration limit);
  asio::awaitable<UrlVerdict> judge_within(std::string url, Duration limit);
  asio::awaitable<Result<HttpResponse>> ask(std::string url, UrlVerdict verdict,
                                            std::chrono::steady_clock::time_point end);
  asio::awaitable<bool> wait_for_host(std::string host, std::chrono::steady_clock::time_point end);

  asio::io_context& loop_;
  HttpClient& http_;
  UrlRules rules_;
  std::map<std::string, std::chrono::steady_clock::time_point> last_probe_;  // of hosts within the last second
};

}  // namespace apiops::net
