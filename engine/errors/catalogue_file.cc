#include "engine/errors/catalogue_file.h"

#include <fmt/format.h>
#include <yaml-cpp/yaml.h>

#include <array>
#include <set>

namespace apiops {

namespace {

const std::set<std::string> kCategories{"auth",         "config",     "rate_limit", "carrier",
                                        "spam_blocked", "bad_params", "transient"};
const std::set<std::string> kSeverities{"critical", "warning", "info"};
const std::set<std::string> kRetries{"never", "later", "after_fix"};

std::unexpected<Error> at(std::string_view file, const YAML::Mark& mark, const std::string& what) {
  return failure(ErrorKind::kInvalid, fmt::format("{}:{}: {}", file, mark.line + 1, what));
}

std::string* field_of(ErrorFacts& facts, const std::string& key) {
  const std::array<std::pair<std::string_view, std::string*>, 9> fields{{{"code", &facts.code},
                                                                         {"category", &facts.category},
                                                                         {"severity", &facts.severity},
                                                                         {"kind", &facts.kind},
                                                                         {"meaning", &facts.meaning},
                                                                         {"actor", &facts.actor},
                                                                         {"retry", &facts.retry},
                                                                         {"remedy", &facts.remedy},
                                                                         {"next", &facts.next}}};
  for (const auto& [name, place] : fields)
    if (name == key) return place;
  return key == "link" ? &facts.link : key == "service" ? &facts.service : nullptr;
}

std::string trouble_with(const ErrorFacts& facts) {
  if (facts.service.empty()) return "service is missing";
  if (facts.code.empty()) return "code is missing";
  if (!facts.category.empty() && !kCategories.contains(facts.category))
    return "category is not one of the seven: " + facts.category;
  if (!facts.severity.empty() && !kSeverities.contains(facts.severity))
    return "severity is not critical, warning or info: " + facts.severity;
  if (!facts.retry.empty() && !kRetries.contains(facts.retry))
    return "retry is not never, later or after_fix: " + facts.retry;
  return {};
}

Result<ErrorFacts> read_entry(const YAML::Node& entry, const ErrorFacts& common, std::string_view file) {
  if (!entry.IsMap()) return at(file, entry.Mark(), "each code is a mapping");
  ErrorFacts facts = common;
  facts.known = true;
  for (const auto& pair : entry) {
    const auto key = pair.first.as<std::string>();
    std::string* field = field_of(facts, key);
    if (!field) return at(file, pair.first.Mark(), "unknown key: " + key);
    if (!pair.second.IsScalar()) return at(file, pair.second.Mark(), key + " must be text");
    *field = pair.second.as<std::string>();
  }
  if (std::string trouble = trouble_with(facts); !trouble.empty()) return at(file, entry.Mark(), trouble);
  if (const auto hole = facts.link.find("{code}"); hole != std::string::npos) facts.link.replace(hole, 6, facts.code);
  return facts;
}

}  // namespace

Result<std::vector<ErrorFacts>> parse_catalogue(std::string_view yaml, std::string_view file_name) {
  try {
    const YAML::Node root = YAML::Load(std::string(yaml));
    if (!root.IsMap() || !root["codes"] || !root["codes"].IsSequence())
      return failure(ErrorKind::kInvalid, fmt::format("{}:1: expected a mapping with a list under codes", file_name));
    ErrorFacts common;
    if (root["service"]) common.service = root["service"].as<std::string>();
    if (root["link"]) common.link = root["link"].as<std::string>();
    std::vector<ErrorFacts> all;
    for (const auto& entry : root["codes"]) {
      auto facts = read_entry(entry, common, file_name);
      if (!facts) return std::unexpected(facts.error());
      all.push_back(std::move(*facts));
    }
    return all;
  } catch (const YAML::Exception& e) {
    return at(file_name, e.mark, e.msg);
  }
}

}  // namespace apiops
