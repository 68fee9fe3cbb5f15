// Form and query coding; see http_client.h and http_server.h.
#include <algorithm>

#include "connectors/net/http_client.h"
#include "connectors/net/http_server.h"
#include "engine/base/text.h"

namespace apiops::net {

namespace {

bool is_unreserved(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '.' ||
         c == '_' || c == '~';
}

int hex_digit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

std::string decode(std::string_view text, bool plus_is_space) {
  std::string out;
  out.reserve(text.size());
  for (std::size_t i = 0; i < text.size(); ++i) {
    const int high = text[i] == '%' && i + 2 < text.size() ? hex_digit(text[i + 1]) : -1;
    const int low = high >= 0 ? hex_digit(text[i + 2]) : -1;
    if (low >= 0) {
      out += static_cast<char>(high * 16 + low);
      i += 2;
    } else {
      out += plus_is_space && text[i] == '+' ? ' ' : text[i];
    }
  }
  return out;
}

}  // namespace

std::string encode_component(std::string_view text) {
  constexpr std::string_view kHex = "0123456789ABCDEF";
  std::string out;
  out.reserve(text.size());
  for (const char c : text) {
    if (is_unreserved(c)) {
      out += c;
      continue;
    }
    const auto byte = static_cast<unsigned char>(c);
    out += '%';
    out += kHex[byte >> 4];
    out += kHex[byte & 15];
  }
  return out;
}

std::string decode_component(std::string_view text) { return decode(text, false); }

std::string encode_form(const Headers& pairs) {
  std::string out;
  for (const auto& [name, value] : pairs) {
    if (!out.empty()) out += '&';
    out += encode_component(name) + '=' + encode_component(value);
  }
  return out;
}

Headers decode_query(std::string_view query) {
  Headers pairs;
  for (const auto piece : split(query, '&')) {
    if (piece.empty()) continue;
    const auto equals = piece.find('=');
    const auto value = equals == std::string_view::npos ? std::string_view() : piece.substr(equals + 1);
    pairs.emplace_back(decode(piece.substr(0, equals), true), decode(value, true));
  }
  return pairs;
}

namespace {

std::string first_of(const Headers& pairs, std::string_view name) {
  const auto found = std::find_if(pairs.begin(), pairs.end(), [&](const auto& pair) { return pair.first == name; });
  return found == pairs.end() ? std::string() : found->second;
}

}  // namespace

std::string HttpResponse::header(std::string_view lower_case_name) const { return first_of(headers, lower_case_name); }
std::string ServerRequest::header(std::string_view lower_case_name) const { return first_of(headers, lower_case_name); }
std::string ServerRequest::parameter(std::string_view name) const { return first_of(query, name); }
Headers ServerRequest::form() const { return decode_query(body); }

}  // namespace apiops::net
