#include "engine/intents/slot_table.h"

#include <re2/re2.h>

#include <map>

#include "engine/base/text.h"
#include "engine/intents/slot_finders.h"

namespace apiops {

namespace {

using Table = std::map<std::string, Finder, std::less<>>;

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

}  // namespace

const Finder* finder_of(const std::string& slot, const std::string& intent) {
  const Table& all = table();
  auto found = all.find(slot + "@" + intent);
  if (found == all.end() && slot == "code" && intent.starts_with("plan.")) found = all.find("code@plan");
  if (found == all.end()) found = all.find(slot);
  return found == all.end() ? nullptr : &found->second;
}

}  // namespace apiops
