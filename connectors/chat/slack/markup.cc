#include "connectors/chat/slack/markup.h"

#include "engine/base/text.h"

namespace apiops::slack {

namespace {

std::string replace_all(std::string text, std::string_view from, std::string_view to) {
  for (std::size_t at = 0; (at = text.find(from, at)) != std::string::npos; at += to.size())
    text.replace(at, from.size(), to);
  return text;
}

std::string decode_entities(std::string text) {
  text = replace_all(std::move(text), "&lt;", "<");
  text = replace_all(std::move(text), "&gt;", ">");
  return replace_all(std::move(text), "&amp;", "&");
}

// What stands between < and >.
std::string token_in_words(std::string_view token, std::string_view bot_user) {
  const auto bar = token.find('|');
  const std::string_view target = token.substr(0, bar),
                         label = bar == std::string_view::npos ? std::string_view() : token.substr(bar + 1);
  if (target.starts_with('@')) {
    const auto user = target.substr(1);
    return user == bot_user ? std::string() : "@" + std::string(user);
  }
  if (target.starts_with('#')) return "#" + std::string(label.empty() ? target.substr(1) : label);
  if (target.starts_with('!')) return label.empty() ? std::string() : std::string(label);
  for (const std::string_view scheme : {"mailto:", "tel:"})
    if (target.starts_with(scheme)) return std::string(target.substr(scheme.size()));
  return std::string(target);
}

std::size_t units_of(unsigned char lead) { return lead >= 0xF0 ? 2 : (lead & 0xC0) == 0x80 ? 0 : 1; }

}  // namespace

std::string escape(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  for (const char c : text) {
    if (c == '&')
      out += "&amp;";
    else if (c == '<')
      out += "&lt;";
    else if (c == '>')
      out += "&gt;";
    else
      out += c;
  }
  return out;
}

std::string plain(std::string_view text, std::string_view bot_user) {
  std::string out;
  while (!text.empty()) {
    const auto open = text.find('<');
    out += text.substr(0, open);
    if (open == std::string_view::npos) break;
    const auto close = text.find('>', open);
    if (close == std::string_view::npos) {
      out += text.substr(open);
      break;
    }
    out += token_in_words(text.substr(open + 1, close - open - 1), bot_user);
    text.remove_prefix(close + 1);
  }
  return std::string(trim(decode_entities(std::move(out))));
}

bool mentions(std::string_view text, std::string_view user) {
  if (user.empty()) return false;
  const std::string mention = "<@" + std::string(user);
  for (auto at = text.find(mention); at != std::string_view::npos; at = text.find(mention, at + 1)) {
    const char after = at + mention.size() < text.size() ? text[at + mention.size()] : '\0';
    if (after == '>' || after == '|') return true;
  }
  return false;
}

std::size_t length(std::string_view text) {
  std::size_t units = 0;
  for (const char c : text) units += units_of(static_cast<unsigned char>(c));
  return units;
}

std::string_view cut(std::string_view text, std::size_t most) {
  std::size_t units = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    units += units_of(static_cast<unsigned char>(text[i]));
    if (units > most) {
      return text.substr(0, i);
    }
  }
  return text;
}

}  // namespace apiops::slack
