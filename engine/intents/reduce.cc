#include "engine/intents/reduce.h"

#include <re2/re2.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "engine/base/text.h"

namespace apiops {

namespace {

constexpr std::size_t kMaxMessage = 40'000;
constexpr std::size_t kMaxWordsMended = 200;

std::string unwrap_platform(std::string text) {
  static const RE2 kTel(R"(<tel:([^|>]+)(?:\|[^>]*)?>)"), kMail(R"(<mailto:([^|>]+)(?:\|[^>]*)?>)"),
      kLink(R"(<(https?://[^|>\s]+)(?:\|[^>]*)?>)"), kMention(R"(<[@!#][^>]*>|(?:^|\s)@[\w.-]+)"),
      kEmoji(R"(:[a-z0-9_+-]+:)");
  RE2::GlobalReplace(&text, kTel, R"(\1)");
  RE2::GlobalReplace(&text, kMail, R"(\1)");
  RE2::GlobalReplace(&text, kLink, R"(\1)");
  RE2::GlobalReplace(&text, kMention, " ");
  RE2::GlobalReplace(&text, kEmoji, " ");
  RE2::GlobalReplace(&text, "&lt;", "<");
  RE2::GlobalReplace(&text, "&gt;", ">");
  RE2::GlobalReplace(&text, "&amp;", "&");
  RE2::GlobalReplace(&text, "[\u2018\u2019]", "'");
  RE2::GlobalReplace(&text, "[\u2013\u2014]", " - ");
  RE2::GlobalReplace(&text, "[`*_~]{1,3}(\\S[^`*~]*?)[`*~]{1,3}", "\\1");
  return text;
}

Json span(const std::string& n, std::string unit) {
  const char u = unit.front();
  return {{"last", n + (u == 'm' && unit.starts_with("mo") ? "mo" : std::string(1, u))}};
}

std::string two(const std::string& n) { return n.size() == 1 ? "0" + n : n; }

// "9am" → 09:00, "14" → 14:00, "9:30 pm" → 21:30; empty where there is none.
std::string clock_of(const std::string& text) {
  static const RE2 kClock(R"((\d{1,2})(?::(\d\d))?\s*(am|pm)?)");
  std::string hour, minute, half;
  if (!RE2::FullMatch(text, kClock, &hour, &minute, &half)) return {};
  int h = std::stoi(hour);
  if (half == "pm" && h < 12) h += 12;
  if (half == "am" && h == 12) h = 0;
  return two(std::to_string(h)) + ":" + (minute.empty() ? "00" : minute);
}

std::string amount_of(std::string text) {
  std::erase(text, ',');
  return text;
}

std::string currency_of(const std::string& word) {
  if (word == "$" || word.starts_with("dollar") || word.starts_with("buck") || word == "usd" || word.empty())
    return "usd";
  if (word == "€" || word.starts_with("euro") || word == "eur") return "eur";
  if (word == "£" || word.starts_with("pound") || word == "gbp" || word == "quid") return "gbp";
  return word;
}

class Reducer {
 public:
  Reducer(std::string text, const RuleSet& rules, std::string_view country)
      : text_(std::move(text)), rules_(rules), country_(country) {}

  Reduced run() {
    put_aside_verbatim();
    text_ = lower_ascii(text_);
    mend_words();
    put_aside_phrases();
    finish();
    return std::move(reduced_);
  }

 private:
  // Every match of `pattern` (its first group is the value) becomes "<#N>" for now.
  template <typename Make>
  void each(const RE2& pattern, Make make) {
    std::string out;
    std::vector<re2::StringPiece> groups(static_cast<std::size_t>(pattern.NumberOfCapturingGroups()) + 1);
    std::size_t at = 0;
    while (at <= text_.size() &&
           pattern.Match(text_, at, text_.size(), RE2::UNANCHORED, groups.data(), static_cast<int>(groups.size()))) {
      const auto start = static_cast<std::size_t>(groups[0].data() - text_.data());
      const auto& whole = groups[0];
      out.append(text_, at, start - at);
      std::vector<std::string> texts;
      for (const auto& g : groups) texts.emplace_back(g.data() ? std::string(g) : std::string());
      if (auto value = make(texts)) {
        out += " <#" + std::to_string(reduced_.values.size()) + "> ";
        reduced_.values.push_back(std::move(*value));
      } else {
        out.append(whole.data(), whole.size());
      }
      at = start + whole.size();
      if (whole.empty()) {
        if (at < text_.size()) out += text_[at];
        ++at;
      }
    }
    if (at < text_.size()) out.append(text_, at, std::string::npos);
    text_ = std::move(out);
  }
  using Texts = std::vector<std::string>;
  using Made = std::optional<Value>;

