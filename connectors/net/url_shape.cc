// The shape of a URL, judged without any look-up; see url_guard.h. It is read twice, by our own strict reader and by
// the library that connects: a URL that the two read differently is denied.
#include <curl/urlapi.h>

#include <algorithm>
#include <array>
#include <memory>

#include "connectors/net/address_rules.h"
#include "connectors/net/url_guard.h"
#include "connectors/net/url_parts.h"
#include "engine/base/text.h"

namespace apiops::net {

namespace {

constexpr std::size_t kMaxHost = 253;
constexpr std::size_t kMaxLabel = 63;
constexpr std::array<std::string_view, 6> kInnerNames = {"localhost", "local",     "internal",
                                                         "lan",       "home.arpa", "metadata.google.internal"};

UrlVerdict deny(UrlVerdict verdict, std::string reason) {
  verdict.allowed = false;
  verdict.reason = std::move(reason);
  return verdict;
}

// Why the text is no plain URL, in words; our reader only says that it is none.
std::string fault_of_text(const std::string& url) {
  if (url.size() > kMaxUrlLength) return "the URL is longer than 2,048 characters";
  for (const char c : url) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte < 0x20 || byte == 0x7F) return "the URL holds a control character";
    if (c == ' ') return "the URL holds a space";
    if (c == '\\') return "the URL holds a backslash";
    if (byte >= 0x80) return "the URL holds a character that is not ASCII";
  }
  const auto colon = url.find("://");
  const std::string scheme = lower_ascii(std::string_view(url).substr(0, colon == std::string::npos ? 0 : colon));
  if (scheme != "http" && scheme != "https") return "the scheme is not http or https";
  const std::string_view rest = std::string_view(url).substr(colon + 3);
  const std::string_view authority = rest.substr(0, rest.find_first_of("/?#"));
  if (authority.find('@') != std::string_view::npos) return "the URL holds a user name";
  if (authority.empty()) return "the URL has no host";
  if (authority.find('%') != std::string_view::npos) return "the host holds a percent sign";
  return {};
}

bool is_number_label(std::string_view label) {
  const bool hex = label.starts_with("0x");
  return label.find_first_not_of(hex ? "0123456789abcdefx" : "0123456789") == std::string_view::npos;
}

// Four plain decimal numbers, nothing else.
bool is_plain_v4(std::string_view host) {
  const auto parts = split(host, '.');
  return parts.size() == 4 && std::all_of(parts.begin(), parts.end(), [](std::string_view p) {
           if (p.empty() || p.size() > 3 || p.find_first_not_of("0123456789") != std::string_view::npos ||
               (p.size() > 1 && p[0] == '0'))
             return false;
           int value = 0;
           for (const char c : p) value = value * 10 + (c - '0');
           return value <= 255;
         });
}

std::string fault_of_host(const std::string& host) {
  if (host.size() > kMaxHost) return "the host is longer than 253 characters";
  const auto labels = split(host, '.');
  for (const auto label : labels) {
    if (label.empty()) return host.ends_with('.') ? "the host ends with a dot" : "the host has an empty label";
    if (label.size() > kMaxLabel) return "the host has a label of more than 63 characters";
  }
  // What ends in a number is an address to the library, in one of many spellings.
  if (is_number_label(labels.back()) && !is_plain_v4(host)) return "an oddly spelled address";
  return {};
}

std::string fault_of_name(const std::string& host) {
  for (const auto inner : kInnerNames)
    if (host == inner || host.ends_with("." + std::string(inner))) return "the name is for inner networks";
  return host.find('.') == std::string::npos ? "the name is for inner networks" : "";
}

// Does libcurl read the same scheme, host and port, and no user or zone?
bool library_agrees(const std::string& url, const UrlParts& parts) {
  const std::unique_ptr<CURLU, decltype(&curl_url_cleanup)> parsed(curl_url(), &curl_url_cleanup);
  const auto read = [&](CURLUPart part, unsigned int flags) {
    char* value = nullptr;
    const CURLUcode code = curl_url_get(parsed.get(), part, &value, flags);
    std::string out = code == CURLUE_OK ? value : "";
    curl_free(value);
    return out;
  };
  if (curl_url_set(parsed.get(), CURLUPART_URL, url.c_str(), 0) != CURLUE_OK) return false;
  const std::string host = parts.literal_v6 ? "[" + parts.host + "]" : parts.host;
  const std::string seen = lower_ascii(read(CURLUPART_HOST, 0));
  const bool same_host = parts.literal_v6 && seen.size() > 2
                             ? normal_address(seen.substr(1, seen.size() - 2)) == normal_address(parts.host)
                             : seen == host;
  return same_host && read(CURLUPART_SCHEME, 0) == parts.scheme &&
         read(CURLUPART_PORT, CURLU_DEFAULT_PORT) == std::to_string(parts.port) && read(CURLUPART_USER, 0).empty() &&
         read(CURLUPART_PASSWORD, 0).empty() && read(CURLUPART_ZONEID, 0).empty();
}

}  // namespace

UrlVerdict judge_shape(const std::string& url, const UrlRules& rules) {
  UrlVerdict verdict;
  if (auto fault = fault_of_text(url); !fault.empty()) return deny(verdict, std::move(fault));
  const auto parts = read_url(url);
  if (!parts) return deny(verdict, "the URL can't be read");
  verdict.host = parts->host;
  verdict.port = parts->port;
  if (!parts->literal_v6)
    if (auto fault = fault_of_host(parts->host); !fault.empty()) return deny(verdict, std::move(fault));
  if (!library_agrees(url, *parts)) return deny(verdict, "the URL can be read in two ways");
  const bool is_address = parts->literal_v6 || is_plain_v4(parts->host);
  const bool allowed = allows_host(rules, parts->host, parts->port);
  if (!is_address && !allowed)
    if (auto fault = fault_of_name(parts->host); !fault.empty()) return deny(verdict, std::move(fault));
  if (is_address) {
    const std::string address = normal_address(parts->host);
    if (address.empty()) return deny(verdict, "the address can't be read");
    if (const auto kind = judge_address(rules, parts->host, address, parts->port); !kind.empty())
      return deny(verdict, "the address is " + address_of_kind(kind));
    verdict.addresses = {address};
  }
  // A port that only a range of the allow list names is fine for its addresses: judged again once the name is resolved.
  const bool by_range = is_address ? allows_address(rules, parts->host, parts->port) : allows_port(rules, parts->port);
  const bool port_allowed = allowed || by_range || rules.ports.contains(parts->port);
  if (!port_allowed) return deny(verdict, "port " + std::to_string(parts->port) + " is not allowed");
  verdict.allowed = true;
  verdict.reason = "ok";
  return verdict;
}

}  // namespace apiops::net
