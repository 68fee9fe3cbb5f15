#include "connectors/services/twilio/offers.h"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "engine/base/text.h"

namespace apiops::twilio {

namespace {

std::string path_of(const NumberQuery& query) {
  const std::string type = query.number_type == "tollfree" ? "TollFree"
                           : query.number_type == "mobile" ? "Mobile"
                                                           : "Local";
  return fmt::format("AvailablePhoneNumbers/{}/{}.json", net::encode_component(query.country), type);
}

net::Headers filter_of(const NumberQuery& query) {
  net::Headers filter;
  if (!query.area_code.empty()) filter.emplace_back("AreaCode", query.area_code);
  if (!query.contains.empty()) filter.emplace_back("Contains", query.contains);
  if (!query.near_number.empty()) filter.emplace_back("NearNumber", query.near_number);
  for (const auto& capability : query.capabilities) {
    if (capability == "sms") filter.emplace_back("SmsEnabled", "true");
    if (capability == "mms") filter.emplace_back("MmsEnabled", "true");
    if (capability == "voice") filter.emplace_back("VoiceEnabled", "true");
  }
  filter.emplace_back("PageSize", std::to_string(std::clamp<std::size_t>(query.limit, 1, 50)));
  return filter;
}

Offer read_offer(const Json& row, const NumberQuery& query, const NumberPrices& prices) {
  Offer o;
  o.offer.number = get_string(row, "phone_number");
  const std::string place = get_string(row, "locality"), region = get_string(row, "region");
  o.offer.place = place.empty() ? region : region.empty() ? place : place + ", " + region;
  o.offer.number_type = query.number_type;
  const Json& can = get_object(row, "capabilities");
  for (const char* name : {"mms", "sms", "voice"}) {
    const auto upper = std::string(name) == "mms"   ? "MMS"
                       : std::string(name) == "sms" ? "SMS"
                                                    : "voice";  // both spellings are seen
    if (get_bool(can, name).value_or(get_bool(can, upper).value_or(false))) o.offer.capabilities.emplace_back(name);
  }
  if (const auto price = prices.find(query.number_type); price != prices.end()) o.offer.monthly = price->second;
  const std::string address = get_string(row, "address_requirements", "none");
  o.address_needed = address != "none";
  return o;
}

}  // namespace

asio::awaitable<Result<std::vector<Offer>>> offers(TwilioApi& api, NumberQuery query) {
  auto prices = co_await number_prices(api, query.country);
  if (!prices && prices.error().kind != ErrorKind::kNotFound) co_return std::unexpected(prices.error());
  auto reply = co_await api.get(Host::kApi, api.account_path(path_of(query)), filter_of(query));
  if (!reply) co_return std::unexpected(reply.error());
  std::vector<Offer> found;
  for (const Json& row : get_array(reply->body, "available_phone_numbers")) {
    if (found.size() >= query.limit) break;
    found.push_back(read_offer(row, query, prices ? *prices : NumberPrices{}));
  }
  co_return found;
}

asio::awaitable<Result<std::optional<Offer>>> offer_of(TwilioApi& api, std::string number, std::string country,
                                                       std::string number_type) {
  NumberQuery query;
  query.country = country;
  query.number_type = number_type;
  query.contains = number.starts_with("+") ? number.substr(1) : number;
  auto found = co_await offers(api, query);
  if (!found) co_return std::unexpected(found.error());
  for (Offer& offer : *found)
    if (offer.offer.number == number) co_return std::optional(std::move(offer));
  co_return std::optional<Offer>();
}

std::string capability_words(const std::vector<std::string>& capabilities) {
  std::vector<std::string> words;
  for (const auto& c : capabilities) words.push_back(c == "sms" ? "SMS" : c == "mms" ? "MMS" : c);
  if (words.empty()) return "no SMS and no voice";
  if (words.size() == 1) return words.front();
  const std::string last = words.back();
  words.pop_back();
  return join(words, ", ") + " and " + last;
}

}  // namespace apiops::twilio