  void put_aside_verbatim() {
    static const RE2 kUrl(R"((https?://[^\s<>"']+[^\s<>"'.,;:!?)\]])(?:'s\b)?)"),
        kMail(R"(\b([\w.+-]+@[\w-]+\.[\w.-]*\w))"),
        // A key's SID arrives masked to its ends: that is how it is stored, and how people read it in an answer.
        kTwilio(
            R"(\b((?:PN|SM|MM|CA|AC|SK|MG|NO|RE|AP|UT|TR|BU)[0-9a-fA-F]{32}|SK[0-9a-fA-F]{2}…[0-9a-fA-F]{4})\b(?:'s\b)?)"),
        kStripe(R"(\b((?:we|pi|ch|in|sub|evt|cus|re|po|tr|txn|dp|du|seti|pm|price|prod)_[A-Za-z0-9]{6,})\b(?:'s\b)?)"),
        kOpenAi(R"(\b((?:proj_|batch_|key_|ftjob-|file-|asst_|org-|user-)[A-Za-z0-9_-]{4,})\b(?:'s\b)?)"),
        kModel(
            R"((?i)\b((?:gpt-[0-9a-z][\w.-]*[0-9a-z]|gpt-[0-9]|o[1345](?:-[a-z][\w-]*)?|text-embedding-[\w-]+|whisper-1|tts-1(?:-hd)?|dall-e-[23]|omni-moderation[\w-]*))\b)"),
        kEvent(
            R"(\b((?:account|balance|charge|checkout|customer|invoice|payment_intent|payment_method|payout|price|product|refund|setup_intent|subscription|transfer)(?:\.[a-z_]+)*\.(?:[a-z_]+|\*))(?:\s|$|[,;)]))"),
        kPhone(R"((\+\d[\d ().-]{6,18}\d)(?:'s\b)?)"),
        kNational(R"((?:^|[^\w.+-])(\(?\b[2-9]\d{2}\)?[ .-]\d{3}[ .-]\d{4})\b(?:'s\b)?)");
    const auto as = [](std::string kind) {
      return [kind = std::move(kind)](const Texts& t) {
        return Made(Value{.kind = kind, .text = t[1], .slot = {}, .before = {}});
      };
    };
    each(kUrl, as("url"));
    each(kMail, as("email"));
    each(kTwilio, [](const Texts& t) {
      return Made(Value{.kind = lower_ascii(t[1].substr(0, 2)), .text = t[1], .slot = {}, .before = {}});
    });
    each(kStripe, [](const Texts& t) {
      return Made(Value{.kind = t[1].substr(0, t[1].find('_')), .text = t[1], .slot = {}, .before = {}});
    });
    each(kOpenAi, [](const Texts& t) {
      return Made(Value{.kind = t[1].substr(0, t[1].find_first_of("_-")), .text = t[1], .slot = {}, .before = {}});
    });
    each(kEvent, as("event"));
    each(kModel, as("model"));
    each(kPhone, [](const Texts& t) { return phone(t[1], "+"); });
    each(kNational, [this](const Texts& t) { return phone(t[1], country_ == "GB" ? "+44" : "+1"); });
  }

  static Made phone(const std::string& text, const std::string& prefix) {
    std::string digits;
    for (const char c : text)
      if (c >= '0' && c <= '9') digits += c;
    if (digits.size() < 7 || digits.size() > 15) return std::nullopt;
    return Value{.kind = "phone", .text = prefix + digits, .slot = {}, .before = {}};
  }

  // Words as people write them: an alias, or a slip of one letter from a word that the rules know.
  void mend_words() {
    std::string out, word;
    std::size_t mended = 0;
    const auto flush = [&] {
      if (word.empty()) return;
      if (mended++ < kMaxWordsMended) word = mend(word);
      out += word;
      word.clear();
    };
    for (std::size_t i = 0; i < text_.size(); ++i) {
      const char c = text_[i];
      if (c == '<' && i + 1 < text_.size() && text_[i + 1] == '#') {
        flush();
        const auto end = text_.find('>', i);
        out.append(text_, i, end - i + 1);
        i = end;
      } else if ((c >= 'a' && c <= 'z') || c == '\'' || (c >= '0' && c <= '9') || c == '_' || c == '-' ||
                 static_cast<unsigned char>(c) >= 0x80) {
        word += c;
      } else {
        flush();
        out += c;
      }
    }
    flush();
    text_ = std::move(out);
  }

