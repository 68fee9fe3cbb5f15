#include "engine/intents/slots.h"

#include <re2/re2.h>

#include <algorithm>
#include <map>

#include "engine/base/text.h"
#include "engine/intents/finders.h"

namespace apiops {

namespace {

using Table = std::map<std::string, Finder, std::less<>>;

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

// Whom a message or call goes to, or comes from: said before the number, or as for the number before it.
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

// "in Lyon", where it is no country.
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

Found code_in(const Reduced& message) {
  auto codes = codes_in(message, R"((?:^|[^\w.#+-])([1-9]\d{4,5}|[45]\d\d|[45]xx)(?:s\b|'s\b|$|[^\w%-]))");
  return codes.empty() ? std::nullopt : Found(one_or_list(std::move(codes)));
}

// Where the message is about a code, a number of three figures is one.
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

// The URL that stands behind one of these words, and before the next URL.
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

// "300 requests per minute", "200k tpm", "rpm to 500".
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
    return Json(std::to_string(static_cast<long long>(many + 0.5)));
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

const Table& table() {
  static const Table kTable{
      {"service", service_in},
      {"period", slot_of("period")},
      {"kind", kind_in},
      {"resource", values(id_kinds())},
      {"number", numbers_or_all},
      {"to", phones_in_role("to")},
      {"from", phones_in_role("from")},
      {"code", code_in},
      {"code@errors.explain", code_explained},
      {"category", words({{"auth|authentication|authori[sz]ation|credentials?|unauthori[sz]ed", "auth"},
                          {"config|configuration|configs|misconfigur\\w+|configuration issues|setup", "config"},
                          {"rate[ _-]?limit(?:s|ed|ing)?|throttl\\w+", "rate_limit"},
                          {"carriers?", "carrier"},
                          {"spam(?:[ _-]?block\\w*)?|spam_blocked", "spam_blocked"},
                          {"bad[ _-]?param\\w*|invalid param\\w*|bad requests?|param(?:eter)?s?", "bad_params"},
                          {"transient|temporary|flaky|intermittent", "transient"}})},
      {"severity", words({{"critical|severe|criticals|serious|sev ?1|fatal", "critical"},
                          {"warnings?", "warning"},
                          {"info|informational", "info"}})},
      {"area_code",
       first_of(
           {group(R"(\barea codes? (?:of )?\(?(\d{3})\b)"),
            group(
                R"(\b(?:in|with|from|area|for|of|a|an|new|the|within|near|as well as|try|about|is|no,|any)\s+(?:the\s+|area\s+|a\s+)?\(?([2-9]\d{2})\)?(?:$|[\s,.?!)]))"),
            group(
                R"((?:^|\s)\(?([2-9]\d{2})\)?\s+(?:numbers?|area|local|then|instead|one|ones|dids?|phone|line|please|with|mobile|sms|voice|too|as well)\b)"),
            group(R"(^(?:and |then |no,? (?:the )?)?\(?([2-9]\d{2})\)?[?!.]?$)")})},
      {"contains",
       first_of(
           {verbatim(
                R"(\b(?:containing|contains?|includes?|including|with the digits|digits|ending (?:in|with)|ends (?:in|with)|starting with|starts with|spelling|spells?)\s+["']?([0-9a-zA-Z*]{2,10})\b)"),
            verbatim(
                R"(\bwith\s+["']?([0-9*]{2,7}|[A-Z]{3,7})["']? (?:in it|in them|in the number|at the end|somewhere)\b)"),
            verbatim(R"(\b(?:has|having|have)\s+["']?([0-9*]{2,7})\b)")})},
      {"near",
       first_of(
           {verbatim(
                R"(\b(?:near|around|close to|nearby|next to)\s+(?:the city of )?([A-Za-z][A-Za-z .'-]{1,40}?)(?:$|[,?!]|\.\s|\.$| with\b| that\b| please\b| for\b| and\b| which\b)" +
                std::string(")")),
            value_after({"phone"}, {"near", "to"}, false), place_in})},
      {"country", country_in},
      {"capabilities", capabilities_in},
      {"number_type", words({{"toll[ -]?free|tollfree|800 numbers?|0800|freephone|free-?phone|1-800", "tollfree"},
                             {"mobiles?|cell(?:ular)?", "mobile"},
                             {"local|landlines?|geographic", "local"}})},
      {"count", count_in},
      {"limit", group(R"(\b(?:top|first|limit|latest|newest)\s+(\d{1,3})\b)")},
      {"model", values({"model"})},
      {"project", project_in},
      {"by",
       words({{"(?:by|per|each|for each|every) (?:the )?day|daily|a day|day by day|per-day", "day"},
              {"(?:by|per|each|for each|every|which|across) models?|model by model|per-model", "model"},
              {"(?:by|per|each|for each|every|which|across) projects?|per-project", "project"},
              {"(?:by|per|each|for each|every|which|across) (?:usage )?(?:categor(?:y|ies)|type|product)", "category"},
              {"(?:by|per|each|for each|every|which|across|between) (?:of our )?sub-?\\s?accounts?", "subaccount"},
              {"(?:by|per|each|for each|every|which) (?:phone )?numbers?|per-number", "number"}})},
      {"usage_category", words({
                             {"mms", "mms"},
                             {"sms|texts?|text messages?|messages?|messaging", "sms"},
                             {"calls?|voice|calling|minutes", "calls"},
                             {"phone ?numbers?|numbers", "phonenumbers"},
                             {"recordings?", "recordings"},
                             {"transcriptions?", "transcriptions"},
                         })},
      {"usage_category@twilio.trigger.create",
       words({{"mms", "mms"},
              {"sms|texts?|text messages?|messages?|messaging", "sms"},
              {"calls?|voice|calling|minutes", "calls"},
              {"phone ?numbers?|numbers", "phonenumbers"},
              {"recordings?", "recordings"},
              {"everything|total|overall|total ?price|in total|all usage", "totalprice"}})},
      {"customer", values({"cus", "email"})},
      {"payment", values({"pi", "ch", "py"})},
      {"amount", slot_of("money")},
      {"value", first_of({slot_of("money"), group(R"(\b(\d[\d,]*) (?:sms|texts?|messages?|calls?|minutes|mms)\b)")})},
      {"threshold", threshold_in},
      {"metric", words({{"(?:webhook|endpoint) (?:delivery )?(?:failures?|errors?)|failing webhooks?|failed "
                         "webhooks?|failed deliver(?:y|ies)",
                         "webhook failures"},
                        {"webhooks? fail\\w*", "webhook failures"},
                        {"failed payments?|payment failures?|failed charges?|payments? fail\\w*", "failed payments"},
                        {"declines?|declined (?:cards?|payments?)|decline rate", "declines"},
                        {"failed (?:messages?|sms|texts?)|undelivered (?:messages?|sms|texts?)|message "
                         "failures?|messages? fail\\w*",
                         "failed messages"},
                        {"failed calls?|call failures?|calls? fail\\w*", "failed calls"},
                        {"error rate", "error rate"},
                        {"errors?", "errors"},
                        {"balance|credits?", "balance"},
                        {"spend(?:ing)?|costs?|bill", "spend"},
                        {"usage|consumption", "usage"},
                        {"latency|response times?", "latency"},
                        {"disputes?|chargebacks?", "disputes"},
                        {"headroom|rate limits?|limits?|quota", "rate limit"},
                        {"failures?", "failures"},
                        {"incidents?|outages?|status|down", "status"},
                        {"webhooks?|endpoints?", "webhooks"},
                        {"payments?", "payments"},
                        {"deliverability|delivery rate", "delivery rate"},
                        {"messages?|sms|texts?", "messages"},
                        {"calls?", "calls"}})},
      {"period@monitor.create", per_period},
      {"channel", values({"channel"})},
      {"reason", reason_in},
      {"reason@stripe.payment.refund", reason_of_refund},
      {"endpoint", values({"we"})},
      {"events", events_in},
      {"event_type", values({"event"})},
      {"api_version", group(R"(\b(?:api )?version (\d{4}-\d\d-\d\d(?:\.[a-z]+)?))")},
      {"description", verbatim(R"re(\bdescription (?:of \S+ )?(?:to )?["“']?([^"”']+?)["”']?$)re")},
      {"subscription", values({"sub"})},
      {"when",
       words({{"when the (?:current |billing )*(?:period|month|term|cycle|year) (?:is over|ends|runs out)|at (?:the "
               ")?(?:period|month|term|billing|cycle)(?:'s)?[ -]?end|(?:at|on|by|from)? ?(?:the )?end of (?:the |this "
               "|its |their |his |her )?(?:current |billing |paid |subscription "
               ")*(?:period|month|term|cycle|year|_period_)|(?:at |on |before )?(?:the |its |their )?(?:next "
               ")?renewal|when (?:it|they) (?:renews?|runs? out|expires?|ends?)|after (?:the|this) (?:current |billing "
               ")*(?:period|month|cycle|term)|period[ _]end|don't renew|not renew",
               "at_period_end"},
              {"now|immediately|at once|right away|right now|straight away|straightaway|asap|instantly|effective "
               "immediately|with immediate effect|this (?:second|minute|instant)",
               "at_once"}})},
      {"invoice",
       [](const Reduced& message) -> Found {
         auto found = texts_of(message, {"in"});
         return found.size() == 1 ? Found(Json(found.front())) : std::nullopt;
       }},
      {"ids", list_of({"sm", "mm"})},
      {"ids@stripe.invoice.retry",
       [](const Reduced& message) -> Found {
         auto found = list_of({"in"})(message);
         return found && found->size() > 1 ? found : std::nullopt;
       }},
      {"plan",
       first_of({group(R"(\bplan\s+(?:no\.?\s*|number\s+|#)?(\d{1,6})\b)"), group(R"((?:^|[\s#])(\d{1,6})\b)")})},
      {"alert", all_numbers},
      {"until", until_in},
      {"state@plans.list", words({{"open", "open"},
                                  {"done|finished|executed|completed", "done"},
                                  {"rejected", "rejected"},
                                  {"expired", "expired"},
                                  {"failed", "failed"},
                                  {"approved", "approved"}})},
      {"state@alerts.list", words({{"silenced|snoozed|muted|silences|quiet|silent|snoozes", "silenced"},
                                   {"firing|going off|ringing|active|alerting|red", "firing"},
                                   {"acknowledged|acked", "acknowledged"},
                                   {"open|unresolved", "open"}})},
      {"state@twilio.service.configure",
       words({{"remove|detach|take|pull|turn off|switch off|off|disable|out of|without|drop", "off"}})},
      {"url@twilio.service.configure",
       [](const Reduced& message) -> Found {
         static const RE2 kOther(R"(\b(?:status|fallback)\b)");
         return RE2::PartialMatch(message.text, kOther) ? std::nullopt : values({"url"})(message);
       }},
      {"flags", words({{"sticky[- ]senders?", "sticky_sender"},
                       {"smart[- ]encoding", "smart_encoding"},
                       {"(?:area[- ]code )?geo-?match", "area_code_geomatch"},
                       {"fallback to long codes?", "fallback_to_long_code"},
                       {"mms converter", "mms_converter"},
                       {"webhooks? of the numbers?|numbers?' webhooks?", "use_inbound_webhook_on_number"}})},
      {"state@twilio.geo.update",
       words({{"block|disallow|disable|forbid|stop|off|deny|ban|close|shut|prevent|restrict|cut off|bar|lock", "off"},
              {"allow|permit|enable|on|open|unblock|turn on|let|whitelist|activate|unlock", "on"}})},
      {"channel@twilio.geo.update", words({{"calls?|voice|dialling|dialing|dial|calling|call|phone", "voice"},
                                           {"sms|texts?|messages?|messaging|texting|text|message", "sms"}})},
      {"code@plan",
       group(
           R"(\b\d{1,6},?\s+(?:with\s+)?(?:code\s+)?([0-9a-f]{4,12})\b|\bcode\s+([0-9a-f]{4,12})\b|\b\d{1,6}[-/]([0-9a-f]{4,12})\b)")},
      {"key", values({"sk", "key"})},
      {"job", values({"ftjob"})},
      {"batch", values({"batch"})},
      {"file", values({"file"})},
      {"service_id", values({"mg"})},
      {"url", values({"url"})},
      {"voice_url", url_for(R"(\b(?:voice|calls?)\b)", true)},
      {"sms_url", url_for(R"(\b(?:sms|messag\w+|texts?)\b)", false)},
      {"status_callback", url_for(R"(\bstatus[ -]?(?:callback|url|webhook)?\b)", false)},
      {"fallback_url", url_for(R"(\bfallback\b)", false)},
      {"callback", values({"url"})},
      {"method",
       [](const Reduced& message) -> Found {
         static const Finder kMethod = verbatim(
             R"(\b(?:(?:method|via|with|using|use|as|by|http|a)\s+(get|post)\b|(get|post) (?:requests?|method)\b))");
         auto found = kMethod(message);
         if (!found) return std::nullopt;
         return Json(lower_ascii(found->get<std::string>()) == "get" ? "GET" : "POST");
       }},
      {"friendly_name",
       first_of(
           {verbatim(
                R"re(\b(?:friendly name|friendly_name|name|label|rename|relabel|call)\b.*?\b(?:to|as|=|is)\s+["“']?([^"”'<>]{1,64}?)["”']?[.!]?(?:\s+please)?$)re"),
            verbatim(R"re(\b(?:name|rename|label)\s+\S+\s+["“']([^"”']{1,64})["”'])re")})},
      {"requests_per_minute", per_minute("requests?|reqs?|calls?|r", "rpm")},
      {"tokens_per_minute", per_minute("tokens?|toks?|tkns?|t", "tpm")},
      {"topic", words({{"(?:phone )?numbers?", "numbers"},
                       {"webhooks?|endpoints?", "webhooks"},
                       {"approvals?|approving|approve", "approvals"},
                       {"plans?", "plans"},
                       {"alerts?|snoozing", "alerts"},
                       {"monitors?|monitoring|watching", "monitors"},
                       {"refunds?|refunding", "refunds"},
                       {"payments?|declines", "payments"},
                       {"subscriptions?", "subscriptions"},
                       {"invoices?", "invoices"},
                       {"messages?|sms|texts?|messaging", "messages"},
                       {"calls?|calling", "calls"},
                       {"errors?|error codes?|diagnos\\w+", "errors"},
                       {"limits?|rate limits?", "limits"},
                       {"usage(?: report\\w*| costs?)?$|costs?|spend\\w*|billing", "usage"},
                       {"keys?|credentials", "credentials"},
                       {"batch(?:es)?", "batches"},
                       {"fine-?tun\\w+", "finetunes"},
                       {"auto-?fix\\w*", "autofix"},
                       {"twilio", "twilio"},
                       {"openai", "openai"},
                       {"stripe", "stripe"}})},
      {"filter", words({{"past[ _-]due|overdue", "past due"},
                        {"disabled|switched off|turned off|inactive", "disabled"},
                        {"enabled|switched on", "enabled"},
                        {"active", "active"},
                        {"canceled", "cancelled"},
                        {"trialing|trialling|on trial|in trial", "trialing"},
                        {"unpaid", "unpaid"},
                        {"open", "open"},
                        {"draft", "draft"},
                        {"paid", "paid"},
                        {"unused", "unused"},
                        {"running|in[ _]progress|in flight|ongoing", "running"},
                        {"failed|failing", "failed"},
                        {"pending|queued|waiting", "pending"},
                        {"completed|finished|succeeded|done", "completed"},
                        {"expired", "expired"},
                        {"archived", "archived"},
                        {"toll-?free", "tollfree"},
                        {"live", "live"}})},
      {"body",
       first_of(
           {verbatim(
                R"re((?:saying|with (?:the )?(?:text|body|message|words)|that says|which says|that reads|body:?|text:)\s+["“']?([^"”]+?)["”']?(?:\s+to\s+(?:<tel:)?\+?[\d(][\d ().|+>-]{6,}.*)?$)re"),
            verbatim(R"re(["“]([^"”]{1,480})["”])re")})},
      {"recurring", words({{"every month|monthly|each month|a month|per month", "monthly"},
                           {"daily|every day|each day|a day|per day", "daily"},
                           {"yearly|every year|annually|a year|per year", "yearly"}})},
      {"person",
       first_of(
           {values({"person"}), verbatim(R"(\b(?:did|has|by|from)\s+((?-i:[A-Z][a-z]+))\b)"),
            group(
                R"(\b(?:did|has|have|by)\s+([a-z]{2,20})\s+(?:change|changed|do|done|approve|approved|reject|rejected|delete|deleted|buy|bought|ask|run|release|released|refund|refunded)\b)")})},
  };
  return kTable;
}

const Finder* finder_of(const std::string& slot, const std::string& intent) {
  const Table& all = table();
  auto found = all.find(slot + "@" + intent);
  if (found == all.end() && slot == "code" && intent.starts_with("plan.")) found = all.find("code@plan");
  if (found == all.end()) found = all.find(slot);
  return found == all.end() ? nullptr : &found->second;
}

// Slots that say the same twice, or that are not the intent's to hold.
void tidy(Json& slots, const IntentRule& rule, const Reduced& message) {
  if (slots.contains("person")) {
    static const std::set<std::string> kNobody{
        "we",       "you",       "they",     "i",       "someone",  "anyone",     "it",     "the",   "that",
        "everyone", "he",        "she",      "twilio",  "stripe",   "openai",     "our",    "this",  "changes",
        "happened", "approvals", "plans",    "records", "anything", "everything", "people", "users", "any",
        "some",     "your",      "been",     "changed", "did",      "has",        "have",   "what",  "last",
        "this",     "anybody",   "somebody", "who",     "all"};
    if (kNobody.contains(lower_ascii(get_string(slots, "person")))) slots.erase("person");
  }
  if (slots.contains("resource") && slots["resource"].is_array() && rule.name == "audit.search")
    slots["resource"] = slots["resource"][0];
  if (slots.contains("filter") && slots["filter"] == "cancelled" &&
      message.original.find("cancell") == std::string::npos && message.original.find("Cancell") == std::string::npos)
    slots["filter"] = "canceled";
  if (slots.contains("ids") && slots.contains("invoice")) slots.erase("invoice");
  if (rule.name == "twilio.number.buy" && slots.contains("number") && slots["number"] == "all") slots.erase("number");
  if (slots.contains("number") && slots.contains("area_code") && slots["number"] != "all") slots.erase("area_code");
  if (rule.name == "twilio.number.configure" && !texts_of(message, {"url"}).empty()) slots.erase("friendly_name");
}

const std::map<std::string, std::vector<std::string>, std::less<>>& kinds_by_slot() {
  static const std::map<std::string, std::vector<std::string>, std::less<>> kKinds{{"number", {"phone", "pn"}},
                                                                                   {"to", {"phone"}},
                                                                                   {"from", {"phone"}},
                                                                                   {"endpoint", {"we"}},
                                                                                   {"payment", {"pi", "ch", "py"}},
                                                                                   {"subscription", {"sub"}},
                                                                                   {"invoice", {"in"}},
                                                                                   {"batch", {"batch"}},
                                                                                   {"job", {"ftjob"}},
                                                                                   {"file", {"file"}},
                                                                                   {"key", {"sk", "key"}},
                                                                                   {"project", {"proj"}},
                                                                                   {"service_id", {"mg"}},
                                                                                   {"plan", {"plan"}},
                                                                                   {"alert", {"alert"}},
                                                                                   {"model", {"model"}},
                                                                                   {"customer", {"cus"}}};
  return kKinds;
}

}  // namespace

std::vector<std::string> kinds_of(const std::string& slot, const std::string& intent) {
  if (slot == "resource") return {id_kinds().begin(), id_kinds().end()};
  if (slot == "key") return {intent.starts_with("openai") ? "key" : "sk"};
  const auto found = kinds_by_slot().find(slot);
  return found == kinds_by_slot().end() ? std::vector<std::string>{} : found->second;
}

Json slots_of(const IntentRule& rule, const Reduced& message) {
  Json slots = Json::object();
  for (const auto& slot : rule.slots)
    if (const Finder* finder = finder_of(slot, rule.name))
      if (auto found = (*finder)(message)) slots[slot] = std::move(*found);
  tidy(slots, rule, message);
  return slots;
}

Json answer_for(const std::string& slot, const IntentRule& rule, const Reduced& message) {
  if (const Finder* finder = finder_of(slot, rule.name))
    if (auto found = (*finder)(message)) return *found;
  if (slot == "to" || slot == "from" || slot == "number")
    if (auto phones = texts_of(message, {"phone"}); !phones.empty()) return phones.front();
  static const std::set<std::string> kFree{"friendly_name", "body",    "reason",  "description",
                                           "near",          "project", "contains"};
  if (kFree.contains(slot)) return std::string(trim(message.original));
  return nullptr;
}

}  // namespace apiops
