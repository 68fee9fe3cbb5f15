// credentials.check for Twilio: what is there, whether it is accepted, which kind of key it is and what it may do.
#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "connectors/services/twilio/twilio_adapter.h"
#include "engine/base/text.h"

namespace apiops::twilio {

namespace {

constexpr std::string_view kKeysPage = "https://console.twilio.com/us1/account/keys-credentials/api-keys";

bool well_formed_sid(std::string_view sid, std::string_view head) {
  return sid.size() == 34 && sid.starts_with(head) && std::all_of(sid.begin() + 2, sid.end(), [](char c) {
           return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
         });
}

// First and last four, and nothing of a short one.
std::string shown(const std::string& value) {
  return value.size() < 16 ? (value.empty() ? "" : "****") : value.substr(0, 4) + "…" + value.substr(value.size() - 4);
}

bool well_formed_token(const Secret& token) { return token.reveal().size() == 32; }

CredentialState state_of(std::string name, std::string variable, const std::string& value, bool well_formed,
                         std::string may) {
  CredentialState s;
  s.name = std::move(name);
  s.variable = std::move(variable);
  s.present = !value.empty();
  s.well_formed = well_formed;
  s.shown = shown(value);
  s.may = std::move(may);
  s.mode = s.present ? "live" : "";
  if (s.present && !well_formed)
    s.trouble = fmt::format("{} does not look like {}: compare it with {}", s.variable, s.name, kKeysPage);
  return s;
}

void judge(CredentialState& state, const Result<ApiReply>& tried) {
  if (tried) {
    state.accepted = true;
    return;
  }
  const Error& error = tried.error();
  if (error.kind != ErrorKind::kUnauthorized && error.kind != ErrorKind::kNotFound) return;  // it was not judged
  state.accepted = false;
  state.trouble = error.what + " A credential of another region or account looks the same as a wrong one.";
}

// A key that may list keys is a main key; a standard one is refused there, and only there (20003).
std::string key_may(const Result<ApiReply>& listing_keys) {
  if (listing_keys) return "everything, accounts and keys too: a main key";
  if (listing_keys.error().kind == ErrorKind::kUnauthorized)
    return "everything but accounts and keys: a standard key, or a restricted one with less";
  return "what its kind allows: that could not be told just now";
}

// Of the account resource, which has the token in clear, these two words are used and nothing else.
void add_account_state(CredentialState& sid, const Json& account) {
  const std::string status = get_string(account, "status"), type = get_string(account, "type");
  sid.accepted = status == "active";
  sid.may = fmt::format("names the account: {}{}", status.empty() ? "state unknown" : status,
                        type == "Trial" ? ", a trial account" : "");
  if (type == "Trial") sid.mode = "trial";
  if (status == "suspended" || status == "closed")
    sid.trouble = fmt::format(
        "the account is {}: Twilio refuses its calls and messages until that is lifted in the Console", status);
}

}  // namespace

asio::awaitable<Result<std::vector<CredentialState>>> TwilioAdapter::credentials(bool try_them) {
  CredentialState sid = state_of("account SID", "TWILIO_ACCOUNT_SID", options_.account_sid,
                                 well_formed_sid(options_.account_sid, "AC"), "names the account");
  if (!sid.present) sid.trouble = "TWILIO_ACCOUNT_SID is not set: it is needed beside any key";
  const bool key = !options_.api_key.empty();
  CredentialState token =
      key ? state_of("API key", "TWILIO_API_KEY", options_.api_key, well_formed_sid(options_.api_key, "SK"),
                     "what its kind allows")
          : state_of("auth token", "TWILIO_AUTH_TOKEN", options_.auth_token.reveal(),
                     well_formed_token(options_.auth_token), "everything in this account and its subaccounts");
  if (!token.present) token.trouble = "neither TWILIO_AUTH_TOKEN nor TWILIO_API_KEY is set";
  if (key && options_.api_secret.empty()) token.trouble = "TWILIO_API_SECRET is not set: the key alone is not accepted";
  if (try_them && configured()) {
    judge(token, co_await api_.get(Host::kApi, api_.account_path("Messages.json"), {{"PageSize", "1"}}));
    if (token.accepted == true && key)
      token.may = key_may(co_await api_.get(Host::kApi, api_.account_path("Keys.json"), {{"PageSize", "1"}}));
    if (token.accepted == true && !key) {
      auto account = co_await api_.get(Host::kApi, fmt::format("/2010-04-01/Accounts/{}.json", options_.account_sid));
      if (account) add_account_state(sid, account->body);
    }
  }
  std::vector<CredentialState> all{std::move(sid), std::move(token)};
  if (key && !options_.auth_token.empty()) {  // beside the key: only what checks Twilio's signatures needs it
    CredentialState beside = state_of("auth token", "TWILIO_AUTH_TOKEN", options_.auth_token.reveal(),
                                      well_formed_token(options_.auth_token), "used to check webhook signatures only");
    all.push_back(std::move(beside));
  }
  co_return all;
}

}  // namespace apiops::twilio