  std::string mend(const std::string& word) const {
    if (const auto alias = rules_.aliases.find(word); alias != rules_.aliases.end()) return alias->second;
    if (word.size() < 4 || word.find_first_of("0123456789_") != std::string::npos ||
        std::binary_search(rules_.vocabulary.begin(), rules_.vocabulary.end(), word))
      return word;
    for (const auto& known : rules_.vocabulary)
      if (known.size() >= 4 && known.front() == word.front() && known.size() + 1 >= word.size() &&
          word.size() + 1 >= known.size() && slip(word, known))
        return known;
    return word;
  }

  // One letter left out, too many, wrong, or two of them in the wrong order; a plural is no slip.
  static bool slip(const std::string& a, const std::string& b) {
    if (a + "s" == b || b + "s" == a || a + "d" == b || b + "d" == a) return false;
    std::size_t i = 0;
    while (i < a.size() && i < b.size() && a[i] == b[i]) ++i;
    const std::string_view x(std::string_view(a).substr(i)), y(std::string_view(b).substr(i));
    if (b.size() < 5 && x.size() != y.size()) return false;  // short words: only two letters in the wrong order
    if (x.size() == y.size()) {
      if (x.substr(1) == y.substr(1)) return a.size() >= 6;
      return x.size() >= 2 && x[0] == y[1] && x[1] == y[0] && x.substr(2) == y.substr(2);
    }
    return x.size() > y.size() ? x.substr(1) == y : y.substr(1) == x;
  }

  void put_aside_phrases() {
    static const RE2 kFromTo(R"((?:from|between)?\s*(\d{4}-\d\d-\d\d)\s+(?:to|until|and|-)\s+(\d{4}-\d\d-\d\d))"),
        kSince(
            R"(\b(?:since|from)\s+(monday|tuesday|wednesday|thursday|friday|saturday|sunday|yesterday|today|\d{4}-\d\d-\d\d)(?:\s+(?:at\s+)?(\d{1,2}(?::\d\d)?\s*(?:am|pm)?)\b)?)"),
        kLastSpan(
            R"(\b(?:(?:in|for|over|within)\s+)?(?:the\s+)?(?:last|past|previous)\s+(\d+|few|couple of)\s*(minutes?|mins?|hours?|hrs?|h|days?|d|weeks?|months?)\b)"),
        kBareSpan(R"((?:^|\s)(\d{1,3})\s?(h|d|m|days?|hours?|hrs?|mins?|minutes)\b(?:\s+back)?)"),
        kLastUnit(
            R"(\b(?:(?:in|for|over|during)\s+)?(?:the\s+)?(last|past|previous|this|current)\s+(hour|day|week|month|year|24\s*h)\b)"),
        kDay(R"(\b(today|yesterday|tonight|this morning|overnight)\b)"),
        kWeekToDate(R"(\b(month|week|year)[ -]to[ -]date\b|\b(mtd|ytd)\b)"),
        kMoneyBefore(R"(([$€£])\s?(\d[\d,]*(?:\.\d+)?))"),
        kMoneyAfter(R"(\b(\d[\d,]*(?:\.\d+)?)\s?(dollars?|bucks|usd|euros?|eur|€|£|pounds?|gbp|quid)(?:\b|\s|$))");
    each(kFromTo, [](const Texts& t) {
      return Made(Value{.kind = "period", .text = t[0], .slot = {{"from", t[1]}, {"to", t[2]}}, .before = {}});
    });
    each(kSince, [](const Texts& t) {
      const std::string clock = clock_of(t[2]);
      return Made(Value{.kind = "period",
                        .text = t[0],
                        .slot = {{"since", t[1] + (clock.empty() ? "" : " " + clock)}},
                        .before = {}});
    });
    each(kLastSpan, [](const Texts& t) {
      const std::string n = t[1] == "few" ? "3" : t[1] == "couple of" ? "2" : t[1];
      if (t[2].starts_with("week"))
        return Made(Value{.kind = "period",
                          .text = t[0],
                          .slot = {{"last", std::to_string(std::min(520L, std::stol(n.substr(0, 4))) * 7) + "d"}},
                          .before = {}});
      if (t[2].starts_with("month"))
        return Made(Value{.kind = "period",
                          .text = t[0],
                          .slot = {{"last", std::to_string(std::min(120L, std::stol(n.substr(0, 4))) * 30) + "d"}},
                          .before = {}});
      return Made(Value{.kind = "period", .text = t[0], .slot = span(n, t[2]), .before = {}});
    });
    each(kLastUnit, [](const Texts& t) {
      const bool current = t[1] == "this" || t[1] == "current";
      if (t[2] == "hour") return Made(Value{.kind = "period", .text = t[0], .slot = {{"last", "1h"}}, .before = {}});
      if (t[2] == "day" || t[2].starts_with("24"))
        return Made(Value{.kind = "period", .text = t[0], .slot = {{"last", "24h"}}, .before = {}});
      return Made(Value{.kind = "period", .text = t[0], .slot = {{current ? "this" : "last", t[2]}}, .before = {}});
    });
    each(kWeekToDate, [](const Texts& t) {
      return Made(Value{.kind = "period",
                        .text = t[0],
                        .slot = {{"this", t[2] == "mtd"   ? "month"
                                          : t[2] == "ytd" ? "year"
                                                          : t[1]}},
                        .before = {}});
    });
    each(kDay, [](const Texts& t) {
      return Made(Value{.kind = "period",
                        .text = t[0],
                        .slot = {{"day", t[1] == "yesterday" ? "yesterday" : "today"}},
                        .before = {}});
    });
    each(kBareSpan, [](const Texts& t) {
      return Made(Value{.kind = "period", .text = t[1] + t[2].substr(0, 1), .slot = span(t[1], t[2]), .before = {}});
    });
    each(kMoneyBefore, [](const Texts& t) {
      return Made(Value{.kind = "money",
                        .text = t[0],
                        .slot = {{"amount", amount_of(t[2])}, {"currency", currency_of(t[1])}},
                        .before = {}});
    });
    each(kMoneyAfter, [](const Texts& t) {
      return Made(Value{.kind = "money",
                        .text = t[0],
                        .slot = {{"amount", amount_of(t[1])}, {"currency", currency_of(t[2])}},
                        .before = {}});
    });
  }

