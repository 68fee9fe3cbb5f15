#include "engine/base/json.h"

#include <fmt/format.h>

#include <charconv>
#include <cmath>
#include <nlohmann/json.hpp>

namespace apiops {

namespace {

const Json* find(const Json& object, std::string_view field) {
  if (!object.is_object()) return nullptr;
  const auto it = object.find(std::string(field));
  return it == object.end() ? nullptr : &*it;
}

}  // namespace

Result<Json> parse_json(std::string_view text, std::size_t max_bytes) {
  if (text.size() > max_bytes) return failure(ErrorKind::kInvalid, "The answer is larger than the limit.");
  bool too_deep = false;
  // The callback sees each container as it opens, so a hostile depth is refused before it is built (faults 29).
  const Json::parser_callback_t guard = [&too_deep](int depth, Json::parse_event_t, Json&) {
    if (depth > static_cast<int>(kMaxJsonDepth)) {
      too_deep = true;
      throw std::length_error("too deep");
    }
    return true;
  };
  try {
    return Json::parse(text.begin(), text.end(), guard, true, false);
  } catch (const std::length_error&) {
    return failure(ErrorKind::kInvalid, "The JSON is nested too deeply.");
  } catch (const Json::exception&) {
    return failure(ErrorKind::kInvalid, text.empty() ? "The answer is empty." : "The JSON is incomplete or not JSON.");
  }
}

std::string canonical(const Json& value) { return value.dump(-1, ' ', false, Json::error_handler_t::replace); }

std::string get_string(const Json& object, std::string_view field, std::string_view otherwise) {
  const Json* value = find(object, field);
  return value && value->is_string() ? value->get<std::string>() : std::string(otherwise);
}

std::optional<std::int64_t> get_integer(const Json& object, std::string_view field) {
  const Json* value = find(object, field);
  if (!value) return std::nullopt;
  if (value->is_number_unsigned() && value->get<std::uint64_t>() > static_cast<std::uint64_t>(INT64_MAX))
    return std::nullopt;
  if (value->is_number_integer()) return value->get<std::int64_t>();
  if (value->is_number_float()) {
    const double d = value->get<double>();
    if (std::isfinite(d) && std::abs(d) < 9e15 && d == std::floor(d)) return static_cast<std::int64_t>(d);
    return std::nullopt;
  }
  if (!value->is_string()) return std::nullopt;
  const auto& text = value->get_ref<const std::string&>();
  std::int64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  return error == std::errc() && end == text.data() + text.size() && !text.empty() ? std::optional(number)
                                                                                   : std::nullopt;
}

std::optional<bool> get_bool(const Json& object, std::string_view field) {
  const Json* value = find(object, field);
  if (!value) return std::nullopt;
  if (value->is_boolean()) return value->get<bool>();
  if (value->is_string() && (*value == "true" || *value == "false")) return *value == "true";
  return std::nullopt;
}

std::string get_decimal(const Json& object, std::string_view field) {
  const Json* value = find(object, field);
  if (!value) return {};
  if (value->is_string()) return value->get<std::string>();
  if (value->is_number_integer()) return value->dump();
  if (value->is_number_float() && std::isfinite(value->get<double>())) {
    std::string text = fmt::format("{:.6f}", value->get<double>());
    while (text.back() == '0') text.pop_back();
    if (text.back() == '.') text.pop_back();
    return text;
  }
  return {};
}

const Json& get_object(const Json& object, std::string_view field) {
  static const Json kEmpty = Json::object();
  const Json* value = find(object, field);
  return value && value->is_object() ? *value : kEmpty;
}

const Json& get_array(const Json& object, std::string_view field) {
  static const Json kEmpty = Json::array();
  const Json* value = find(object, field);
  return value && value->is_array() ? *value : kEmpty;
}

}  // namespace apiops
