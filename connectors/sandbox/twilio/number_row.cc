#include "connectors/sandbox/twilio/number_row.h"

#include <nlohmann/json.hpp>

#include "connectors/sandbox/reply.h"
#include "connectors/sandbox/twilio/records.h"

namespace apiops::sandbox::twilio {

bool phone_matches(const std::string& phone, const std::string& contains) {
  if (contains.empty()) return true;
  for (std::size_t at = 0; at + contains.size() <= phone.size(); ++at) {
    bool fits = true;
    for (std::size_t i = 0; fits && i < contains.size(); ++i) fits = contains[i] == '*' || contains[i] == phone[at + i];
    if (fits) return true;
  }
  return false;
}

Json number_json(const std::string& account, const Number& n) {
  Json row = {{"sid", n.sid},
              {"account_sid", account},
              {"phone_number", n.phone},
              {"api_version", "2010-04-01"},
              {"beta", false},
              {"origin", "twilio"},
              {"status", "in-use"},
              {"capabilities", {{"voice", n.voice}, {"sms", n.sms}, {"mms", n.mms}, {"fax", false}}},
              {"date_created", to_rfc2822(n.created)},
              {"date_updated", to_rfc2822(n.updated)},
              {"address_requirements", "none"},
              {"emergency_status", "Inactive"},
              {"emergency_address_status", "unregistered"},
              {"type", n.type},
              {"uri", account_uri(account, "IncomingPhoneNumbers/" + n.sid)},
              {"subresource_uris",
               {{"assigned_add_ons", account_uri(account, "IncomingPhoneNumbers/" + n.sid + "/AssignedAddOns")}}}};
  for (const auto& [name, field] : number_settings()) {
    const auto it = n.settings.find(name);
    const std::string value = it == n.settings.end() ? "" : it->second;
    if (name.ends_with("Method"))
      row[field] = value.empty() ? "POST" : value;
    else if (name == "VoiceCallerIdLookup")
      row[field] = value == "true";
    else if (name == "VoiceReceiveMode")
      row[field] = value.empty() ? "voice" : value;
    else if (name.ends_with("Sid"))
      row[field] = value.empty() ? Json() : Json(value);
    else
      row[field] = value;
  }
  return row;
}

}  // namespace apiops::sandbox::twilio
