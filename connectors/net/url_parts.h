// A URL read strictly, without a library: what this reader refuses is not touched, and the guard compares its reading
// with the one of the library that connects. Pure functions.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "engine/base/result.h"

namespace apiops::net {

inline constexpr std::size_t kMaxUrlLength = 2048;

struct UrlParts {
  std::string scheme;  // "http" or "https"
  std::string host;    // lower case; an IPv6 literal without brackets
  int port = 0;        // the scheme's own where the URL names none
  bool literal_v6 = false;
  std::string target;  // path and query, "/" at least; no fragment

  std::string origin() const;  // "https://host" or "https://host:8443"
};

// Nothing where it is not a plain http or https URL: user info, spaces, control characters, backslashes, a percent sign
// in the host, an empty port and the like.
std::optional<UrlParts> read_url(std::string_view url);

// 127.0.0.0/8 in plain decimal, ::1, "localhost".
bool is_loopback_host(std::string_view host);

// "api.twilio.com" matches itself; "*.twilio.com" any name below it.
bool host_matches(std::string_view host, const std::vector<std::string>& patterns);

// May a service's credentials go to this base URL? Its own hosts, loopback, and what the configuration allows ("host"
// or "host:port"); plain http on loopback only. The error says what to change.
Status check_base_url(const std::string& url, const std::vector<std::string>& official_hosts,
                      const std::vector<std::string>& allowed_hosts);

}  // namespace apiops::net
