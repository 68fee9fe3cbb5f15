// A long table in pieces: together they are the whole, in order, and each row keeps its own button.
#include "engine/conversation/long_tables.h"

#include <boost/test/unit_test.hpp>
#include <nlohmann/json.hpp>

using namespace apiops;

namespace {

Document with_rows(std::size_t rows, std::size_t total) {
  Document d{.title = "Things"};
  Table t{.columns = {{"No", true}}, .total_rows = total};
  for (std::size_t i = 0; i < rows; ++i) {
    t.buttons.push_back({.label = "Buy", .action = {"ask", Json{{"slots", Json{{"number", i}}}}}});
    t.rows.push_back({{.text = std::to_string(i), .button = i}});
  }
  d.blocks.emplace_back(std::move(t));
  return d;
}

const Table& table_in(const Document& d) { return std::get<Table>(d.blocks.front()); }
const std::string& note_in(const Document& d) { return std::get<Paragraph>(d.blocks.at(1)).text; }

}  // namespace

BOOST_AUTO_TEST_SUITE(long_tables)

BOOST_AUTO_TEST_CASE(the_pieces_of_a_long_table_are_the_whole_table) {
  Document d = with_rows(120, 120);
  const Json kept = cut_long_tables(d, "ask1");
  BOOST_TEST(table_in(d).rows.size() == kRowsAtOnce);
  BOOST_TEST(note_in(d) == "Rows 1–25 of 120.");
  std::size_t expected = 0;
  const auto look = [&expected](const Table& t) {
    BOOST_TEST(t.rows.size() == t.buttons.size());
    for (const auto& row : t.rows) {
      BOOST_TEST(row[0].text == std::to_string(expected));
      BOOST_TEST(*get_integer(get_object(t.buttons.at(*row[0].button).action.subject, "slots"), "number") ==
                 static_cast<long long>(expected));
      ++expected;
    }
  };
  look(table_in(d));
  Json more = more_of(d);
  while (!more.is_null()) {
    const auto piece = next_piece(kept, more);
    BOOST_REQUIRE(piece.has_value());
    look(table_in(*piece));
    more = more_of(*piece);
  }
  BOOST_TEST(expected == 120u);
}

BOOST_AUTO_TEST_CASE(a_table_that_is_hardly_too_long_is_shown_whole) {
  Document d = with_rows(kRowsAtOnce + kRowsToSpare, kRowsAtOnce + kRowsToSpare);
  BOOST_TEST(cut_long_tables(d, "ask1").is_null());
  BOOST_TEST(d.buttons.empty());
  BOOST_TEST(table_in(d).rows.size() == kRowsAtOnce + kRowsToSpare);
}

BOOST_AUTO_TEST_CASE(what_was_not_kept_is_told) {
  Document d = with_rows(100, 4'000);
  (void)cut_long_tables(d, "ask1");
  BOOST_TEST(note_in(d).find("Rows 1–25 of 4,000; the first 100 are kept") == 0u, note_in(d));
}

BOOST_AUTO_TEST_CASE(a_button_that_asks_for_rows_that_are_not_there_gets_none) {
  Document d = with_rows(100, 100);
  const Json kept = cut_long_tables(d, "ask1");
  for (const auto& slots : {Json{{"table", 0}, {"from", 100}}, Json{{"table", 1}, {"from", 0}},
                            Json{{"table", -1}, {"from", 0}}, Json{{"table", 0}, {"from", -5}}, Json::object()})
    BOOST_TEST(!next_piece(kept, slots).has_value(), slots.dump());
  BOOST_TEST(!next_piece(Json("torn"), Json{{"table", 0}, {"from", 0}}).has_value());
}

BOOST_AUTO_TEST_CASE(put_back_the_document_is_what_it_was) {
  Document d = with_rows(120, 120);
  d.blocks.emplace_back(Paragraph{"after it"});
  const Json before = to_json(d), kept = cut_long_tables(d, "ask1");
  put_back(d, kept);
  BOOST_TEST((to_json(d) == before));
}

BOOST_AUTO_TEST_SUITE_END()
