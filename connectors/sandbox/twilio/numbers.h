// The account's numbers as they stand: the story's twelve with everything that was bought, changed and released since,
// by the ledger. Loop thread only; owned by TwilioSide.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "connectors/sandbox/ledger.h"
#include "connectors/sandbox/twilio/story.h"

namespace apiops::sandbox::twilio {

struct Number {
  long long n = 0;  // its place: below 12 in the story, above bought
  std::string sid, phone, country, type;
  Time created, updated;
  bool voice = true, sms = true, mms = true;
  std::map<std::string, std::string> settings;           // by form name: VoiceUrl, SmsUrl, FriendlyName …
  std::vector<std::pair<Time, std::string>> voice_urls;  // since when, oldest first
  bool released = false;
};

class Numbers {
 public:
  Numbers(const World& world, Ledger& ledger);

  const std::vector<Number>& all() const { return numbers_; }  // released ones, too
  const Number* by_sid(std::string_view sid) const;            // nullptr for a released one
  const Number* by_phone(std::string_view phone) const;
  std::string line_webhook(Time at) const;

  const Number& buy(const std::string& phone, const std::map<std::string, std::string>& settings);
  const Number& change(const std::string& sid, const std::map<std::string, std::string>& settings);
  void release(const std::string& sid);

 private:
  void apply(const Json& effect);
  void add_bought(const Json& effect, Time at);
  Number* find(std::string_view sid);

  const World& world_;
  Ledger& ledger_;
  std::vector<Number> numbers_;
};

// The form's names and the fields that answer with them.
const std::map<std::string, std::string>& number_settings();
std::string type_of(std::string_view phone);

}  // namespace apiops::sandbox::twilio
