// A team's own rules: they override and add, are read again while the agent runs, and a bad file changes nothing.
#include "engine/intents/rule_book.h"

#include <boost/test/unit_test.hpp>
#include <filesystem>
#include <fstream>

#include "engine/intents/rule_set.h"

using namespace apiops;

namespace {

RuleSet built_in() {
  auto rules = load_rules(std::string(SOURCE_DIR) + "/intents");
  if (!rules) throw std::runtime_error(rules.error().what);
  return std::move(*rules);
}

struct Folder {
  std::filesystem::path path = std::filesystem::temp_directory_path() / ("apiops-rules-" + std::to_string(::getpid()));
  Folder() { std::filesystem::create_directory(path); }
  ~Folder() { std::filesystem::remove_all(path); }
  void write(const std::string& text) const { std::ofstream(path / "team.yaml") << text; }
};

constexpr const char* kOnCall =
    "aliases: {nightly check: audit twilio}\n"
    "intents:\n"
    "  team.oncall:\n"
    "    title: Who is on call\n"
    "    patterns: ['who is on call']\n"
    "    examples: [who is on call]\n"
    "    answer: 'See https://wiki.example.com/oncall'\n";

Time at(int seconds) { return from_seconds(1'700'000'000 + seconds); }

}  // namespace

BOOST_AUTO_TEST_SUITE(rule_book)

BOOST_AUTO_TEST_CASE(own_rules_add_an_answer_of_their_own_and_an_alias) {
  const Folder folder;
  folder.write(kOnCall);
  const RuleBook book(built_in(), folder.path, {});
  BOOST_TEST(book.trouble() == "");
  BOOST_TEST(book.current().understand("who is on call?").intent == "team.oncall");
  BOOST_TEST(book.current().own_answer("team.oncall") == "See https://wiki.example.com/oncall");
  BOOST_TEST(book.current().understand("nightly check").intent == "config.audit");
}

BOOST_AUTO_TEST_CASE(a_bad_file_is_refused_with_file_line_and_reason_and_the_old_rules_stay) {
  const Folder folder;
  folder.write(kOnCall);
  RuleBook book(built_in(), folder.path, {});
  folder.write(std::string(kOnCall) +
               "  team.broken:\n    title: Broken\n    patterns: ['who (is']\n    examples: [x]\n");
  book.refresh(at(10));
  BOOST_TEST(book.trouble().starts_with("team.yaml:10: pattern can't be read: missing )"), book.trouble());
  BOOST_TEST(book.current().understand("who is on call?").intent == "team.oncall");
  folder.write(
      "intents:\n  team.lunch:\n    title: Lunch\n    patterns: ['lunch menu']\n    examples: [what is for lunch]\n");
  book.refresh(at(20));
  BOOST_TEST(book.trouble().starts_with("team.yaml:5: “what is for lunch” matched nothing"), book.trouble());
  BOOST_TEST(book.current().understand("who is on call?").intent == "team.oncall");
  folder.write(kOnCall);
  book.refresh(at(30));
  BOOST_TEST(book.trouble() == "");
}

BOOST_AUTO_TEST_SUITE_END()
