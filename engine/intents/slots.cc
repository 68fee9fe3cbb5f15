#include "engine/intents/slots.h"

#include <map>
#include <set>

#include "engine/base/text.h"
#include "engine/intents/slot_finders.h"
#include "engine/intents/slot_table.h"

namespace apiops {

namespace {

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
