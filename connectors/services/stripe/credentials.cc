// credentials.check for Stripe: the key's kind and mode are told by its prefix; a light call shows whether it is
// accepted.
#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "connectors/services/stripe/stripe_adapter.h"
#include "connectors/services/stripe/stripe_errors.h"

namespace apiops::stripe {

namespace {

constexpr std::size_t kShortestKey = 12;

std::string shorten(const std::string& value) {
  if (value.size() < 16) return value.empty() ? "" : "****";
  return value.substr(0, 4) + "…" + value.substr(value.size() - 4);
}

std::string key_trouble(const std::string& key) {
  if (key.starts_with("pk_"))
    return "this is a publishable key: it can't be used on a server. Set a secret or restricted key (sk_… or rk_…)";
  if (key.starts_with("whsec_")) return "this is a webhook signing secret, not an API key. Set a key (sk_… or rk_…)";
  const bool prefix = key.starts_with("sk_") || key.starts_with("rk_") || key.starts_with("rkcs_");
  if (!prefix || key.size() < kShortestKey || std::ranges::count(key, '_') < 2)
    return "this does not have the shape of a Stripe key (sk_live_…, sk_test_…, rk_live_…, rk_test_…)";
  return {};
}

std::string may(const std::string& key) {
  if (key.starts_with("sk_org_")) return "everything in the accounts of the organisation";
  if (key.starts_with("sk_")) return "everything in this account: reading, refunds, webhooks, subscriptions";
  return "what this restricted key was given in the dashboard";
}

CredentialState webhook_secret(const std::string& secret) {
  CredentialState state;
  state.name = "webhook secret";
  state.variable = "STRIPE_WEBHOOK_SECRET";
  state.present = !secret.empty();
  state.well_formed = secret.starts_with("whsec_") && secret.size() >= 22;
  state.shown = shorten(secret);
  state.may = "prove that an event comes from Stripe, and sign a test event";
  if (!state.present) {
    state.trouble = "not set: events can't be verified and endpoints can't be tested with a signature";
  } else if (!state.well_formed) {
    state.trouble = "this does not have the shape of a signing secret (whsec_…)";
  }
  return state;
}

}  // namespace

asio::awaitable<Result<std::vector<CredentialState>>> StripeAdapter::credentials(bool try_them) {
  const std::string& key = options_.secret_key.reveal();
  CredentialState state;
  state.name = key.starts_with("rk_") ? "restricted key" : "secret key";
  state.variable = "STRIPE_SECRET_KEY";
  state.present = !key.empty();
  if (!state.present) {
    state.trouble = fmt::format("not set: Stripe can't be read. Make a restricted key at {}", kKeysPage);
  } else {
    state.shown = shorten(key);
    state.mode = api_.live() ? "live" : "test";
    state.may = may(key);
    state.trouble = key_trouble(key);
    state.well_formed = state.trouble.empty();
  }
  if (try_them && state.present) {
    const auto reply = co_await api_.get("/v1/balance");
    if (reply) {
      state.accepted = true;
      const auto livemode = get_bool(reply->body, "livemode");
      if (livemode && *livemode != api_.live())
        state.trouble = fmt::format("its prefix says {}, Stripe says {}", state.mode, *livemode ? "live" : "test");
    } else if (reply.error().http_status == 401) {
      state.accepted = false;
      state.trouble = fmt::format("refused ({}): copy the current key from {}",
                                  reply.error().code.empty() ? "401" : reply.error().code, kKeysPage);
    } else if (reply.error().http_status == 403) {
      state.accepted = true;
      const auto permission = missing_permission(reply.error().what);
      state.trouble = permission.empty()
                          ? "it may not read the balance"
                          : fmt::format("it lacks the permission {}: add it at {}", permission, kKeysPage);
    } else {
      state.trouble = "could not be tried: " + reply.error().what;
    }
  }
  std::vector<CredentialState> states;
  states.push_back(std::move(state));
  states.push_back(webhook_secret(options_.webhook_secret.reveal()));
  co_return states;
}

}  // namespace apiops::stripe
