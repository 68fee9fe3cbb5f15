#include <re2/re2.h>

#include <algorithm>

#include "engine/base/text.h"
#include "engine/intents/desk.h"

namespace apiops {

namespace {

using Groups = ReadingDesk::Groups;
using Made = std::optional<Value>;

Made value(std::string kind, std::string text) {
  return Value{.kind = std::move(kind), .text = std::move(text), .slot = {}, .before = {}};
}

ReadingDesk::Make as(std::string kind) {
  return [kind = std::move(kind)](const Groups& g) { return value(kind, g[1]); };
}

bool has_digit(std::string_view text) { return text.find_first_of("0123456789") != std::string_view::npos; }

// "in_progress" is a word, "in_1u630oqjjfZkoRHMJRL5Iz6a" an invoice.
Made id_with_prefix(const Groups& g) {
  const std::string& id = g[1];
  const std::size_t mark = id.find_first_of("_-");
  const std::string tail = id.substr(mark + 1);
  const bool mixed =
      has_digit(tail) || std::any_of(tail.begin(), tail.end(), [](char c) { return c >= 'A' && c <= 'Z'; });
  const std::string kind = lower_ascii(id.substr(0, mark));
  const bool unmistakable = (kind == "proj" || kind == "ftjob" || kind == "evt" || kind == "cus") && id[mark] != ' ';
  if (!mixed && !unmistakable) return std::nullopt;
  return value(kind, id);
}

// With a country code, or national where `prefix` says whose. A number of +1 ends after ten more digits, whatever
// figures follow it.
Made phone(std::string_view text, std::string_view prefix) {
  std::string digits(prefix);
  for (const char c : text)
    if (c >= '0' && c <= '9') digits += c;
  if (prefix.empty() && text.starts_with("00")) digits.erase(0, 2);
  if (digits.size() < 8 || digits.size() > 15) return std::nullopt;
  return value("phone", "+" + digits);
}

void put_aside_phones(ReadingDesk& desk, std::string_view country) {
  static const RE2 kAmerican(R"((\+1[ .-]?\(?\d{3}\)?[ .-]?\d{3}[ .-]?\d{4})\b(?:'s\b)?)"),
      kWorld(R"((\+[2-9]\d{0,2}(?:[ .-]?\(?\d{1,5}\)?){2,6}\d)\b(?:'s\b)?)"),
      kDialled(R"((?:^|[^\w.+-])(00[1-9](?:[ .-]?\d{2,5}){2,5})\b(?:'s\b)?)"),
      kElevenDigits(R"((?:^|[^\w.+-])(1[ .-]?\(?[2-9]\d{2}\)?[ .-]?[2-9]\d{2}[ .-]?\d{4})\b(?:'s\b)?)"),
      kTenDigits(R"((?:^|[^\w.+-])(\(?[2-9]\d{2}\)?[ .-]{0,2}[2-9]\d{2}[ .-]?\d{4})\b(?:'s\b)?)"),
      kBritish(R"((?:^|[^\w.+-])(?:\(?0(?:\)|))((?:[127]\d{1,4}\)?[ .-]?\d{3,4}[ .-]?\d{3,4}))\b(?:'s\b)?)");
  const auto full = [](const Groups& g) { return phone(g[1], ""); };
  desk.put_aside(kAmerican, full);
  desk.put_aside(kWorld, full);
  desk.put_aside(kDialled, full);
  if (country == "GB") {
    desk.put_aside(kBritish, [](const Groups& g) { return phone(g[1], "44"); });
    return;
  }
  desk.put_aside(kElevenDigits, full);
  desk.put_aside(kTenDigits, [](const Groups& g) { return phone(g[1], "1"); });
}

void put_aside_models(ReadingDesk& desk) {
  static const RE2 kModel(
      R"((?i)\b((?:ft:)?(?:chatgpt-4o-latest|gpt-[0-9a-z](?:[\w.-]*[0-9a-z])?(?::[\w:-]*)?|o[1345](?:-[a-z][\w-]*)?|text-embedding-[\w-]+|whisper-1|tts-1(?:-hd)?|dall-e-[23]|omni-moderation[\w-]*|davinci-002|babbage-002|codex-mini[\w-]*|computer-use-preview))\b)"),
      kSpoken(R"((?i)\b(?:gpt ?(4o|4\.1|4|3\.5|5)(?: ?[- ](mini|nano|turbo))?)\b)");
  desk.put_aside(kModel,
                 [](const Groups& g) { return value("model", g[1].starts_with("ft:") ? g[1] : lower_ascii(g[1])); });
  desk.put_aside(kSpoken, [](const Groups& g) {
    return value("model", "gpt-" + lower_ascii(g[1]) + (g[2].empty() ? "" : "-" + lower_ascii(g[2])));
  });
}

void put_aside_ids(ReadingDesk& desk) {
  // A key's SID arrives masked to its ends: that is how it is stored, and how people read it in an answer.
  static const RE2 kTwilio(R"(\b([A-Z]{2}[0-9a-fA-F]{32}|SK[0-9a-fA-F]{2}…[0-9a-fA-F]{4})\b(?:'s\b)?)"),
      kStripe(
          R"(\b((?:we|pi|ch|py|in|sub|evt|cus|re|pyr|po|tr|txn|dp|du|seti|pm|price|prod|acct|cs|si|il|ii|card|src|req)_(?:test_|live_)?[A-Za-z0-9]{6,})\b(?:'s\b)?)"),
      kOpenAi(
          R"(\b((?:proj_|batch_|key_|resp_|run_|thread_|ftjob-|file-|asst_|org-|user-|vs_|chatcmpl-)[A-Za-z0-9_-]{3,}[A-Za-z0-9])\b(?:'s\b)?)");
  desk.put_aside(kTwilio, [](const Groups& g) { return value(lower_ascii(g[1].substr(0, 2)), g[1]); });
  desk.put_aside(kOpenAi, id_with_prefix);
  desk.put_aside(kStripe, id_with_prefix);
}

}  // namespace

void put_aside_values(ReadingDesk& desk, std::string_view country) {
  static const RE2 kUrl(R"((https?://[^\s<>"']*[^\s<>"'.,;:!?)\]])(?:'s\b)?)"),
      kMail(R"(\b([\w.+-]+@[\w-]+\.[\w.-]*\w))"),
      kEvent(
          R"(\b((?:account|application_fee|balance|billing_portal|capability|charge|checkout|coupon|customer|file|invoice|invoiceitem|issuing_[a-z]+|mandate|payment_intent|payment_link|payment_method|payout|person|plan|price|product|promotion_code|quote|radar|refund|review|setup_intent|source|subscription|subscription_schedule|tax_rate|topup|transfer)(?:\.[a-z_]+)*\.(?:[a-z_]+|\*)))"),
      kPerson(R"((?:^|\s)@([\w.-]*\w))"), kChannel(R"((?:^|\s)(#[a-zA-Z][\w-]*))");
  const bool digits = has_digit(desk.text());
  const bool url = desk.text().find("://") != std::string::npos;
  if (url) desk.put_aside(kUrl, as("url"));
  if (desk.text().find('@') != std::string::npos) {
    desk.put_aside(kMail, as("email"));
    desk.put_aside(kPerson, as("person"));
  }
  if (desk.text().find('#') != std::string::npos) desk.put_aside(kChannel, as("channel"));
  if (digits || desk.text().find_first_of("_-") != std::string::npos) put_aside_ids(desk);
  if (desk.text().find('.') != std::string::npos) desk.put_aside(kEvent, as("event"));
  if (!digits) return;
  put_aside_models(desk);
  put_aside_phones(desk, country);
}

}  // namespace apiops
