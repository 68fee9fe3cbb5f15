// The ground: outside JSON, hostile text, money, time.
#include <boost/test/unit_test.hpp>
#include <nlohmann/json.hpp>

#include "engine/base/document.h"
#include "engine/base/json.h"
#include "engine/base/money.h"
#include "engine/base/table_text.h"
#include "engine/base/text.h"
#include "engine/base/time.h"

using namespace apiops;

BOOST_AUTO_TEST_SUITE(base)

BOOST_AUTO_TEST_CASE(json_that_is_too_deep_or_cut_is_refused) {
  BOOST_TEST(!parse_json(std::string(1'000'000, '[')).has_value());
  BOOST_TEST(!parse_json("{\"a\": [1, 2").has_value());
  BOOST_TEST(!parse_json("{}", 1).has_value());
  BOOST_TEST(get_string(*parse_json("{\"a\": 5}"), "a", "other") == "other");
  BOOST_TEST(*get_integer(*parse_json("{\"a\": \"12\"}"), "a") == 12);
}

BOOST_AUTO_TEST_CASE(hostile_text_loses_what_can_t_be_seen) {
  BOOST_TEST(clean("a\u202Eb\u200Bc\x1b[31m") == "abc[31m");
  BOOST_TEST(clean("\xff") == "\uFFFD");
  BOOST_TEST(clean_line("a\nb") == "a b");
}

BOOST_AUTO_TEST_CASE(money_is_exact) {
  const auto price = parse_money("1.15", "usd");
  BOOST_REQUIRE(price.has_value());
  BOOST_TEST(to_text(*price) == "$1.15");
  BOOST_TEST(from_minor_units(1050, "jpy").micros == 1'050'000'000);
}

BOOST_AUTO_TEST_CASE(times_of_both_forms_are_read) {
  BOOST_TEST(to_iso8601(*parse_iso8601("2026-11-24T15:02:00Z")) == "2026-11-24T15:02:00Z");
  BOOST_TEST(to_iso8601(*parse_rfc2822("Fri, 24 May 2019 17:44:46 +0000")) == "2019-05-24T17:44:46Z");
  BOOST_TEST(!parse_iso8601("yesterday").has_value());
}

BOOST_AUTO_TEST_CASE(a_document_survives_its_stored_form) {
  Document d;
  d.title = "Plan 41";
  d.tone = Tone::kWarning;
  d.blocks.push_back(Fields{{{.name = "Voice", .value = "b", .before = "a"}}});
  d.blocks.push_back(Table{.columns = {{"Code"}, {"Count", true}}, .rows = {{{"11200"}, {"37"}}}, .total_rows = 1});
  const Time late = *parse_iso8601("2026-11-24T23:50:00Z");
  const Time early = *parse_iso8601("2026-11-25T00:10:00Z");
  d.blocks.push_back(
      Table{.columns = {{"When"}}, .rows = {{time_cell(early, early, "UTC")}, {time_cell(late, early, "UTC")}}});
  d.open_until = early;
  d.buttons.push_back({.label = "Approve", .action = {"approve", Json{{"plan", "x"}}}});
  const auto back = document_from_json(to_json(d));
  BOOST_REQUIRE(back.has_value());
  BOOST_TEST(to_json(*back) == to_json(d));
  BOOST_TEST(to_text(*back).find("a → b") != std::string::npos);
  BOOST_TEST((back->open_until == d.open_until));
}

BOOST_AUTO_TEST_CASE(a_moment_in_a_table_sorts_as_what_it_is_not_as_it_reads) {
  const Time today = *parse_iso8601("2026-11-25T00:10:00Z");
  const Cell now = time_cell(today, today, "UTC");
  const Cell before = time_cell(today - std::chrono::minutes(20), today, "UTC");
  BOOST_TEST(before.text > now.text);
  BOOST_TEST(*before.order < *now.order);
}

BOOST_AUTO_TEST_CASE(the_nearest_word_is_named_and_a_far_one_is_not) {
  BOOST_TEST(nearest("--prot", {"--port", "--json"}) == "--port");
  BOOST_TEST(nearest("zebra", {"port", "json"}).empty());
}

BOOST_AUTO_TEST_CASE(a_period_names_the_day_of_both_bounds_where_they_differ) {
  const Time now = *parse_iso8601("2026-11-24T22:10:00Z");
  const auto told = [&](const char* from, const char* to) {
    return describe({*parse_iso8601(from), *parse_iso8601(to)}, "p", now, "UTC");
  };
  BOOST_TEST(told("2026-11-23T22:10:00Z", "2026-11-24T22:10:00Z") == "p (Mon 22:10 – Tue 22:10)");
  BOOST_TEST(told("2026-11-24T00:00:00Z", "2026-11-24T22:10:00Z") == "p (00:00 – 22:10)");
  BOOST_TEST(told("2026-11-01T00:00:00Z", "2026-11-24T22:10:00Z") == "p (1 Nov 00:00 – 24 Nov 22:10)");
}

BOOST_AUTO_TEST_CASE(a_wide_table_is_wrapped_and_nothing_of_it_is_lost) {
  Table t{.columns = {{"Id"}, {"Why it matters"}, {"Count", true}}};
  const std::string id = "SM06afd3a764c363799b2fbd3dfff8f7d3",
                    why = "carriers block messages of this number to US numbers";
  t.rows = {{{id}, {why}, {"1,204"}}};
  const std::string text = table_text(t, 70);
  BOOST_TEST(text.find(id) != std::string::npos);
  for (const auto word : split(why, ' ')) BOOST_TEST(text.find(word) != std::string::npos);
  for (const auto line : split(text, '\n')) BOOST_TEST(length_in_characters(line) <= 70u);
  BOOST_TEST(table_text(t, 200).find(why) != std::string::npos);
}

BOOST_AUTO_TEST_SUITE_END()
