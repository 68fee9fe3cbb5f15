#include "connectors/net/address_rules.h"

#include <algorithm>
#include <array>
#include <asio/ip/address.hpp>
#include <asio/ip/network_v4.hpp>
#include <asio/ip/network_v6.hpp>

#include "engine/base/text.h"

namespace apiops::net {

namespace {

constexpr std::string_view kOwn = "the agent's own";

struct Range {
  std::string_view prefix;
  int bits;
  std::string_view kind;
};

// The first that fits names the address.
constexpr std::array kDeniedV4 = {
    Range{"169.254.169.254", 32, "metadata"},  Range{"168.63.129.16", 32, "metadata"},
    Range{"127.0.0.0", 8, "loopback"},         Range{"10.0.0.0", 8, "private"},
    Range{"172.16.0.0", 12, "private"},        Range{"192.168.0.0", 16, "private"},
    Range{"169.254.0.0", 16, "link-local"},    Range{"100.64.0.0", 10, "shared"},
    Range{"0.0.0.0", 8, "unspecified"},        Range{"192.0.0.0", 24, "reserved"},
    Range{"192.0.2.0", 24, "documentation"},   Range{"198.51.100.0", 24, "documentation"},
    Range{"203.0.113.0", 24, "documentation"}, Range{"192.88.99.0", 24, "6to4 relay"},
    Range{"198.18.0.0", 15, "benchmark"},      Range{"224.0.0.0", 4, "multicast"},
    Range{"255.255.255.255", 32, "broadcast"}, Range{"240.0.0.0", 4, "reserved"},
};
constexpr std::array kDeniedV6 = {
    Range{"::1", 128, "loopback"},
    Range{"::", 128, "unspecified"},
    Range{"::ffff:0:0", 96, "IPv4-mapped"},
    Range{"::", 96, "IPv4-compatible"},
    Range{"64:ff9b::", 96, "NAT64"},
    Range{"64:ff9b:1::", 48, "NAT64"},
    Range{"fd00:ec2::254", 128, "metadata"},
    Range{"fc00::", 7, "private"},
    Range{"fe80::", 10, "link-local"},
    Range{"ff00::", 8, "multicast"},
    Range{"2001::", 32, "Teredo"},
    Range{"2001::", 23, "reserved"},
    Range{"2001:db8::", 32, "documentation"},
    Range{"2002::", 16, "6to4"},
    Range{"3fff::", 20, "documentation"},
};

bool within(const asio::ip::address_v6::bytes_type& address, const asio::ip::address_v6::bytes_type& prefix, int bits) {
  for (int bit = 0; bit < bits; ++bit) {
    const auto at = static_cast<std::size_t>(bit / 8);
    const auto mask = static_cast<unsigned char>(0x80 >> (bit % 8));
    if ((address[at] & mask) != (prefix[at] & mask)) return false;
  }
  return true;
}

bool within(const asio::ip::address& address, const asio::ip::address& prefix, int bits) {
  if (address.is_v4() != prefix.is_v4()) return false;
  if (address.is_v6()) return within(address.to_v6().to_bytes(), prefix.to_v6().to_bytes(), bits);
  const unsigned int mask = bits == 0 ? 0 : ~0u << (32 - bits);
  return (address.to_v4().to_uint() & mask) == (prefix.to_v4().to_uint() & mask);
}

// ISATAP: a public prefix that carries an IPv4 address in its lower half.
bool is_isatap(const asio::ip::address_v6::bytes_type& b) {
  return (b[8] & 0xFD) == 0 && b[9] == 0 && b[10] == 0x5E && b[11] == 0xFE;
}

std::string kind_of_v6(const asio::ip::address_v6& address) {
  if (address.scope_id() != 0) return "link-local";
  const auto bytes = address.to_bytes();
  for (const Range& range : kDeniedV6)
    if (within(bytes, asio::ip::make_address_v6(range.prefix).to_bytes(), range.bits)) return std::string(range.kind);
  if ((bytes[0] & 0xE0) != 0x20) return "reserved";
  return is_isatap(bytes) ? "ISATAP" : "";
}

// "what:port" in two; port 0 where there is none. "[v6]:port" loses its brackets.
struct Entry {
  std::string_view what;
  int port = 0;
};
Entry read_entry(std::string_view text) {
  const auto colon = text.rfind(':');
  const bool bare_v6 = std::count(text.begin(), text.end(), ':') > 1 && !text.starts_with('[');
  Entry entry{.what = text};
  if (colon != std::string_view::npos && !bare_v6 && text.find(']', colon) == std::string_view::npos) {
    entry.what = text.substr(0, colon);
    for (const char c : text.substr(colon + 1))
      entry.port = c >= '0' && c <= '9' && entry.port < 100'000 ? entry.port * 10 + (c - '0') : 100'000;
  }
  if (entry.what.starts_with('[') && entry.what.ends_with(']'))
    entry.what = entry.what.substr(1, entry.what.size() - 2);
  return entry;
}

bool covers(std::string_view range, const asio::ip::address& address) {
  const auto slash = range.find('/');
  if (range.starts_with('[')) range = range.substr(1);
  std::error_code ec;
  const auto prefix = asio::ip::make_address(std::string(range.substr(0, range.find_first_of("/]"))), ec);
  if (ec) return false;
  int bits = prefix.is_v4() ? 32 : 128;
  if (slash != std::string_view::npos) {
    int wanted = 0;
    const auto digits = range.substr(range.find('/') + 1);
    for (const char c : digits.substr(0, digits.find(']')))
      wanted = c >= '0' && c <= '9' && wanted < 1000 ? wanted * 10 + (c - '0') : 1000;
    if (wanted > bits) return false;
    bits = wanted;
  }
  return within(address, prefix, bits);
}

}  // namespace

std::string normal_address(std::string_view numeric) {
  std::error_code ec;
  const auto address = asio::ip::make_address(std::string(numeric), ec);
  return ec ? std::string() : address.to_string();
}

std::string denied_address(const std::string& numeric_address) {
  std::error_code ec;
  const auto address = asio::ip::make_address(numeric_address, ec);
  if (ec) return "unreadable";
  if (address.is_v6()) return kind_of_v6(address.to_v6());
  for (const Range& range : kDeniedV4)
    if (within(address, asio::ip::make_address(range.prefix), range.bits)) return std::string(range.kind);
  return {};
}

bool allows_host(const UrlRules& rules, std::string_view host, int port) {
  return std::any_of(rules.allow.begin(), rules.allow.end(), [&](const std::string& text) {
    const Entry entry = read_entry(text);
    return entry.port == port && lower_ascii(entry.what) == host;
  });
}

bool allows_address(const UrlRules& rules, std::string_view address, int port) {
  std::error_code ec;
  const auto numeric = asio::ip::make_address(std::string(address), ec);
  return !ec && std::any_of(rules.allow.begin(), rules.allow.end(), [&](const std::string& text) {
    const Entry entry = read_entry(text);
    return entry.port == port && covers(entry.what, numeric);
  });
}

bool allows_port(const UrlRules& rules, int port) {
  return std::any_of(rules.allow.begin(), rules.allow.end(),
                     [&](const std::string& text) { return read_entry(text).port == port; });
}

std::string address_of_kind(const std::string& kind) {
  if (kind == kOwn) return kind + " address";
  return (std::string_view("uI").find(kind[0]) == std::string_view::npos ? "a " : "an ") + kind + " address";
}

std::string judge_address(const UrlRules& rules, std::string_view host, std::string_view address, int port) {
  const std::string normal = normal_address(address);
  for (const auto& text : rules.own_addresses) {
    const Entry own = read_entry(text);
    if (normal_address(own.what) == normal && (own.port == 0 || own.port == port)) return std::string(kOwn);
  }
  if (allows_host(rules, host, port) || allows_address(rules, address, port)) return {};
  return denied_address(std::string(address));
}

}  // namespace apiops::net