  // "<#3>" becomes "<we>"; values in the order of the text.
  void finish() {
    static const RE2 kPlace(R"(<#(\d+)>)");
    std::vector<Value> ordered;
    std::string out;
    std::size_t at = 0;
    re2::StringPiece groups[2];
    while (kPlace.Match(text_, at, text_.size(), RE2::UNANCHORED, groups, 2)) {
      const auto start = static_cast<std::size_t>(groups[0].data() - text_.data());
      out.append(text_, at, start - at);
      Value value = reduced_.values[std::stoul(std::string(groups[1]))];
      const std::string head(trim(out));
      const auto space = head.find_last_of(" \n(:,");
      value.before = space == std::string::npos ? head : head.substr(space + 1);
      out += "<" + value.kind + ">";
      ordered.push_back(std::move(value));
      at = start + groups[0].size();
    }
    out.append(text_, at, std::string::npos);
    reduced_.values = std::move(ordered);
    RE2::GlobalReplace(&out, R"([ \t]+)", " ");
    RE2::GlobalReplace(&out, R"( ?([,;:?!]))", R"(\1)");
    reduced_.text = std::string(trim(out));
    split_clauses();
  }

  void split_clauses() {
    static const RE2 kBreak(
        R"((?:[.!?;\n]+\s|[.!?;]+$|, | - |\bso please\b|, so\b|\band then\b|\bthen please\b|\bplease\b))");
    static const RE2 kPolite(
        R"(^(?:(?:please|pls|plz|hey|hi|hello|ok|okay|so|well|and|then|now|also|just|right|thanks|quick|quickly|kindly|apiops|folks|team|lets|let's|go ahead and|go and|i want you to|i would like you to|i'd like you to|i need you to|can you|could you|would you|will you|can we|could we|can someone|could someone|can i|could i|may i|we need to|i need to|we want to|i want to|we should|you should|i'd like to|we'd like to|i would like to|time to|feel free to|would you mind|be so kind and)\b[,:]?\s*)+)");
    std::string text = reduced_.text;
    RE2::GlobalReplace(&text, kBreak, "\n");
    for (const auto part : split(text, '\n')) {
      std::string clause(trim(part));
      RE2::Replace(&clause, kPolite, "");
      if (!trim(clause).empty()) reduced_.clauses.emplace_back(trim(clause));
    }
  }

  std::string text_;
  const RuleSet& rules_;
  std::string country_;
  Reduced reduced_;
};

}  // namespace

Reduced reduce(std::string_view text, const RuleSet& rules, std::string_view country) {
  return Reducer(unwrap_platform(clean(text.substr(0, kMaxMessage))), rules, country).run();
}

}  // namespace apiops
