// Build step: the rule files (YAML) become a C++ table, so that the program reads no YAML when it starts.
//   compile_rules OUTPUT.cc RULES.yaml… SCHEMA.json
#include <fmt/format.h>

#include <cstdio>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "engine/intents/rule_set.h"

namespace {

std::string literal(const std::string& text) {
  std::string out = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\')
      out += '\\', out += c;
    else if (static_cast<unsigned char>(c) < ' ')
      out += fmt::format("\\{:03o}", c);
    else
      out += c;
  }
  return out + "\"";
}

std::string list(const std::vector<std::string>& texts) {
  std::string out = "{";
  for (const auto& text : texts) out += literal(text) + ", ";
  return out + "}";
}

std::string list(const std::vector<apiops::IntentRule::Line>& lines) {
  std::string out = "{";
  for (const auto& line : lines) out += "{" + literal(line.text) + ", " + std::to_string(line.line) + "},\n      ";
  return out + "}";
}

std::string list(const std::vector<apiops::IntentRule::Pattern>& patterns) {
  std::string out = "{";
  for (const auto& p : patterns)
    out += "{" + literal(p.text) + ", " + std::to_string(p.line) + ", " + std::to_string(p.weight) + ", " +
           list(p.needs) + "},\n      ";
  return out + "}";
}

void write_intents(std::ostream& out, const apiops::RuleSet& rules) {
  for (const auto& r : rules.intents)
    out << "  rules.intents.push_back({" << literal(r.name) << ", " << literal(r.title) << ", " << literal(r.example)
        << ", " << (r.change ? "true" : "false") << ", " << literal(r.service) << ", " << list(r.slots) << ",\n      "
        << list(r.patterns) << ",\n      " << list(r.against) << ",\n      " << list(r.examples) << ",\n      "
        << list(r.counter_examples) << ", " << literal(r.answer) << ", " << literal(r.file) << "});\n";
}

void write(std::ostream& out, const apiops::RuleSet& rules, const std::string& schema) {
  out << "// Made by compile_rules from intents/*.yaml.\n#include \"engine/intents/rule_set.h\"\n\nnamespace apiops "
         "{\n\nRuleSet compiled_rules() {\n  RuleSet rules;\n";
  write_intents(out, rules);
  for (const auto& c : rules.concepts)
    out << "  rules.concepts.push_back({" << literal(c.name) << ", " << list(c.phrases) << "});\n";
  for (const auto& s : rules.senses) {
    out << "  rules.senses.push_back({" << literal(s.intent) << ", {";
    for (const auto& group : s.of) out << list(group) << ", ";
    out << "}, " << list(s.without) << ", " << s.weight << "});\n";
  }
  for (const auto& c : rules.console)
    out << "  rules.console.push_back({" << literal(c.service) << ", " << literal(c.setting) << ", "
        << literal(c.pattern) << ", " << literal(c.url) << ", " << list(c.needs) << "});\n";
  for (const auto& e : rules.evidence)
    out << "  rules.evidence.push_back({" << literal(e.name) << ", " << literal(e.pattern) << ", " << literal(e.where)
        << ", " << literal(e.against) << ", " << literal(e.unless) << ", " << std::to_string(e.weight) << "});\n";
  for (const auto& [from, to] : rules.aliases)
    out << "  rules.aliases[" << literal(from) << "] = " << literal(to) << ";\n";
  for (const auto& [name, text] : rules.macros)
    out << "  rules.macros[" << literal(name) << "] = " << literal(text) << ";\n";
  out << "  rules.vocabulary = " << list(rules.vocabulary)
      << ";\n  rules.ordinary_words = " << list(rules.ordinary_words)
      << ";\n  rules.plain_words = " << list(rules.plain_words) << ";\n  rules.anchors = " << list(rules.anchors)
      << ";\n  rules.orders = " << list(rules.orders)
      << ";\n  return rules;\n}\n\nstd::string_view rules_schema() { return " << literal(schema)
      << "; }\n\n}  // namespace apiops\n";
}

}  // namespace

int main(int argc, char** argv) {
  apiops::RuleSet rules;
  std::string schema;
  for (int i = 2; i < argc; ++i) {
    std::ifstream in(argv[i]);
    std::ostringstream text;
    text << in.rdbuf();
    if (std::filesystem::path(argv[i]).extension() == ".json") {
      schema = text.str();
      continue;
    }
    if (auto added = apiops::add_rule_file(rules, text.str(), std::filesystem::path(argv[i]).filename().string());
        !added) {
      std::fprintf(stderr, "%s\n", added.error().what.c_str());
      return 1;
    }
  }
  std::ofstream out(argv[1]);
  write(out, rules, schema);
  return out.good() ? 0 : 1;
}
