#include "engine/intents/slot_finders.h"

#include <re2/re2.h>

#include <algorithm>
#include <cmath>
#include <map>

#include "engine/base/text.h"

namespace apiops {

namespace {

// What a carrier, a bank or an API calls the failure. A category ("rate_limit") is none.
std::vector<std::string> codes_in(const Reduced& message, const std::string& numbers) {
  static const Words kSpoken{{"card declined|card was declined", "card_declined"},
                             {"insufficient funds", "insufficient_funds"},
                             {"insufficient quota", "insufficient_quota"},
                             {"expired card|card expired", "expired_card"},
                             {"incorrect cvc|wrong cvc", "incorrect_cvc"},
                             {"do not honou?r", "do_not_honor"},
                             {"lost card", "lost_card"},
                             {"stolen card", "stolen_card"},
                             {"processing error", "processing_error"},
                             {"invalid api key", "invalid_api_key"},
                             {"model not found", "model_not_found"},
                             {"rate limit exceeded", "rate_limit_exceeded"},
                             {"authentication required", "authentication_required"},
                             {"context length exceeded", "context_length_exceeded"},
                             {"server error", "server_error"},
                             {"fraudulent", "fraudulent"}};
  static const Finder kNamed = words(kSpoken);
  static const std::set<std::string> kNoCodes{"rate_limit", "spam_blocked", "bad_params", "past_due", "in_progress"};
  std::vector<std::string> codes = all_matches(message.text, numbers);
  for (auto& code : all_matches(message.text, R"(\b([a-z]+(?:_[a-z]+)+)\b)"))
    if (!kNoCodes.contains(code) && !code.starts_with("proj_")) codes.push_back(code);
  if (codes.empty())
    if (const auto named = kNamed(message)) codes.push_back(named->get<std::string>());
  return codes;
}

}  // namespace

const std::set<std::string>& id_kinds() {
  static const std::set<std::string> kIds{
      "pn",   "sm",    "mm",  "ca",    "ac",   "sk",    "mg",  "no",   "re",  "ap",  "ut",   "we",   "pi",    "ch",
      "py",   "in",    "sub", "evt",   "cus",  "po",    "tr",  "txn",  "dp",  "du",  "pm",   "seti", "price", "prod",
      "proj", "batch", "key", "ftjob", "file", "phone", "url", "acct", "req", "org", "asst", "cs"};
  return kIds;
}

Found service_in(const Reduced& message) {
  static const std::vector<std::pair<std::string, std::shared_ptr<RE2>>> kNames{
      {"twilio", std::make_shared<RE2>(R"(\btwilio)")},
      {"openai", std::make_shared<RE2>(R"(\b(?:openai|open ai|chatgpt)\b)")},
      {"stripe", std::make_shared<RE2>(R"(\bstripe)")}};
  std::vector<std::string> found;
  for (const auto& [name, pattern] : kNames)
    if (RE2::PartialMatch(message.text, *pattern)) found.push_back(name);
  return found.empty() ? std::nullopt : Found(one_or_list(std::move(found)));
}

Found capabilities_in(const Reduced& message) {
  static const RE2 kSms(R"(\b(?:sms|texts?|texting|messages?|messaging)\b)"),
      kMms(R"(\b(?:mms|pictures?|picture messages)\b)"), kVoice(R"(\b(?:voice|calls?|calling|phone calls)\b)");
  std::vector<std::string> found;
  if (RE2::PartialMatch(message.text, kMms)) found.emplace_back("mms");
  if (RE2::PartialMatch(message.text, kSms)) found.emplace_back("sms");
  if (RE2::PartialMatch(message.text, kVoice)) found.emplace_back("voice");
  return found.empty() ? std::nullopt : Found(Json(found));
}

Found kind_in(const Reduced& message) {
  static const Finder kKinds = words(
      {{"(?:fine|finetune|fine-?\\s?tun\\w+|finetun\\w+)(?: jobs?)?", "finetunes"},
       {"webhooks?|endpoints?|event (?:deliver\\w+|destinations?)|deliver(?:y|ies) of events|callbacks?", "webhooks"},
       {"messaging services?|services", "services"},
       {"usage triggers?|triggers?", "triggers"},
       {"batch(?:es)?|batch jobs?", "batches"},
       {"subscriptions?|subscribers", "subscriptions"},
       {"invoices?|invoicing", "invoices"},
       {"projects?", "projects"},
       {"files?|uploads?", "files"},
       {"models?", "models"},
       {"api keys?|keys?", "keys"},
       {"phone numbers?|numbers|dids?|(?:our|the) lines", "numbers"},
       {"(?:api|openai|http) (?:calls?|requests?)|requests?|completions?|prompts?|embeddings?|chat completions?",
        "requests"},
       {"(?:robo|phone |voice )?calls?|calling|callers|dial\\w*|voicemails?|ivr|phone line|ring(?:s|ing)?|voice",
        "calls"},
       {"messages?|sms|texts?|texting|mms|messaging|otps?|whatsapps?|verification codes?", "messages"},
       {"payments?|charges?|cards?|checkouts?|declines?|transactions?|pay|paying|payment intents?", "payments"},
       {"numbers?", "numbers"}});
  return kKinds(message);
}

Finder phones_in_role(const std::string& wanted) {
  return [wanted](const Reduced& message) -> Found {
    static const RE2 kFrom(R"(\b(?:from|using|via|sender|out of|caller id|by)\b)"),
        kTo(R"(\b(?:to|at|for|towards|call|ring|dial|text|phone|number|recipient)\b)");
    std::vector<std::string> found;
    std::string role = "to";
    std::size_t from = 0;
    for (const auto& value : message.values) {
      if (value.kind != "phone") continue;
      const std::string said = message.text.substr(from, value.at - from);
      if (RE2::PartialMatch(said, kFrom))
        role = "from";
      else if (RE2::PartialMatch(said, kTo))
        role = "to";
      if (role == wanted && std::find(found.begin(), found.end(), value.text) == found.end())
        found.push_back(value.text);
      from = value.at + value.kind.size() + 2;
    }
    return found.empty() ? std::nullopt : Found(one_or_list(std::move(found)));
  };
}

Found place_in(const Reduced& message) {
  static const Finder kPlace = verbatim(R"(\bin (?:the )?((?-i:[A-Z][a-z]+(?: [A-Z][a-z]+)?))(?:$|[\s,.?!]))");
  if (country_in(message)) return std::nullopt;
  return kPlace(message);
}

Found count_in(const Reduced& message) {
  static const RE2 kCount(
      R"(\b(one|two|three|four|five|six|seven|eight|nine|ten|a couple(?: of)?|couple of|a pair of|a few|half a dozen|\d{1,2})\s+(?:more |new |additional |extra |local |toll-?free |mobile |us |uk |phone |german |french |canadian |british |voice |sms |twilio |of |the |\d{3} )*(?:numbers?|dids|lines|ones|_phone_)\b)"),
      kOrder(
          R"(\b(?:buy|order|get|purchase|grab|provision|rent)(?: me| us)? (one|two|three|four|five|six|seven|eight|nine|ten|\d{1,2}) (?:in|from|with|at|of|for)\b)");
  static const std::map<std::string, std::string, std::less<>> kNames{
      {"one", "1"},       {"two", "2"},       {"three", "3"},    {"four", "4"},
      {"five", "5"},      {"six", "6"},       {"seven", "7"},    {"eight", "8"},
      {"nine", "9"},      {"ten", "10"},      {"a couple", "2"}, {"a couple of", "2"},
      {"couple of", "2"}, {"a pair of", "2"}, {"a few", "3"},    {"half a dozen", "6"}};
  std::string count;
  if (!RE2::PartialMatch(message.text, kCount, &count) && !RE2::PartialMatch(message.text, kOrder, &count))
    return std::nullopt;
  const auto name = kNames.find(count);
  return Json(name == kNames.end() ? count : name->second);
}

Found code_in(const Reduced& message) {
  auto codes = codes_in(message, R"((?:^|[^\w.#+-])([1-9]\d{4,5}|[45]\d\d|[45]xx)(?:s\b|'s\b|$|[^\w%-]))");
  return codes.empty() ? std::nullopt : Found(one_or_list(std::move(codes)));
}

Found code_explained(const Reduced& message) {
  auto codes = codes_in(message, R"((?:^|[^\w.#+-])([1-9]\d{4,5}|[2-5]\d\d|[45]xx)(?:s\b|'s\b|$|[^\w%-]))");
  return codes.empty() ? std::nullopt : Found(one_or_list(std::move(codes)));
}

Found numbers_or_all(const Reduced& message) {
  auto found = texts_of(message, {"phone", "pn"});
  if (!found.empty()) return one_or_list(std::move(found));
  static const RE2 kAll(R"(\b(?:all|every|each|everything)\b)");
  return RE2::PartialMatch(message.text, kAll) ? Found(Json("all")) : std::nullopt;
}

Finder url_for(const std::string& own, bool where_nothing_is_said) {
  static const auto kAny =
      std::make_shared<RE2>(R"(\b(?:fallback|status|callback|sms|messag\w+|texts?|voice|calls?)\b)");
  return [pattern = std::make_shared<RE2>(own), where_nothing_is_said](const Reduced& message) -> Found {
    std::size_t from = 0;
    for (const auto& value : message.values) {
      if (value.kind != "url") continue;
      const std::string said = message.text.substr(from, value.at - from);
      from = value.at;
      if (RE2::PartialMatch(said, *pattern) || (where_nothing_is_said && !RE2::PartialMatch(said, *kAny)))
        return Json(value.text);
    }
    return std::nullopt;
  };
}

Finder per_minute(const std::string& unit, const std::string& abbreviation) {
  const std::string amount = R"((\d[\d,]*(?:\.\d+)?k?m?))";
  const Finder finder =
      group(R"(\b)" + amount + R"(\s?(?:)" + unit + R"()\s?(?:per|an?|every|/|each|p)\s?m(?:in(?:ute)?)?\b|\b)" +
            amount + R"(\s?)" + abbreviation + R"(\b|\b(?:)" + abbreviation + R"(|(?:)" + unit +
            R"() (?:per|an?|/|every) ?min(?:ute)?)\b(?: \S+){0,10}? ?(?:to|at|of|=|:|is) )" + amount + R"(\b|\b)" +
            abbreviation + R"( )" + amount + R"(\b)");
  return [finder](const Reduced& message) -> Found {
    const auto found = finder(message);
    if (!found) return std::nullopt;
    std::string text = found->get<std::string>();
    std::erase(text, ',');
    const char scale = text.back();
    if (scale != 'k' && scale != 'm') return Json(text);
    text.pop_back();
    const double many = std::stod(text) * (scale == 'k' ? 1e3 : 1e6);
    return Json(std::to_string(std::llround(many)));
  };
}

Found all_numbers(const Reduced& message) {
  auto found = all_matches(message.text, R"((?:^|[\s#(,&+/])(?:no\.?)?(\d{1,6})(?:$|[\s,.;:!?)&+/]|'s))");
  // Neighbours share the blank between them, so every second one is found by looking again from there.
  for (auto& more : all_matches(message.text, R"(\d[\s,&+/]+(?:and )?#?(\d{1,6})(?:$|[\s,.;:!?)]))"))
    if (std::find(found.begin(), found.end(), more) == found.end()) found.push_back(more);
  return found.empty() ? std::nullopt : Found(one_or_list(std::move(found)));
}

Found until_in(const Reduced& message) {
  if (auto end = slot_of("until")(message)) return end;
  for (const auto& value : message.values)
    if (value.kind == "period" && value.slot.contains("last")) return value.slot.at("last");
  static const Finder kWords = words({{"tomorrow", "tomorrow"}, {"monday", "monday"}, {"next week", "monday"}});
  return kWords(message);
}

Found events_in(const Reduced& message) {
  if (auto events = list_of({"event"})(message)) return events;
  static const RE2 kAll(R"(\b(?:all|every) events?\b|\beverything\b)"),
      kFamily(
          R"(\b(?:all )?(account|charge|checkout|customer|invoice|payment_intent|payout|refund|subscription|dispute) events\b)");
  std::string family;
  if (RE2::PartialMatch(message.text, kFamily, &family))
    return Json::array({family == "dispute"        ? "charge.dispute.*"
                        : family == "subscription" ? "customer.subscription.*"
                                                   : family + ".*"});
  return RE2::PartialMatch(message.text, kAll) ? Found(Json::array({"*"})) : std::nullopt;
}

Found threshold_in(const Reduced& message) {
  if (auto money = slot_of("money")(message)) return money;
  static const Finder kNumber = group(
      R"(\b(?:above|over|passes|pass|exceeds?|below|under|beyond|than|hits?|reach(?:es)?|at|to|of|crosses|cross|>|<|is|gets to|drops? (?:to|below|under))\s+(\d[\d,]*(?:\.\d+)?\s?(?:%|percent|per cent)?)|\b(\d+(?:\.\d+)?\s?(?:%|percent|per cent))|[<>]=?\s?(\d[\d,]*(?:\.\d+)?\s?%?))");
  const auto found = kNumber(message);
  if (!found) return std::nullopt;
  std::string text = found->get<std::string>();
  std::erase(text, ',');
  if (const auto blank = text.find(' '); blank != std::string::npos) text.erase(blank);
  const bool percent = text.ends_with('%') || found->get<std::string>().find("per") != std::string::npos;
  if (percent && !text.ends_with('%')) text += '%';
  return Json(text);
}

Found per_period(const Reduced& message) {
  static const Finder kPer =
      group(R"((?:\b(?:a|an|per|each|every|in one|in a)|/)\s?(hour|day|week|month|minute|year)\b)");
  static const Finder kDaily = words({{"daily", "day"}, {"weekly", "week"}, {"monthly", "month"}, {"hourly", "hour"}});
  if (auto per = kPer(message)) return Json{{"per", *per}};
  if (auto per = kDaily(message)) return Json{{"per", *per}};
  return slot_of("period")(message);
}

Found project_in(const Reduced& message) {
  if (auto ids = values({"proj"})(message)) return ids;
  static const Finder kNamed = verbatim(R"re(\bproject\s+(?:called |named )?["']?([a-z][\w-]*[a-z0-9])["']?)re");
  static const std::set<std::string> kNoNames{"to",    "at",  "is",   "limit", "limits", "settings", "please", "with",
                                              "for",   "now", "the",  "and",   "on",     "by",       "we",     "that",
                                              "which", "in",  "from", "id",    "rate",   "key",      "keys",   "usage"};
  auto named = kNamed(message);
  return named && !kNoNames.contains(lower_ascii(named->get<std::string>())) ? named : std::nullopt;
}

