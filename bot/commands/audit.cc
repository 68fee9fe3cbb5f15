// apiops audit export|verify|search
#include <fmt/format.h>

#include <iostream>

#include "bot/command_line.h"
#include "engine/base/text.h"

namespace apiops {

namespace {

std::string person, resource;
std::vector<std::string> words;

int export_all(const Common& common) {
  const auto reply = request(common, {{"op", "audit"}});
  if (!reply) return kBadNews;
  for (const auto& record : reply->at("lines")) std::cout << record.get<std::string>() << '\n';
  return kDone;
}

int verify(const Common& common) {
  const auto reply = request(common, {{"op", "audit_verify"}});
  if (!reply) return kBadNews;
  const bool sound = get_bool(*reply, "sound").value_or(false);
  if (common.json) {
    std::cout << reply->dump() << '\n';
  } else {
    for (const auto& fault : reply->at("faults"))
      std::cout << fmt::format("✗ chain {}, record {} {}\n", get_string(fault, "chain"),
                               get_integer(fault, "record").value_or(0), get_string(fault, "what"));
    if (const auto foreign = get_integer(*reply, "foreign_heads").value_or(0); foreign > 0)
      std::cout << fmt::format("✗ {} in {} not signed with this agent's key\n",
                               count_of(foreign, "published head is", "published heads are"),
                               get_string(*reply, "heads_file"));
    std::cout << fmt::format("  compared with {} in {}\n",
                             count_of(get_integer(*reply, "heads").value_or(0), "published head"),
                             get_string(*reply, "heads_file"));
    std::cout << fmt::format("{} {} in {}: {}\n", sound ? "✓" : "✗",
                             count_of(get_integer(*reply, "records").value_or(0), "record"),
                             count_of(get_integer(*reply, "chains").value_or(0), "chain"),
                             sound ? "nothing was changed, nothing is missing" : "not what was written");
  }
  return sound ? kDone : kBadNews;
}

int search(const Common& common) {
  const auto reply =
      request(common, {{"op", "audit"}, {"person", person}, {"resource", resource}, {"text", join(words, " ")}});
  if (!reply) return kBadNews;
  for (const auto& record : reply->at("lines")) std::cout << record.get<std::string>() << '\n';
  return reply->at("lines").empty() ? fail(kBadNews, "the audit trail has no record of that.") : kDone;
}

}  // namespace

void add_audit(CommandLine& line) {
  auto* audit = line.app.add_subcommand("audit", "The audit trail: who did what, provably");
  auto* exporter = audit->add_subcommand("export", "All records, one JSON object a line, oldest first");
  line.run[exporter] = [&line] { return export_all(line.common); };
  auto* verifier = audit->add_subcommand("verify", "Is every record what was written, and is none missing?");
  line.run[verifier] = [&line] { return verify(line.common); };
  auto* searcher = audit->add_subcommand("search", "Records that hold a text, of a person, or about a resource");
  searcher->add_option("TEXT", words, "The text");
  searcher->add_option("--person", person, "Who");
  searcher->add_option("--resource", resource, "About what: an id or number");
  line.run[searcher] = [&line] { return search(line.common); };
}

}  // namespace apiops
