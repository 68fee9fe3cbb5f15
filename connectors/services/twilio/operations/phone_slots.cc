#include "connectors/services/twilio/operations/phone_slots.h"

#include <nlohmann/json.hpp>

#include "engine/base/text.h"

namespace apiops::twilio {

namespace {

constexpr std::size_t kChoices = 5, kShortest = 8, kLongest = 15;  // digits of a number with its country code

}  // namespace

std::optional<std::string> e164_of(std::string_view text) {
  std::string digits;
  bool plus = false;
  for (const char c : text) {
    if (c >= '0' && c <= '9')
      digits += c;
    else if (c == '+' && digits.empty() && !plus)
      plus = true;
    else if (std::string_view(" ()-./\t").find(c) == std::string_view::npos)
      return std::nullopt;
  }
  if (!plus && digits.starts_with("00")) digits.erase(0, 2), plus = true;
  if (!plus || digits.size() < kShortest || digits.size() > kLongest || digits[0] == '0') return std::nullopt;
  return "+" + digits;
}

std::vector<OwnNumber> senders(const std::vector<OwnNumber>& numbers, bool OwnNumber::* can, std::string_view to) {
  std::vector<OwnNumber> able, others;
  const std::string country = country_of(to);
  for (const OwnNumber& number : numbers) {
    if (!(number.*can) || number.number == to) continue;
    (country_of(number.number) == country ? able : others).push_back(number);
  }
  able.insert(able.end(), others.begin(), others.end());
  return able;
}

std::vector<Button> number_choices(const std::vector<OwnNumber>& numbers, const std::string& intent, const Json& slots,
                                   const std::string& slot, const std::string& verb) {
  std::vector<Button> choices;
  for (const auto& number : numbers) {
    if (choices.size() == kChoices) break;
    Json picked = slots.is_object() ? slots : Json::object();
    picked[slot] = number.number;
    Button button = ask_button(intent, std::move(picked), verb + " " + number.number);
    button.label = spaced_number(number.number);
    choices.push_back(std::move(button));
  }
  return choices;
}

}  // namespace apiops::twilio