Found reason_of_refund(const Reduced& message) {
  static const Finder kStripes =
      words({{"duplicate|duplicated", "duplicate"},
             {"fraud\\w*", "fraudulent"},
             {"(?:requested|asked|wanted|demanded) by (?:the )?customer|(?:the )?(?:customer|client) "
              "(?:asked|requested|wants?|wanted|changed|complained)\\b.*|customer request|requested_by_customer",
              "requested_by_customer"}});
  if (auto reason = kStripes(message)) return reason;
  return verbatim(R"(\b(?:because|reason(?: is|:)?|since (?:it|the|they|we))\s+(.+?)[.!]?$)")(message);
}

Found reason_in(const Reduced& message) {
  static const Finder kSaid = first_of(
      {verbatim(R"(\b(?:because(?: of)?|reason(?: is)?:?|since it|the reason being)\s+(.+?)[.!]?$)"),
       verbatim(
           R"(\b(?:reject|decline|deny|veto|refuse|turn down|cancel|withdraw|abort)\s+(?:the\s+)?(?:plan\s+)?(?:no\.?\s*|number\s+|#)?\d{1,6}(?:\s+[0-9a-f]{4,12})?\s*(?:[,:;.]|\s-{1,2}|\b(?:as|for|since)\b)\s*(.+?)[.!]?$)")});
  auto said = kSaid(message);
  static const std::set<std::string> kNone{"please", "thanks", "thx", "now", "pls", "thank you"};
  return said && !kNone.contains(lower_ascii(said->get<std::string>())) ? said : std::nullopt;
}

}  // namespace apiops
