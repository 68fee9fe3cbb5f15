#include "connectors/net/url_guard.h"

#include <curl/urlapi.h>

#include <algorithm>
#include <asio/experimental/as_tuple.hpp>
#include <asio/ip/tcp.hpp>
#include <asio/steady_timer.hpp>
#include <asio/use_awaitable.hpp>

#include "connectors/net/address_rules.h"
#include "connectors/net/url_parts.h"

namespace apiops::net {

namespace {

using Steady = std::chrono::steady_clock;
constexpr auto kAwait = asio::experimental::as_tuple(asio::use_awaitable);

Duration left_until(Steady::time_point end) {
  return std::max(Duration(0), std::chrono::duration_cast<Duration>(end - Steady::now()));
}

// Where a Location leads from here; empty where it can't be read.
std::string resolve_location(const std::string& from, const std::string& location) {
  const std::unique_ptr<CURLU, decltype(&curl_url_cleanup)> url(curl_url(), &curl_url_cleanup);
  char* text = nullptr;
  if (curl_url_set(url.get(), CURLUPART_URL, from.c_str(), 0) != CURLUE_OK) return {};
  if (curl_url_set(url.get(), CURLUPART_URL, location.c_str(), CURLU_NON_SUPPORT_SCHEME) != CURLUE_OK) return {};
  std::string out = curl_url_get(url.get(), CURLUPART_URL, &text, 0) == CURLUE_OK ? text : "";
  curl_free(text);
  return out;
}

std::string trouble_of(const Error& error) {
  if (error.code == "resolve") return "the name does not resolve";
  if (error.code == "connect") return "refused the connection";
  if (error.code == "timeout") return "did not answer in time";
  if (error.code == "tls") return "has no trusted TLS certificate";
  if (error.code == "refused") return "its address must not be touched";
  if (error.code == "incomplete") return "its answer was incomplete";
  return "closed the connection without an answer";
}

bool head_is_refused(const Result<HttpResponse>& answer) {
  if (!answer) return answer.error().code == "cut";
  return answer->status == 400 || answer->status == 403 || answer->status == 404 || answer->status == 405 ||
         answer->status == 501;
}

// "/voice?x=1" of "https://host/voice?x=1".
std::string path_of(const std::string& url) {
  const auto host = url.find("://");
  const auto path = host == std::string::npos ? host : url.find('/', host + 3);
  return path == std::string::npos ? "/" : url.substr(path);
}

bool is_redirect(int status) {
  return status == 301 || status == 302 || status == 303 || status == 307 || status == 308;
}

}  // namespace

UrlGuard::UrlGuard(asio::io_context& loop, HttpClient& http, UrlRules rules)
    : loop_(loop), http_(http), rules_(std::move(rules)) {}

// Asio's look-up can't be interrupted: it is left behind when the time is over, and its answer is dropped.
asio::awaitable<std::vector<std::string>> UrlGuard::look_up(std::string host, Duration limit) {
  if (const auto known = rules_.static_hosts.find(host); known != rules_.static_hosts.end()) co_return known->second;
  if (rules_.only_static) co_return std::vector<std::string>();
  struct LookUp {
    explicit LookUp(asio::io_context& loop) : resolver(loop), over(loop) {}
    asio::ip::tcp::resolver resolver;
    asio::steady_timer over;
    std::vector<std::string> addresses;
  };
  const auto look = std::make_shared<LookUp>(loop_);
  look->over.expires_after(limit);
  look->resolver.async_resolve(host, "", asio::ip::tcp::resolver::flags(),
                               [look](std::error_code ec, const auto& results) {
                                 if (!ec)
                                   for (const auto& result : results)
                                     look->addresses.push_back(result.endpoint().address().to_string());
                                 look->over.cancel();
                               });
  co_await look->over.async_wait(kAwait);
  auto addresses = std::move(look->addresses);
  std::sort(addresses.begin(), addresses.end());
  addresses.erase(std::unique(addresses.begin(), addresses.end()), addresses.end());
  co_return addresses;
}

asio::awaitable<UrlVerdict> UrlGuard::judge(std::string url) {
  co_return co_await judge_within(std::move(url), kGuardLookUp);
}

asio::awaitable<UrlVerdict> UrlGuard::judge_within(std::string url, Duration limit) {
  UrlVerdict verdict = judge_shape(url, rules_);
  if (!verdict.allowed || !verdict.addresses.empty() || rules_.stand_ins.contains(verdict.host)) co_return verdict;
  auto addresses = co_await look_up(verdict.host, std::min(limit, kGuardLookUp));
  verdict.allowed = false;
  verdict.reason = "the name does not resolve";
  if (addresses.size() > kMaxAddressesOfAHost) verdict.reason = "the name has too many addresses";
  if (addresses.empty() || addresses.size() > kMaxAddressesOfAHost) co_return verdict;
  const bool port_is_open = rules_.ports.contains(verdict.port) || allows_host(rules_, verdict.host, verdict.port);
  for (const auto& address : addresses) {
    if (const auto kind = judge_address(rules_, verdict.host, address, verdict.port); !kind.empty())
      verdict.reason = "resolves to " + address_of_kind(kind);
    else if (!port_is_open && !allows_address(rules_, address, verdict.port))
      verdict.reason = "port " + std::to_string(verdict.port) + " is not allowed";
    else
      continue;
    co_return verdict;
  }
  for (const auto& address : addresses) verdict.addresses.push_back(normal_address(address));
  verdict.allowed = true;
  verdict.reason = "ok";
  co_return verdict;
}

// One probe a second for a host: a later one waits for its turn. False: its turn comes after the end.
asio::awaitable<bool> UrlGuard::wait_for_host(std::string host, Steady::time_point end) {
  const auto now = Steady::now();
  std::erase_if(last_probe_, [&](const auto& entry) { return entry.second + kBetweenProbesOfAHost <= now; });
  const auto last = last_probe_.find(host);
  const auto turn = last == last_probe_.end() ? now : last->second + kBetweenProbesOfAHost;
  if (turn >= end) co_return false;
  last_probe_[host] = turn;
  if (turn <= now) co_return true;
  asio::steady_timer pause(loop_, turn);
  co_await pause.async_wait(kAwait);
  co_return true;
}

// HEAD, then GET, at the judged addresses only.
asio::awaitable<Result<HttpResponse>> UrlGuard::ask(std::string url, UrlVerdict verdict, Steady::time_point end) {
  std::string pin = verdict.host + ":" + std::to_string(verdict.port) + ":";
  for (std::size_t i = 0; i < verdict.addresses.size(); ++i) {
    const bool v6 = verdict.addresses[i].find(':') != std::string::npos;
    pin += (i > 0 ? "," : "") + (v6 ? "[" + verdict.addresses[i] + "]" : verdict.addresses[i]);
  }
  const bool is_v6_literal = verdict.host.find(':') != std::string::npos;
  Result<HttpResponse> answer = failure(ErrorKind::kTransient, "There was no time left.", "timeout");
  for (const char* method : {"HEAD", "GET"}) {
    const Duration left = left_until(end);
    if (left <= Duration(0)) break;
    HttpRequest request{.method = method,
                        .url = url,
                        .headers = {{"User-Agent", "apiops-probe"}},
                        .timeout = left,
                        .connect_timeout = left};
    request.max_body = kProbeBody;
    request.cut_body_is_fine = true;
    if (const auto stand_in = rules_.stand_ins.find(verdict.host); stand_in != rules_.stand_ins.end()) {
      request.url = stand_in->second + path_of(url);
      request.headers.emplace_back("Host", verdict.host);
      answer = co_await http_.send(std::move(request));
      if (!head_is_refused(answer)) break;
      continue;
    }
    if (!is_v6_literal) request.resolved = {pin};
    request.may_connect = [addresses = verdict.addresses, port = verdict.port](const std::string& address, int to) {
      return to == port && std::find(addresses.begin(), addresses.end(), normal_address(address)) != addresses.end();
    };
    answer = co_await http_.send(std::move(request));
    if (!head_is_refused(answer)) break;
  }
  co_return answer;
}

asio::awaitable<UrlGuard::Probe> UrlGuard::probe(std::string url) {
  const auto started = Steady::now();
  const auto end = started + kProbeTime;
  Probe probe;
  while (true) {
    UrlVerdict verdict = co_await judge_within(url, left_until(end));
    probe.verdict = verdict;
    if (!verdict.allowed) {
      if (verdict.reason == "the name does not resolve") probe.trouble = verdict.reason;
      if (probe.redirects > 0) probe.verdict.reason = "redirects to another URL: " + verdict.reason;
      break;
    }
    if (probe.redirects == 0 && !co_await wait_for_host(verdict.host, end)) {
      probe.trouble = "was probed too often just now";
      break;
    }
    const auto answer = co_await ask(url, std::move(verdict), end);
    probe.status = answer ? answer->status : 0;
    if (!answer) probe.trouble = trouble_of(answer.error());
    const std::string location = answer && is_redirect(answer->status) ? answer->header("location") : "";
    if (location.empty()) break;
    if (++probe.redirects > kMaxRedirects) {
      probe.trouble = "redirects more than " + std::to_string(kMaxRedirects) + " times";
      break;
    }
    const std::string next = resolve_location(url, location);
    const auto from = read_url(url), to = read_url(next);
    if (from && to && from->scheme == "https" && to->scheme == "http") {
      probe.verdict.allowed = false;
      probe.verdict.reason = "redirects from https down to http";
      break;
    }
    url = next;
  }
  probe.took = std::chrono::duration_cast<Duration>(Steady::now() - started);
  co_return probe;
}

}  // namespace apiops::net
