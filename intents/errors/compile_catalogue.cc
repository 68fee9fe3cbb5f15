// Build step: turns the catalogues (YAML) into one sorted table, so that nothing is parsed at start. A mistake in a
// file stops the build with file, line and key.     compile_catalogue OUT.cc FILE.yaml…
#include <algorithm>
#include <fstream>
#include <iostream>
#include <iterator>

#include "engine/errors/catalogue_file.h"

namespace {

std::string literal(const std::string& text) {
  std::string out = "\"";
  for (char c : text) {
    if (c == '"' || c == '\\') out += '\\';
    out += c == '\n' ? ' ' : c;
  }
  return out + "\"sv";  // the suffix carries the length: nothing is measured at compile time
}

std::string read(const char* path) {
  std::ifstream in(path, std::ios::binary);
  if (!in) throw std::runtime_error(std::string("can't read ") + path);
  return {std::istreambuf_iterator<char>(in), {}};
}

}  // namespace

int main(int argc, char** argv) {
  using apiops::ErrorFacts;
  std::vector<ErrorFacts> all;
  for (int i = 2; i < argc; ++i) {
    auto facts = apiops::parse_catalogue(read(argv[i]), argv[i]);
    if (!facts) {
      std::cerr << facts.error().what << "\n";
      return 1;
    }
    all.insert(all.end(), facts->begin(), facts->end());
  }
  std::sort(all.begin(), all.end(), [](const ErrorFacts& a, const ErrorFacts& b) {
    return std::tie(a.service, a.code) < std::tie(b.service, b.code);
  });
  const auto twice = std::adjacent_find(all.begin(), all.end(), [](const ErrorFacts& a, const ErrorFacts& b) {
    return a.service == b.service && a.code == b.code;
  });
  if (twice != all.end()) {
    std::cerr << twice->service << " " << twice->code << " stands twice in the catalogues\n";
    return 1;
  }
  std::ofstream out(argv[1]);
  out << "// Made by intents/errors/compile_catalogue.cc; change the YAML instead.\n#include "
         "\"engine/errors/catalogue.h\"\n\nnamespace apiops {\n\nnamespace {\nusing namespace "
         "std::string_view_literals;\nconstexpr CatalogueRow kRows[] = {\n";
  for (const auto& f : all) {
    out << "  {";
    for (const auto* text : {&f.service, &f.code, &f.category, &f.severity, &f.kind, &f.meaning, &f.actor, &f.retry,
                             &f.remedy, &f.next, &f.link})
      out << literal(*text) << ", ";
    out << "},\n";
  }
  out << "};\n}  // namespace\n\nstd::span<const CatalogueRow> embedded_catalogue() { return kRows; }\n\n}  // "
         "namespace apiops\n";
  return out.good() ? 0 : 1;
}
