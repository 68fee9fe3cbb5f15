#include "connectors/sandbox/twilio/keys.h"

#include <algorithm>
#include <array>
#include <nlohmann/json.hpp>

#include "connectors/sandbox/reply.h"
#include "connectors/sandbox/twilio/paging.h"
#include "engine/base/digest.h"

namespace apiops::sandbox::twilio {

namespace {

constexpr std::array<std::pair<const char*, int>, 2> kStory{{{"CI deploy", 742}, {"Back office", 61}}};  // age in days

}  // namespace

Keys::Keys(const Account& account) : account_(account) {
  const World& world = account.world;
  for (std::size_t i = 0; i < kStory.size(); ++i) {
    const auto n = static_cast<long long>(i);
    keys_.push_back({.sid = world.id("SK", Stream::kApiKey, n),
                     .secret = world.letters(Stream::kApiKey, n, 32),
                     .name = kStory[i].first,
                     .created = world.anchor() - std::chrono::hours(24 * kStory[i].second)});
  }
  for (const Json& effect : account.ledger.effects()) apply(effect);
}

void Keys::apply(const Json& effect) {
  if (get_string(effect, "service") != "twilio") return;
  const auto n = static_cast<long long>(keys_.size());
  if (get_string(effect, "effect") == "key.created")
    keys_.push_back({.sid = account_.world.id("SK", Stream::kApiKey, n),
                     .secret = account_.world.letters(Stream::kApiKey, n, 32),
                     .name = get_string(effect, "name"),
                     .created = from_millis(get_integer(effect, "at").value_or(0))});
  if (get_string(effect, "effect") == "key.revoked")
    for (Key& key : keys_) key.revoked = key.revoked || key.sid == get_string(effect, "sid");
}

Json Keys::key_json(const Key& key) {
  return {{"sid", key.sid},
          {"friendly_name", key.name},
          {"date_created", to_rfc2822(key.created)},
          {"date_updated", to_rfc2822(key.created)}};
}

std::vector<const Keys::Key*> Keys::valid() const {
  std::vector<const Key*> found;
  for (const Key& key : keys_)
    if (!key.revoked) found.push_back(&key);
  return found;
}

const Keys::Key* Keys::find(const std::string& sid) const {
  for (const Key* key : valid())
    if (key->sid == sid) return key;
  return nullptr;
}

bool Keys::accepts(const std::string& authorization) const {
  return std::ranges::any_of(
      valid(), [&](const Key* key) { return authorization == "Basic " + base64(key->sid + ":" + key->secret); });
}

net::ServerReply Keys::create(const net::ServerRequest& request) {
  apply(account_.note("key.created", {{"name", value_of(request.form(), "FriendlyName")}}));
  Json row = key_json(keys_.back());
  row["secret"] = keys_.back().secret;  // told this once
  return json_reply(201, row);
}

net::ServerReply Keys::revoke(const std::string& sid) {
  apply(account_.note("key.revoked", {{"sid", sid}}));
  return {204, {}, ""};
}

net::ServerReply Keys::handle(const net::ServerRequest& request, const std::string& sid) {
  if (sid.empty()) {
    if (request.method == "POST") return create(request);
    const auto found = valid();
    const Rows rows{found.size(), [&](std::size_t i) { return found[i]->sid; },
                    [&](std::size_t i) { return key_json(*found[i]); }};
    return json_reply(200, page_2010(request, "keys", rows));
  }
  const Key* key = find(sid);
  if (key == nullptr) return twilio_not_found(request);
  return request.method == "DELETE" ? revoke(sid) : json_reply(200, key_json(*key));
}

net::ServerReply Keys::iam(const net::ServerRequest& request, const std::string& sid) {
  if (sid.empty()) {
    if (request.method == "POST") return create(request);
    if (request.parameter("AccountSid") != account_.sid())
      return twilio_error(400, 20001, "AccountSid is required and must be yours");
    const auto found = valid();
    const Rows rows{found.size(), [&](std::size_t i) { return found[i]->sid; },
                    [&](std::size_t i) {
                      Json row = key_json(*found[i]);
                      row["flags"] = Json::array();
                      return row;
                    }};
    return json_reply(200, page_v1(request, "iam.twilio.com", "keys", rows));
  }
  const Key* key = find(sid);
  if (key == nullptr) return twilio_not_found(request);
  if (request.method == "DELETE") return revoke(sid);
  Json row = key_json(*key);
  row["policy"] = Json();
  return json_reply(200, row);
}

}  // namespace apiops::sandbox::twilio
