// numbers.search: numbers on offer with their price; each can be picked to buy.
#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "engine/answers/answer.h"
#include "engine/base/text.h"

namespace apiops {

asio::awaitable<Answer> answer_number_search(Question question, Senses& senses, Progress&);

namespace {

NumberQuery query_of(const Json& slots) {
  NumberQuery q;
  q.country = get_string(slots, "country", "US");
  q.area_code = get_string(slots, "area_code");
  q.contains = get_string(slots, "contains");
  q.near_number = get_string(slots, "near");
  q.number_type = get_string(slots, "number_type", "local");
  for (const auto& capability : get_array(slots, "capabilities"))
    if (capability.is_string()) q.capabilities.push_back(capability.get<std::string>());
  return q;
}

}  // namespace

asio::awaitable<Answer> answer_number_search(Question question, Senses& senses, Progress&) {
  const NumberQuery query = query_of(question.slots);
  std::string trouble = "No service that is set up here offers phone numbers.";
  for (ServiceAdapter* service : services_asked(question, senses)) {
    auto offers = co_await service->search_numbers(query);
    if (!offers) {
      if (offers.error().kind != ErrorKind::kUnsupported) trouble = trouble_line(service->title(), offers.error()).text;
      continue;
    }
    Document d;
    const std::string where = query.area_code.empty() ? query.country : query.country + " " + query.area_code;
    d.title = offers->empty()
                  ? fmt::format("No number is on offer in {} with that", where)
                  : fmt::format("{} on offer in {}", count_of(static_cast<long long>(offers->size()), "number"), where);
    d.tone = offers->empty() ? Tone::kWarning : Tone::kPlain;
    Table t{.columns = {{"Number"}, {"Place"}, {"Type"}, {"Can"}, {"Monthly", true}, {""}},
            .total_rows = offers->size()};
    for (const auto& offer : *offers) {
      senses.gate.add_own(offer.number);  // people choose among them
      t.buttons.push_back(
          ask_button("Buy", "twilio.number.buy",
                     Json{{"number", offer.number}, {"country", query.country}, {"number_type", offer.number_type}},
                     "buy " + offer.number));
      t.rows.push_back({{spaced_number(offer.number)},
                        {offer.place},
                        {offer.number_type},
                        {join(offer.capabilities, ", ")},
                        {offer.monthly ? to_text(*offer.monthly) : "unknown"},
                        {.text = "Buy", .button = t.buttons.size() - 1}});
    }
    if (!t.rows.empty()) d.blocks.push_back(std::move(t));
    d.footer = "A search reserves nothing: a number may be gone by the time a plan is approved.";
    co_return Answer{std::move(d)};
  }
  co_return Answer{sentence(trouble, Tone::kWarning)};
}

}  // namespace apiops
