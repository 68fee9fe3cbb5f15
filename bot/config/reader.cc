#include "bot/config/reader.h"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "engine/base/text.h"

namespace apiops {

void Reader::fault_at(int line, const std::string& what) {
  faults_.push_back(fmt::format("{}:{}: {}", file_, line, what));
}

void Reader::take_faults_of(const Reader& other) {
  faults_.insert(faults_.end(), other.faults_.begin(), other.faults_.end());
}

void Reader::map(const YAML::Node& node, const std::string& where, const std::map<std::string, Key>& keys) {
  if (!node.IsMap()) return fault(node, where + " must be a mapping");
  std::vector<std::string> known, seen;
  for (const auto& [key, read] : keys) known.push_back(key);
  for (const auto& entry : node) {
    const std::string key = entry.first.IsScalar() ? entry.first.Scalar() : "";
    const auto it = keys.find(key);
    if (std::find(seen.begin(), seen.end(), key) != seen.end()) {
      fault(entry.first, "“" + clip(key, 60) + "” stands there twice");
    } else if (it != keys.end()) {
      it->second(entry.second);
    } else {
      const std::string near = nearest(key, known);
      fault(entry.first,
            fmt::format("unknown key “{}”{}", clip(key, 60),
                        near.empty() ? "; known here: " + join(known, ", ") : " (did you mean “" + near + "”?)"));
    }
    seen.push_back(key);
  }
}

void Reader::each(const YAML::Node& node, const std::string& where, const Key& read) {
  if (!node.IsSequence()) return fault(node, where + " must be a list");
  for (const auto& item : node) read(item);
}

void Reader::text(const YAML::Node& node, std::string& value, const std::string& where) {
  if (node.IsScalar())
    value = node.Scalar();
  else
    fault(node, where + " must be a text");
}

void Reader::texts(const YAML::Node& node, std::vector<std::string>& value, const std::string& where) {
  each(node, where, [&](const YAML::Node& item) { text(item, value.emplace_back(), "an item of " + where); });
}

void Reader::texts(const YAML::Node& node, std::set<std::string>& value, const std::string& where) {
  std::vector<std::string> list;
  texts(node, list, where);
  value.insert(list.begin(), list.end());
}

std::optional<long long> Reader::whole_number(const YAML::Node& node, long long least, long long most,
                                              const std::string& where) {
  long long value = 0;
  if (node.IsScalar() && YAML::convert<long long>::decode(node, value) && value >= least && value <= most) return value;
  fault(node, fmt::format("{} must be a whole number from {} to {}", where, least, most));
  return std::nullopt;
}

void Reader::flag(const YAML::Node& node, bool& value, const std::string& where) {
  if (!node.IsScalar() || !YAML::convert<bool>::decode(node, value)) fault(node, where + " must be true or false");
}

void Reader::span(const YAML::Node& node, Duration& value, const std::string& where) {
  const std::string text = node.IsScalar() ? node.Scalar() : "";
  long long n = 0;
  std::size_t i = 0;
  while (i < text.size() && i < 6 && text[i] >= '0' && text[i] <= '9') n = n * 10 + (text[i++] - '0');
  const std::string unit = text.substr(i);
  const long long seconds = unit == "s" ? 1 : unit == "m" ? 60 : unit == "h" ? 3600 : 0;
  if (i == 0 || n == 0 || seconds == 0) return fault(node, where + " must be a span of time such as 30s, 15m or 4h");
  value = std::chrono::seconds(n * seconds);
}

void Reader::money(const YAML::Node& node, std::optional<Money>& value, const std::string& where) {
  const std::string text = node.IsScalar() ? node.Scalar() : "";
  const auto parts = split(trim(text), ' ');
  if (parts.size() == 2 && parts[1].size() == 3) value = parse_money(parts[0], lower_ascii(parts[1]));
  if (!value || value->micros <= 0) {
    value.reset();
    fault(node, where + " must be an amount with its currency, such as 200 usd");
  }
}

Reader::Key Reader::into(std::string& value, std::string where) {
  return [this, &value, where = std::move(where)](const YAML::Node& n) { text(n, value, where); };
}
Reader::Key Reader::into(std::vector<std::string>& value, std::string where) {
  return [this, &value, where = std::move(where)](const YAML::Node& n) { texts(n, value, where); };
}
Reader::Key Reader::into(std::set<std::string>& value, std::string where) {
  return [this, &value, where = std::move(where)](const YAML::Node& n) { texts(n, value, where); };
}
Reader::Key Reader::into(bool& value, std::string where) {
  return [this, &value, where = std::move(where)](const YAML::Node& n) { flag(n, value, where); };
}

Result<std::string> read_whole_file(const std::string& path) {
  std::error_code ec;
  const auto size = std::filesystem::file_size(path, ec);
  if (ec) return failure(ErrorKind::kNotFound, path + ": can't be read (" + ec.message() + ")");
  if (size > kMaxConfigBytes)
    return failure(ErrorKind::kInvalid,
                   fmt::format("{}: {} bytes are too many (at most {})", path, size, kMaxConfigBytes));
  std::ifstream in(path);
  std::ostringstream text;
  if (!in || !(text << in.rdbuf())) return failure(ErrorKind::kNotFound, path + ": can't be read");
  return std::move(text).str();
}

}  // namespace apiops
