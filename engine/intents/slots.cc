#include "engine/intents/slots.h"

#include <re2/re2.h>

#include <algorithm>
#include <functional>
#include <nlohmann/json.hpp>
#include <set>

#include "engine/base/text.h"

namespace apiops {

namespace {

struct Source {
  const IntentRule& rule;
  const Reduced& message;
  std::string_view original;
  const std::string& text() const { return message.text; }
};

using Found = std::optional<Json>;
using Finder = std::function<Found(const Source&)>;

// Groups of words, each with the value that it stands for; the first that is there.
using Words = std::vector<std::pair<std::string, std::string>>;
Finder words(const Words& list) {
  struct Entry {
    std::shared_ptr<RE2> pattern;
    std::string value;
  };
  std::vector<Entry> entries;
  for (const auto& [pattern, value] : list)
    entries.push_back({std::make_shared<RE2>("(?:^|[^\\w<])(?:" + pattern + ")(?:$|[^\\w>])"), value});
  return [entries](const Source& s) -> Found {
    for (const auto& e : entries)
      if (RE2::PartialMatch(s.text(), *e.pattern)) return Json(e.value);
    return std::nullopt;
  };
}

// The first group of a pattern over the reduced text.
Finder group(const std::string& pattern) {
  auto re = std::make_shared<RE2>(pattern);
  return [re](const Source& s) -> Found {
    std::string value;
    if (!RE2::PartialMatch(s.text(), *re, &value)) return std::nullopt;
    return Json(std::string(trim(value)));
  };
}

std::vector<std::string> all_of(const Source& s, const std::set<std::string>& kinds) {
  std::vector<std::string> found;
  for (const auto& value : s.message.values)
    if (kinds.contains(value.kind) && std::find(found.begin(), found.end(), value.text) == found.end())
      found.push_back(value.text);
  return found;
}

Json one_or_list(std::vector<std::string> found, bool sorted = false) {
  if (found.size() == 1) return found.front();
  if (sorted) std::sort(found.begin(), found.end());
  return found;
}

// Values of these kinds: one, or a list of several.
Finder values(std::set<std::string> kinds) {
  return [kinds = std::move(kinds)](const Source& s) -> Found {
    auto found = all_of(s, kinds);
    if (found.empty()) return std::nullopt;
    return one_or_list(std::move(found));
  };
}

Finder list_of(std::set<std::string> kinds) {
  return [kinds = std::move(kinds)](const Source& s) -> Found {
    auto found = all_of(s, kinds);
    if (found.empty()) return std::nullopt;
    std::sort(found.begin(), found.end());
    return Json(found);
  };
}

// A phone number with this word before it; without any, the first one where `first` allows it.
Finder phone_after(std::set<std::string> before, bool first) {
  return [before = std::move(before), first](const Source& s) -> Found {
    const Value* bare = nullptr;
    for (const auto& value : s.message.values) {
      if (value.kind != "phone") continue;
      if (before.contains(value.before)) return Json(value.text);
      if (value.before != "from" && value.before != "to" && !bare) bare = &value;
    }
    return first && bare ? Found(Json(bare->text)) : std::nullopt;
  };
}

Finder slot_value(std::string kind) {
  return [kind = std::move(kind)](const Source& s) -> Found {
    for (const auto& value : s.message.values)
      if (value.kind == kind) return value.slot;
    return std::nullopt;
  };
}

Finder first_of(std::vector<Finder> finders) {
  return [finders = std::move(finders)](const Source& s) -> Found {
    for (const auto& finder : finders)
      if (auto found = finder(s)) return found;
    return std::nullopt;
  };
}

Found capabilities(const Source& s) {
  static const RE2 kSms(R"(\b(?:sms|texts?|texting)\b)"), kMms(R"(\bmms\b)"), kVoice(R"(\b(?:voice|calls?|calling)\b)");
  std::vector<std::string> found;
  if (RE2::PartialMatch(s.text(), kMms)) found.emplace_back("mms");
  if (RE2::PartialMatch(s.text(), kSms)) found.emplace_back("sms");
  if (RE2::PartialMatch(s.text(), kVoice)) found.emplace_back("voice");
  return found.empty() ? std::nullopt : Found(Json(found));
}

const Words& countries() {
  static const Words kCountries{{"germany|german", "DE"},
                                {"france|french", "FR"},
                                {"spain|spanish", "ES"},
                                {"italy|italian", "IT"},
                                {"ireland|irish", "IE"},
                                {"united kingdom|uk|britain|british|england|london", "GB"},
                                {"canada|canadian", "CA"},
                                {"mexico|mexican", "MX"},
                                {"brazil", "BR"},
                                {"australia|australian", "AU"},
                                {"india|indian", "IN"},
                                {"japan|japanese", "JP"},
                                {"netherlands|dutch|holland", "NL"},
                                {"belgium", "BE"},
                                {"austria|austrian", "AT"},
                                {"switzerland|swiss", "CH"},
                                {"sweden|swedish", "SE"},
                                {"norway", "NO"},
                                {"denmark|danish", "DK"},
                                {"finland", "FI"},
                                {"poland|polish", "PL"},
                                {"portugal", "PT"},
                                {"singapore", "SG"},
                                {"hong kong", "HK"},
                                {"nigeria", "NG"},
                                {"south africa", "ZA"},
                                {"israel", "IL"},
                                {"usa|u\\.s\\.|united states|america", "US"},
                                {"pakistan", "PK"},
                                {"philippines", "PH"}};
  return kCountries;
}

Found kind_of(const Source& s) {
  static const Finder kKinds =
      words({{"finetunes?|fine-tun\\w+|finetun\\w+", "finetunes"},
             {"webhooks?|endpoints?|event deliver\\w+|deliver(?:y|ies) of events", "webhooks"},
             {"messaging services?", "services"},
             {"triggers?", "triggers"},
             {"batch(?:es)?|batch jobs?", "batches"},
             {"subscriptions?|subs", "subscriptions"},
             {"invoices?", "invoices"},
             {"projects?", "projects"},
             {"files?", "files"},
             {"models?", "models"},
             {"api keys?|keys?", "keys"},
             {"calls?|calling|callers|dial\\w*|voicemail|ivr|phone line", "calls"},
             {"messages?|sms|texts?|texting|mms", "messages"},
             {"payments?|charges?|cards?|checkouts?|declines?", "payments"},
             {"phone numbers?|numbers?|dids?", "numbers"},
             {"requests?|completions?|prompts?|embeddings?|timeouts?|timing out", "requests"}});
  return kKinds(s);
}

Found service_of(const Source& s) {
  static const std::vector<std::pair<std::string, std::shared_ptr<RE2>>> kNames{
      {"twilio", std::make_shared<RE2>(R"(\btwilio\b)")},
      {"openai", std::make_shared<RE2>(R"(\b(?:openai|open ai|chatgpt)\b|<model>)")},
      {"stripe", std::make_shared<RE2>(R"(\bstripe\b)")}};
  std::vector<std::string> found;
  for (const auto& [name, pattern] : kNames)
    if (RE2::PartialMatch(s.text(), *pattern)) found.push_back(name);
  if (found.size() > 1 && s.text().find("<model>") != std::string::npos && s.text().find("openai") == std::string::npos)
    std::erase(found, "openai");
  if (found.empty()) return std::nullopt;
  return one_or_list(std::move(found));
}

Found count_of_things(const Source& s) {
  static const RE2 kCount(
      R"(\b(one|two|three|four|five|six|seven|eight|nine|ten|\d{1,2})\s+(?:more |new |local |toll-?free |mobile |us |phone )*(?:numbers|dids|lines)\b)");
  static const std::map<std::string, std::string> kNames{{"one", "1"},  {"two", "2"}, {"three", "3"}, {"four", "4"},
                                                         {"five", "5"}, {"six", "6"}, {"seven", "7"}, {"eight", "8"},
                                                         {"nine", "9"}, {"ten", "10"}};
  std::string count;
  if (!RE2::PartialMatch(s.text(), kCount, &count)) return std::nullopt;
  const auto name = kNames.find(count);
  return Json(name == kNames.end() ? count : name->second);
}

Found until_of(const Source& s) {
  static const RE2 kUntil(
      R"(\b(?:until|till|til)\s+((?:tomorrow|monday|tuesday|wednesday|thursday|friday|saturday|sunday|next week|\d{4}-\d\d-\d\d)(?:\s+(?:at\s+)?\d{1,2}(?::\d\d)?\s*(?:am|pm)?)?))"),
      kClock(R"((.*?)\s+(?:at\s+)?(\d{1,2})(?::(\d\d))?\s*(am|pm)?$)");
  std::string text, day, hour, minute, half;
  if (RE2::PartialMatch(s.text(), kUntil, &text)) {
    text = std::string(trim(text));
    if (!RE2::FullMatch(text, kClock, &day, &hour, &minute, &half) || day.empty() ||
        text.find('-') != std::string::npos)
      return Json(text);
    int h = std::stoi(hour);
    if (half == "pm" && h < 12) h += 12;
    return Json(day + (h < 10 ? " 0" : " ") + std::to_string(h) + ":" + (minute.empty() ? "00" : minute));
  }
  for (const auto& value : s.message.values)
    if (value.kind == "period" && value.slot.contains("last")) return value.slot.at("last");
  return std::nullopt;
}

// What follows one of these words, verbatim, to the end of the message.
Finder verbatim_after(const std::string& pattern) {
  auto re = std::make_shared<RE2>("(?i)" + pattern);
  return [re](const Source& s) -> Found {
    std::string value;
    if (!RE2::PartialMatch(re2::StringPiece(s.original.data(), s.original.size()), *re, &value)) return std::nullopt;
    return Json(std::string(trim(value)));
  };
}

Found code_of(const Source& s) {
  static const RE2 kNumber(R"((?:^|[^\w.#+<-])([1-9]\d{4}|[1-9]\d{5}|4\d\d|5\d\d)(?:s\b|$|[^\w.>%-]))"),
      kWord(R"(\b([a-z]+(?:_[a-z]+)+)\b)");
  std::string code;
  if (RE2::PartialMatch(s.text(), kNumber, &code)) return Json(code);
  if (RE2::PartialMatch(s.text(), kWord, &code)) return Json(code);
  return std::nullopt;
}

Found all_or_phone(const Source& s) {
  auto found = all_of(s, {"phone", "pn"});
  if (!found.empty()) return one_or_list(std::move(found));
  static const RE2 kAll(R"(\b(?:all|every|each)\b)");
  if (RE2::PartialMatch(s.text(), kAll)) return Json("all");
  return std::nullopt;
}

// A URL that stands after one of these words.
Finder url_for(const std::string& pattern, bool otherwise_first) {
  auto re = std::make_shared<RE2>(pattern);
  return [re, otherwise_first](const Source& s) -> Found {
    const auto found = all_of(s, {"url"});
    if (found.empty()) return std::nullopt;
    if (!RE2::PartialMatch(s.text(), *re) && !otherwise_first) return std::nullopt;
    return Json(found.front());
  };
}

const std::map<std::string, Finder, std::less<>>& finders() {
  static const std::set<std::string> kIds{"pn",  "sm",    "mm",   "ca",    "ac",  "sk", "mg", "we",    "pi",
                                          "ch",  "in",    "sub",  "evt",   "cus", "re", "po", "proj",  "batch",
                                          "key", "ftjob", "file", "phone", "url", "dp", "du", "price", "prod"};
  static const std::map<std::string, Finder, std::less<>> kFinders{
      {"service", service_of},
      {"period", slot_value("period")},
      {"kind", kind_of},
      {"resource", values(kIds)},
      {"number", all_or_phone},
      {"to", phone_after({"to", "at", "for", "towards", "recipient"}, true)},
      {"from", phone_after({"from", "of"}, false)},
      {"code", code_of},
      {"category", words({{"auth|authentication|credential errors|unauthori[sz]ed", "auth"},
                          {"config|configuration|misconfigur\\w+", "config"},
                          {"rate[ _-]?limit(?:s|ed|ing)?", "rate_limit"},
                          {"carrier", "carrier"},
                          {"spam(?:_blocked)?|blocked", "spam_blocked"},
                          {"bad params?|bad parameters?|bad_params|invalid parameters?|bad requests?", "bad_params"},
                          {"transient|temporary", "transient"}})},
      {"severity", words({{"critical|severe", "critical"}, {"warnings?", "warning"}, {"info", "info"}})},
      {"area_code", first_of({group(R"(area code (\d{3})\b)"),
                              group(R"(\b(?:in|with|from|area|for|of|a|new|the)\s+(?:the\s+|area\s+)?([2-9]\d{2})\b)"),
                              group(R"((?:^|\s)([2-9]\d{2})\s+(?:number|area|local|then|instead)\b)"),
                              group(R"(^(?:and |then )?([2-9]\d{2})$)")})},
      {"contains", group(R"(\b(?:containing|contains|with the digits|ending (?:in|with))\s+([0-9a-z*]{2,10})\b)")},
      {"near", group(R"(\bnear\s+([a-z][a-z ]{2,30}?)(?:$|,| with| that))")},
      {"country", words(countries())},
      {"capabilities", capabilities},
      {"number_type",
       words({{"toll[ -]?free|800 number|freephone", "tollfree"}, {"mobile", "mobile"}, {"local|landline", "local"}})},
      {"count", count_of_things},
      {"limit", group(R"(\b(?:top|first|limit)\s+(\d{1,3})\b)")},
      {"model", values({"model"})},
      {"project", first_of({values({"proj"}), group(R"(\bproject\s+([a-z][\w-]{2,40})\b)")})},
      {"by", words({{"by (?:the )?day|daily|per day|a day|day by day", "day"},
                    {"by model|per model", "model"},
                    {"by project|per project", "project"},
                    {"by category|per category", "category"},
                    {"by number|per number", "number"}})},
      {"usage_category", words({{"sms|texts?|messages?|messaging", "sms"},
                                {"calls?|voice", "calls"},
                                {"mms", "mms"},
                                {"numbers?", "phonenumbers"},
                                {"everything|in all|in total|overall", "totalprice"}})},
      {"customer", values({"cus", "email"})},
      {"payment", values({"pi", "ch"})},
      {"amount", slot_value("money")},
      {"value", slot_value("money")},
      {"threshold",
       first_of(
           {slot_value("money"),
            group(
                R"(\b(?:above|over|passes|exceeds|below|under|than|hits|reaches|drops? (?:to|below|under))\s+(\d+(?:\.\d+)?\s?(?:%|percent)?))")})},
      {"metric", words({{"webhook failures?", "webhook failures"},
                        {"error rate|errors?", "error rate"},
                        {"balance", "balance"},
                        {"spend(?:ing)?|cost|costs", "spend"},
                        {"usage", "usage"},
                        {"failed payments?|declines?", "failed payments"},
                        {"latency", "latency"}})},
      {"channel", group(R"((#[a-z0-9_-]+))")},
      {"reason", verbatim_after(R"(\b(?:because|reason:?|since it|, as)\s+(.+)$)")},
      {"endpoint", values({"we"})},
      {"events", list_of({"event"})},
      {"event_type", values({"event"})},
      {"description", verbatim_after(R"(\bdescription (?:to )?["“]?([^"”]+))")},
      {"subscription", values({"sub"})},
      {"when",
       words({{"at (?:the )?(?:period|month|term|billing|cycle)'?s?\\s?end|at the end of (?:the |this )?(?:\\w+ "
               ")?(?:period|month|term|cycle|<period>)|end of (?:the )?(?:billing )?period|when it renews",
               "at_period_end"},
              {"now|immediately|at once|right away|straight away|asap", "at_once"}})},
      {"invoice",
       [](const Source& s) -> Found {
         auto found = all_of(s, {"in"});
         return found.size() == 1 ? Found(Json(found.front())) : std::nullopt;
       }},
      {"ids",
       [](const Source& s) -> Found {
         auto found = all_of(s, {"in", "sm", "mm"});
         if (found.size() < 2 && s.rule.name == "stripe.invoice.retry") return std::nullopt;
         if (found.empty()) return std::nullopt;
         std::sort(found.begin(), found.end());
         return Json(found);
       }},
      {"plan",
       first_of({group(R"(\bplan\s+(?:no\.?\s*|number\s+|#)?(\d{1,6})\b)"), group(R"((?:^|\s)#?(\d{1,6})\b)")})},
      {"plan_code", group(R"(\b\d{1,6}\s+([0-9a-f]{4,8})\b)")},
      {"alert",
       first_of({group(R"(\balert\s+(?:no\.?\s*|number\s+|#)?(\d{1,6})\b)"), group(R"((?:^|\s)#?(\d{1,6})\b)")})},
      {"until", until_of},
      {"state", words({{"off|block|disable", "off"},
                       {"on|allow|enable", "on"},
                       {"open|waiting|pending", "open"},
                       {"firing|active", "firing"},
                       {"silenced|snoozed|muted", "silenced"}})},
      {"pool_state",
       words({{"remove|detach|take|off|disable|out of|without", "off"}, {"add|attach|on|enable|put", "on"}})},
      {"flags", words({{"sticky[- ]senders?", "sticky_sender"},
                       {"smart[- ]encoding", "smart_encoding"},
                       {"(?:area[- ]code )?geo-?match", "area_code_geomatch"},
                       {"fallback to long codes?", "fallback_to_long_code"},
                       {"mms converter", "mms_converter"},
                       {"webhooks? of the numbers?|numbers?' webhooks?", "use_inbound_webhook_on_number"}})},
      {"method", words({{"(?:use|with|by|via|method|to) (?:http )?get", "GET"},
                        {"(?:use|with|by|via|method|to) (?:http )?post", "POST"}})},
      {"geo_state", words({{"block|disallow|disable|forbid|stop|off", "off"}, {"allow|permit|enable|on", "on"}})},
      {"geo_channel", words({{"calls?|calling|voice|dialing", "voice"}, {"sms|texts?|messages?|messaging", "sms"}})},
      {"key", values({"sk", "key"})},
      {"job", values({"ftjob"})},
      {"batch", values({"batch"})},
      {"file", values({"file"})},
      {"service_id", values({"mg"})},
      {"url", values({"url"})},
      {"voice_url", url_for(R"(\bvoice\b)", true)},
      {"sms_url", url_for(R"(\b(?:sms|messaging|text)\b)", false)},
      {"status_callback", url_for(R"(\bstatus callback\b)", false)},
      {"fallback_url", url_for(R"(\bfallback\b)", false)},
      {"callback", values({"url"})},
      {"friendly_name", verbatim_after(R"(\b(?:friendly name|rename\b.*\bto|name) (?:to )?["“]?([^"”]{1,64}))")},
      {"requests_per_minute", group(R"(\b(\d{1,7}) (?:requests?|reqs?)(?: per | a |/)min(?:ute)?|\b(?:\d{1,7}) rpm)")},
      {"tokens_per_minute", group(R"(\b(\d{1,9}) tokens?(?: per | a |/)min)")},
      {"topic", words({{"numbers?|buying", "numbers"},
                       {"webhooks?", "webhooks"},
                       {"twilio", "twilio"},
                       {"openai", "openai"},
                       {"stripe", "stripe"},
                       {"approvals?|plans?", "approvals"},
                       {"alerts?", "alerts"},
                       {"refunds?|payments?", "payments"}})},
      {"filter", words({{"past due", "past due"},
                        {"disabled", "disabled"},
                        {"enabled", "enabled"},
                        {"active", "active"},
                        {"open", "open"},
                        {"unused", "unused"},
                        {"running", "running"}})},
      {"body", verbatim_after(R"((?:saying|with (?:the )?(?:text|body)|that says)\s+["“]?([^"”]+))")},
      {"recurring", words({{"every month|monthly|each month|a month", "monthly"},
                           {"daily|every day|each day|a day", "daily"},
                           {"yearly|every year", "yearly"}})},
  };
  return kFinders;
}

// Slots whose finder differs by intent.
std::string finder_of(const std::string& slot, const std::string& intent) {
  if (intent.starts_with("plan.") && slot == "code") return "plan_code";
  if (intent == "twilio.geo.update" && (slot == "state" || slot == "channel")) return "geo_" + slot;
  if (intent == "twilio.service.configure" && slot == "state") return "pool_state";
  return slot;
}

// A service that is the intent's own is not a slot of it unless it was said.
void leave_out(Json& slots, const IntentRule& rule) {
  if (rule.change && rule.name.starts_with(rule.service + ".") && !rule.service.empty()) slots.erase("service");
  if (rule.name == "twilio.number.configure" && slots.contains("sms_url") && slots.contains("voice_url") &&
      slots["sms_url"] == slots["voice_url"])
    slots.erase("voice_url");
  if (slots.contains("voice_url") && (slots.contains("status_callback") || slots.contains("fallback_url")))
    slots.erase("voice_url");
  if (slots.contains("ids") && slots.contains("invoice")) slots.erase("invoice");
}

}  // namespace

Json slots_of(const IntentRule& rule, const Reduced& message, std::string_view original) {
  const Source source{rule, message, original};
  Json slots = Json::object();
  for (const auto& slot : rule.slots) {
    const auto finder = finders().find(finder_of(slot, rule.name));
    if (finder == finders().end()) continue;
    if (auto found = finder->second(source)) slots[slot] = std::move(*found);
  }
  leave_out(slots, rule);
  return slots;
}

Json answer_for(const std::string& slot, const IntentRule& rule, const Reduced& message, std::string_view original) {
  const Source source{rule, message, original};
  if (const auto finder = finders().find(finder_of(slot, rule.name)); finder != finders().end())
    if (auto found = finder->second(source)) return *found;
  if (slot == "to" || slot == "from") {
    auto phones = all_of(source, {"phone"});
    if (!phones.empty()) return phones.front();
  }
  if (slot == "area_code" && message.text.size() == 3 &&
      message.text.find_first_not_of("0123456789") == std::string::npos)
    return message.text;
  if (slot == "friendly_name" || slot == "body" || slot == "reason") return std::string(trim(original));
  return nullptr;
}

}  // namespace apiops
