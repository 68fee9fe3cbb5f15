// Whatever a document holds, what is drawn stays within the limits that the simulated Slack checks as Slack does.
#include "connectors/chat/slack/draw.h"

#include <boost/test/unit_test.hpp>
#include <nlohmann/json.hpp>

#include "connectors/chat/slack/chart_picture.h"
#include "connectors/chat/slack/files.h"
#include "connectors/sandbox/slack/block_rules.h"
#include "engine/base/random.h"

using namespace apiops;

namespace {

// Words with what hurts in them: markup, emoji, long runs, line breaks.
std::string words(SeededRandom& random, std::size_t most) {
  static const std::vector<std::string> kParts{"plain ",  "<!channel> ",        "&amp; ", "😀", "`*_~", "\n", "é",
                                               "<@U1|x>", std::string(400, 'w')};
  std::string text;
  for (std::size_t n = random.below(most + 1); n > 0; --n) text += kParts[random.below(kParts.size())];
  return text;
}

Button button(SeededRandom& random) {
  return {.label = words(random, 5),
          .tone = static_cast<Tone>(random.below(5)),
          .action = {"ask", Json::object()},
          .token = "token" + std::to_string(random.next() % 1'000'000),
          .asks_for = random.below(3) == 0 ? words(random, 20) : ""};
}

Document any_document(SeededRandom& random) {
  Document d{.title = words(random, 4), .tone = static_cast<Tone>(random.below(5)), .aside = words(random, 2)};
  for (std::size_t n = random.below(70); n > 0; --n) switch (random.below(8)) {
      case 0:
        d.blocks.push_back(Paragraph{words(random, 40)});
        break;
      case 1: {
        Lines lines;
        for (std::size_t i = random.below(30); i > 0; --i)
          lines.lines.push_back({.mark = words(random, 1), .label = words(random, 1), .text = words(random, 9)});
        d.blocks.push_back(lines);
        break;
      }
      case 2: {
        Fields fields;
        for (std::size_t i = random.below(15); i > 0; --i)
          fields.fields.push_back({.name = words(random, 1), .value = words(random, 6)});
        d.blocks.push_back(fields);
        break;
      }
      case 3: {
        Table table;
        const std::size_t columns = random.below(25);
        for (std::size_t i = 0; i < columns; ++i) table.columns.push_back({words(random, 1)});
        for (std::size_t r = random.below(150); r > 0; --r) {
          std::vector<Cell> row;
          for (std::size_t i = random.below(columns + 2); i > 0; --i) row.push_back({words(random, 1)});
          table.rows.push_back(std::move(row));
        }
        d.blocks.push_back(std::move(table));
        break;
      }
      case 4:
        d.blocks.push_back(
            Chart{.title = words(random, 2), .labels = {"a", "b", "c"}, .values = {1, 0, 3}, .note = words(random, 2)});
        break;
      case 5:
        d.blocks.push_back(Code{words(random, 60)});
        break;
      default: {
        Menu menu{.label = words(random, 2)};
        for (std::size_t i = random.below(130); i > 0; --i)
          menu.choices.push_back({words(random, 2), "t" + std::to_string(i), {}});
        d.blocks.push_back(std::move(menu));
        break;
      }
      case 7: {
        Mentions mentions{.who = {}, .text = words(random, 5)};
        for (std::size_t i = random.below(60); i > 0; --i)
          mentions.who.push_back({.name = words(random, 2), .accounts = {{"slack", "T1", "U" + std::to_string(i)}}});
        d.blocks.push_back(std::move(mentions));
        break;
      }
    }
  for (std::size_t n = random.below(40); n > 0; --n) d.buttons.push_back(button(random));
  d.footer = words(random, 20);
  return d;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(slack_draw)

BOOST_AUTO_TEST_CASE(any_document_stays_within_every_limit) {
  SeededRandom random(20261124);
  for (int i = 0; i < 400; ++i) {
    const Document d = any_document(random);
    const slack::Drawing drawing = slack::draw(d, "salt");
    const auto fault = sandbox::slack::fault_of_blocks(drawing.blocks, 50);
    BOOST_TEST_CONTEXT("document " << i << ": " << fault.word << " at " << fault.where) {
      BOOST_TEST(fault.word.empty());
    }
    BOOST_TEST(sandbox::slack::characters(drawing.text) <= 4'000u);
    BOOST_TEST(!drawing.text.empty());
    BOOST_TEST(drawing.text.find("<!channel>") == std::string::npos);
    BOOST_TEST(drawing.whole == drawing.full.empty());
    const auto home = sandbox::slack::fault_of_view(slack::home_view(d));
    BOOST_TEST(home.word.empty());
  }
}

BOOST_AUTO_TEST_CASE(people_and_groups_are_mentioned_where_they_have_an_account_and_named_elsewhere) {
  Document d{.title = "Plan 1"};
  d.blocks.push_back(Mentions{
      .who = {{.name = "Ben", .accounts = {{"console", "main", "ben"}, {"slack", "T1", "U0BEN"}}},
              {.name = "Dora", .accounts = {{"slack", "T2", "U0DORA"}}},
              {.name = "ops", .group = true, .accounts = {{"slack", "T1", "U0BEN"}}},
              {.name = "leads", .group = true, .accounts = {{"slack", "T1", "U0ANA"}, {"slack", "T1", "U0CHRIS"}}}},
      .text = "can approve"});
  const slack::Drawing drawing = slack::draw(d, "s", {.workspace = "T1", .groups = {{"ops", "S0OPS"}}});
  BOOST_TEST(drawing.blocks.back()["text"]["text"] ==
             "<@U0BEN> @Dora <!subteam^S0OPS> <@U0ANA> <@U0CHRIS> can approve");
  BOOST_TEST(drawing.text.find("@Ben @Dora @ops @leads can approve") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(no_name_and_no_id_makes_a_mention_by_what_is_written_in_it) {
  Document d{.title = "Plan 1"};
  d.blocks.push_back(Mentions{.who = {{.name = "<!channel>", .accounts = {{"slack", "T1", "U1> <!here"}}},
                                      {.name = "all", .group = true, .accounts = {}}},
                              .text = "<!everyone>"});
  const slack::Drawing drawing = slack::draw(d, "s", {.workspace = "T1", .groups = {{"all", "S1> <!here"}}});
  BOOST_TEST(drawing.blocks.back()["text"]["text"] == "@&lt;!channel&gt; @all &lt;!everyone&gt;");
  BOOST_TEST(drawing.text.find("<!") == std::string::npos);
}

BOOST_AUTO_TEST_CASE(block_ids_are_new_with_each_revision) {
  Document d{.title = "Plan 1"};
  d.buttons.push_back({.label = "Approve", .action = {"approve", {}}, .token = "t"});
  BOOST_TEST(slack::draw(d, "one").blocks != slack::draw(d, "two").blocks);
}

BOOST_AUTO_TEST_CASE(a_chart_becomes_a_picture_and_what_does_not_fit_a_file) {
  Document d{.title = "Errors"};
  Chart chart{.title = "Errors an hour", .unit = "errors", .labels = {"Mon", "Tue", "Wed"}, .values = {1, 5, 1200}};
  d.blocks.push_back(chart);
  d.blocks.push_back(Paragraph{std::string(20'000, 'x')});
  const auto files = slack::attachments_of(d, slack::draw(d, "s"));
  BOOST_REQUIRE(files.size() == 2u);
  BOOST_TEST(files[0].content_type == "image/png");
  BOOST_TEST(files[1].text.size() > 20'000u);
  const std::string png = slack::chart_png(chart);
  BOOST_TEST(png.starts_with("\x89PNG"));
  BOOST_TEST(png.size() > 2'000u);
  d.card = "alert";  // changes again and again
  BOOST_TEST(slack::attachments_of(d, slack::draw(d, "s")).empty());
}

BOOST_AUTO_TEST_CASE(a_picture_survives_values_that_are_none) {
  for (const std::vector<double>& values : {std::vector<double>{},
                                            {0, 0, 0},
                                            {-1, 1e300, std::numeric_limits<double>::quiet_NaN()},
                                            std::vector<double>(5'000, 1)})
    BOOST_TEST(slack::chart_png({.title = "x", .unit = {}, .labels = {}, .values = values, .note = {}}).empty() ==
               values.empty());
}

BOOST_AUTO_TEST_SUITE_END()
