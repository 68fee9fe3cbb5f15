#include "bot/environment.h"

#include <array>
#include <cstdlib>
#include <fstream>
#include <sstream>

#include "connectors/net/url_parts.h"
#include "engine/base/text.h"

namespace apiops {

namespace {

constexpr std::array<const char*, 13> kCredentials{
    "TWILIO_AUTH_TOKEN", "TWILIO_API_KEY",        "TWILIO_API_SECRET",  "OPENAI_API_KEY",  "OPENAI_ADMIN_KEY",
    "STRIPE_SECRET_KEY", "STRIPE_WEBHOOK_SECRET", "TWILIO_ACCOUNT_SID", "SLACK_APP_TOKEN", "SLACK_BOT_TOKEN",
    "DISCORD_BOT_TOKEN", "SLACK_SIGNING_SECRET",  "DISCORD_PUBLIC_KEY"};
constexpr std::array<const char*, 2> kPlaces{"TWILIO_REGION", "TWILIO_EDGE"};
struct Base {
  const char* name;
  const char* own;  // the end of the service's own hosts
};
constexpr std::array<Base, 7> kBases{{{"TWILIO_BASE_URL", "twilio.com"},
                                      {"SLACK_API_URL", "slack.com"},
                                      {"OPENAI_BASE_URL", "openai.com"},
                                      {"STRIPE_BASE_URL", "stripe.com"},
                                      {"TWILIO_STATUS_URL", "twilio.com"},
                                      {"OPENAI_STATUS_URL", "openai.com"},
                                      {"STRIPE_STATUS_URL", "stripe.com"}}};

}  // namespace

Result<Environment> Environment::of_process() {
  std::map<std::string, std::string> values;
  const auto take = [&values](const char* name) -> Status {
    if (const char* value = std::getenv(name); value && *value) values[name] = value;
    const std::string file_variable = std::string(name) + "_FILE";
    const char* path = std::getenv(file_variable.c_str());
    if (!path || !*path) return {};
    std::ifstream in(path);
    std::ostringstream text;
    if (!in || !(text << in.rdbuf()))
      return failure(ErrorKind::kInvalid, file_variable + ": the file it names can't be read");
    values[name] = std::string(trim(text.str()));
    return {};
  };
  for (const char* name : kCredentials)
    if (auto taken = take(name); !taken) return std::unexpected(taken.error());
  for (const char* name : kPlaces)
    if (auto taken = take(name); !taken) return std::unexpected(taken.error());
  for (const auto& base : kBases)
    if (auto taken = take(base.name); !taken) return std::unexpected(taken.error());
  return Environment(std::move(values));
}

Secret Environment::secret(const std::string& name) const { return Secret(text(name)); }

std::string Environment::text(const std::string& name, const std::string& otherwise) const {
  const auto it = values_.find(name);
  return it == values_.end() || it->second.empty() ? otherwise : it->second;
}

std::vector<Secret> Environment::secrets() const {
  std::vector<Secret> all;
  for (const char* name : kCredentials)
    if (const std::string value = text(name); !value.empty() && std::string_view(name) != "TWILIO_ACCOUNT_SID")
      all.emplace_back(value);
  return all;
}

Status Environment::check_base_urls(const std::vector<std::string>& allowed) const {
  for (const auto& base : kBases) {
    const std::string url = text(base.name);
    if (url.empty()) continue;
    const std::string own = base.own;
    if (auto fine = net::check_base_url(url, {own, "*." + own}, allowed); !fine)
      return failure(ErrorKind::kInvalid, std::string(base.name) + ": " + fine.error().what);
  }
  return {};
}

}  // namespace apiops
