#include "connectors/net/url_parts.h"

#include <algorithm>

#include "engine/base/text.h"

namespace apiops::net {

namespace {

bool is_host_character(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '.' || c == '_';
}
bool is_v6_character(char c) {
  return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F') || c == ':' || c == '.';
}

std::optional<int> read_port(std::string_view text) {
  if (text.empty() || text.size() > 5 || text.find_first_not_of("0123456789") != std::string_view::npos)
    return std::nullopt;
  int port = 0;
  for (const char c : text) port = port * 10 + (c - '0');
  if (port == 0 || port > 65535) return std::nullopt;
  return port;
}

// The host and the port of "host:port" or "[v6]:port".
bool read_authority(std::string_view text, UrlParts& parts) {
  std::string_view host = text, port;
  bool has_port = false;
  if (text.starts_with('[')) {
    const auto end = text.find(']');
    if (end == std::string_view::npos) return false;
    host = text.substr(1, end - 1);
    const auto rest = text.substr(end + 1);
    if (!rest.empty() && rest[0] != ':') return false;
    has_port = !rest.empty();
    port = has_port ? rest.substr(1) : rest;
    parts.literal_v6 = true;
    if (!std::all_of(host.begin(), host.end(), is_v6_character)) return false;
  } else if (const auto colon = text.find(':'); colon != std::string_view::npos) {
    host = text.substr(0, colon);
    port = text.substr(colon + 1);
    has_port = true;
  }
  if (host.empty() || (!parts.literal_v6 && !std::all_of(host.begin(), host.end(), is_host_character))) return false;
  parts.host = lower_ascii(host);
  const auto number = has_port ? read_port(port) : std::optional(parts.scheme == "https" ? 443 : 80);
  parts.port = number.value_or(0);
  return number.has_value();
}

}  // namespace

std::string UrlParts::origin() const {
  const std::string name = literal_v6 ? "[" + host + "]" : host;
  const bool own_port = port == (scheme == "https" ? 443 : 80);
  return scheme + "://" + name + (own_port ? "" : ":" + std::to_string(port));
}

std::optional<UrlParts> read_url(std::string_view url) {
  if (url.size() > kMaxUrlLength) return std::nullopt;
  for (const char c : url)
    if (static_cast<unsigned char>(c) <= 0x20 || static_cast<unsigned char>(c) >= 0x7F || c == '\\')
      return std::nullopt;
  const auto colon = url.find("://");
  if (colon == std::string_view::npos) return std::nullopt;
  UrlParts parts;
  parts.scheme = lower_ascii(url.substr(0, colon));
  if (parts.scheme != "http" && parts.scheme != "https") return std::nullopt;
  std::string_view rest = url.substr(colon + 3);
  rest = rest.substr(0, rest.find('#'));
  const auto end = rest.find_first_of("/?");
  if (!read_authority(rest.substr(0, end), parts)) return std::nullopt;
  if (end != std::string_view::npos) parts.target = rest.substr(end);
  if (!parts.target.starts_with('/')) parts.target.insert(0, "/");
  return parts;
}

bool is_loopback_host(std::string_view host) {
  if (host == "localhost" || host == "::1") return true;
  const auto parts = split(host, '.');
  return parts.size() == 4 && parts[0] == "127" && std::all_of(parts.begin(), parts.end(), [](std::string_view p) {
           return !p.empty() && p.size() <= 3 && p.find_first_not_of("0123456789") == std::string_view::npos;
         });
}

bool host_matches(std::string_view host, const std::vector<std::string>& patterns) {
  return std::any_of(patterns.begin(), patterns.end(), [&](std::string_view pattern) {
    if (!pattern.starts_with("*.")) return host == pattern;
    return host.size() > pattern.size() - 1 && host.ends_with(pattern.substr(1));
  });
}

Status check_base_url(const std::string& url, const std::vector<std::string>& official_hosts,
                      const std::vector<std::string>& allowed_hosts) {
  const auto parts = read_url(url);
  if (!parts) return failure(ErrorKind::kInvalid, "The base URL can't be read: it must be https://host[:port][/path].");
  if (is_loopback_host(parts->host)) return {};
  if (parts->scheme != "https")
    return failure(ErrorKind::kInvalid,
                   "The base URL on " + parts->host + " is plain http, which is for loopback only: use https.");
  const bool own = host_matches(parts->host, official_hosts) && parts->port == 443;
  const bool allowed = host_matches(parts->host, allowed_hosts) ||
                       host_matches(parts->host + ":" + std::to_string(parts->port), allowed_hosts);
  if (own || allowed) return {};
  return failure(ErrorKind::kInvalid, "The base URL's host " + parts->host +
                                          " is not the service's own and would receive the credentials: " +
                                          "allow it in the configuration (allowed_hosts), or remove the base URL.");
}

}  // namespace apiops::net
