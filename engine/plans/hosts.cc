#include "engine/plans/hosts.h"

#include <nlohmann/json.hpp>

#include "engine/base/json.h"
#include "engine/base/text.h"

namespace apiops {

namespace {

bool is_ascii(char c) { return static_cast<unsigned char>(c) < 0x80; }
bool goes_on(char c) { return (static_cast<unsigned char>(c) & 0xC0) == 0x80; }  // within one UTF-8 character

std::string host_of(std::string_view address) {
  const std::string lower = lower_ascii(address.substr(0, 8));
  if (!lower.starts_with("http://") && !lower.starts_with("https://")) return {};
  const auto begin = address.find("//") + 2;
  return std::string(address.substr(begin, address.find_first_of("/?#", begin) - begin));
}

std::string with_others_marked(const std::string& host) {
  std::string marked;
  for (const char c : host)
    if (is_ascii(c))
      marked += c;
    else if (!goes_on(c))
      marked += "�";
  return marked;
}

std::string deceptive_in(const Json& value) {
  if (value.is_structured())
    for (const auto& part : value)
      if (std::string found = deceptive_in(part); !found.empty()) return found;
  if (!value.is_string()) return {};
  const std::string host = host_of(value.get_ref<const std::string&>()), marked = with_others_marked(host);
  return marked == host ? "" : marked;
}

}  // namespace

std::string deceptive_host(const PlanDraft& draft) {
  for (const auto& step : draft.steps)
    if (std::string found = deceptive_in(step.parameters); !found.empty()) return found;
  return {};
}

}  // namespace apiops
