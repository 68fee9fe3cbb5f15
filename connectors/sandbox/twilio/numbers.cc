#include "connectors/sandbox/twilio/numbers.h"

#include <algorithm>

namespace apiops::sandbox::twilio {

namespace {

using Settings = std::map<std::string, std::string>;

void set(Number& number, const Settings& settings, Time at) {
  for (const auto& [name, value] : settings) {
    number.settings[name] = value;
    if (name == "VoiceUrl") number.voice_urls.emplace_back(at, value);
    if (name == "VoiceApplicationSid" && !value.empty()) number.settings["TrunkSid"] = "";
    if (name == "TrunkSid" && !value.empty()) number.settings["VoiceApplicationSid"] = "";
  }
  number.updated = at;
}

Settings settings_of(const Json& object) {
  Settings settings;
  for (const auto& [name, value] : object.items())
    if (value.is_string()) settings[name] = value.get<std::string>();
  return settings;
}

Settings seed_settings(const World& world, std::size_t i) {
  const std::string answers = "https://" + std::string(kVoiceHost);
  Settings s{{"FriendlyName", std::string(kSeedNumbers[i].name)},
             {"VoiceUrl", answers + "/twilio"},
             {"SmsUrl", answers + "/sms"}};
  if (i != kSales) s["StatusCallback"] = answers + "/status";
  if (i == kMain || i == kTollFree) s["VoiceFallbackUrl"] = answers + "/fallback";
  if (i == kTrunked) s["TrunkSid"] = world.id("TK", Stream::kTrunk, 0);
  if (i == kIvr) s["VoiceApplicationSid"] = world.id("AP", Stream::kApplication, 0);
  return s;
}

}  // namespace

const std::map<std::string, std::string>& number_settings() {
  static const std::map<std::string, std::string> names{{"FriendlyName", "friendly_name"},
                                                        {"VoiceUrl", "voice_url"},
                                                        {"VoiceMethod", "voice_method"},
                                                        {"VoiceFallbackUrl", "voice_fallback_url"},
                                                        {"VoiceFallbackMethod", "voice_fallback_method"},
                                                        {"SmsUrl", "sms_url"},
                                                        {"SmsMethod", "sms_method"},
                                                        {"SmsFallbackUrl", "sms_fallback_url"},
                                                        {"SmsFallbackMethod", "sms_fallback_method"},
                                                        {"StatusCallback", "status_callback"},
                                                        {"StatusCallbackMethod", "status_callback_method"},
                                                        {"VoiceApplicationSid", "voice_application_sid"},
                                                        {"SmsApplicationSid", "sms_application_sid"},
                                                        {"TrunkSid", "trunk_sid"},
                                                        {"AddressSid", "address_sid"},
                                                        {"BundleSid", "bundle_sid"},
                                                        {"IdentitySid", "identity_sid"},
                                                        {"EmergencyAddressSid", "emergency_address_sid"},
                                                        {"VoiceReceiveMode", "voice_receive_mode"},
                                                        {"VoiceCallerIdLookup", "voice_caller_id_lookup"}};
  return names;
}

std::string type_of(std::string_view phone) {
  for (const auto head : {"+1800", "+1833", "+1844", "+1855", "+1866", "+1877", "+1888"})
    if (phone.starts_with(head)) return "tollfree";
  return phone.starts_with("+447") || phone.starts_with("+4915") ? "mobile" : "local";
}

Numbers::Numbers(const World& world, Ledger& ledger) : world_(world), ledger_(ledger) {
  for (std::size_t i = 0; i < kSeedNumbers.size(); ++i) {
    const SeedNumber& seed = kSeedNumbers[i];
    Number number{.n = static_cast<long long>(i),
                  .sid = world.id("PN", Stream::kNumber, static_cast<long long>(i)),
                  .phone = std::string(seed.phone),
                  .country = std::string(seed.country),
                  .type = type_of(seed.phone),
                  .settings = {},
                  .voice_urls = {}};
    number.created = world.anchor() - std::chrono::hours(24 * seed.age_days);
    number.mms = seed.country == "US";
    set(number, seed_settings(world, i), number.created);
    if (i == kLine)
      set(number, {{"VoiceUrl", "https://" + std::string(kDeadHost) + "/voice"}}, world.anchor() - kOutageAge);
    numbers_.push_back(std::move(number));
  }
  for (const Json& effect : ledger.effects()) apply(effect);
}

void Numbers::apply(const Json& effect) {
  if (get_string(effect, "service") != "twilio") return;
  const std::string what = get_string(effect, "effect"), sid = get_string(effect, "sid");
  const Time at = from_millis(get_integer(effect, "at").value_or(0));
  if (what == "number.bought") add_bought(effect, at);
  Number* number = find(sid);
  if (number == nullptr) return;
  if (what == "number.changed") set(*number, settings_of(get_object(effect, "settings")), at);
  if (what == "number.released") number->released = true;
}

void Numbers::add_bought(const Json& effect, Time at) {
  Number number{.n = static_cast<long long>(numbers_.size()),
                .sid = get_string(effect, "sid"),
                .phone = get_string(effect, "phone"),
                .country = {},
                .type = {},
                .settings = {},
                .voice_urls = {}};
  number.type = type_of(number.phone);
  number.country = number.phone.starts_with("+44") ? "GB" : "US";
  number.mms = number.country == "US";
  number.created = at;
  set(number, settings_of(get_object(effect, "settings")), at);
  numbers_.push_back(std::move(number));
}

Number* Numbers::find(std::string_view sid) {
  const auto found = std::ranges::find_if(numbers_, [&](const Number& n) { return n.sid == sid; });
  return found == numbers_.end() ? nullptr : &*found;
}

const Number* Numbers::by_sid(std::string_view sid) const {
  const auto found = std::ranges::find_if(numbers_, [&](const Number& n) { return n.sid == sid && !n.released; });
  return found == numbers_.end() ? nullptr : &*found;
}

const Number* Numbers::by_phone(std::string_view phone) const {
  const auto found = std::ranges::find_if(numbers_, [&](const Number& n) { return n.phone == phone && !n.released; });
  return found == numbers_.end() ? nullptr : &*found;
}

std::string Numbers::line_webhook(Time at) const {
  std::string url;
  for (const auto& [since, value] : numbers_[kLine].voice_urls)
    if (since <= at) url = value;
  return url;
}

const Number& Numbers::buy(const std::string& phone, const Settings& settings) {
  const auto n = static_cast<long long>(numbers_.size());
  Settings all{{"FriendlyName", phone}};
  for (const auto& [name, value] : settings) all[name] = value;
  ledger_.add("twilio", "number.bought", world_.now(),
              {{"sid", world_.id("PN", Stream::kNumber, n)}, {"phone", phone}, {"settings", all}});
  apply(ledger_.effects().back());
  return numbers_.back();
}

const Number& Numbers::change(const std::string& sid, const Settings& settings) {
  ledger_.add("twilio", "number.changed", world_.now(), {{"sid", sid}, {"settings", settings}});
  apply(ledger_.effects().back());
  return *find(sid);
}

void Numbers::release(const std::string& sid) {
  ledger_.add("twilio", "number.released", world_.now(), {{"sid", sid}});
  apply(ledger_.effects().back());
}

}  // namespace apiops::sandbox::twilio
