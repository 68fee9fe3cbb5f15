// credentials.check for OpenAI: two kinds of key, told apart by their shape, each tried with its own lightest call.
#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "connectors/services/openai/openai_adapter.h"
#include "connectors/services/openai/openai_errors.h"

namespace apiops::openai {

namespace {

constexpr std::size_t kShortestKey = 20;

std::string shorten(const Secret& secret) {
  const std::string& value = secret.reveal();
  if (value.size() < 16) return value.empty() ? "" : "****";
  return value.substr(0, 4) + "…" + value.substr(value.size() - 4);
}

bool has_key_characters(const std::string& key) {
  return key.find_first_not_of("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-") == std::string::npos;
}

// What is wrong with the shape of what stands where this kind of key should be; empty: nothing.
std::string shape_trouble(const std::string& key, Key kind) {
  if (key.starts_with("sess-")) return "this is a browser session, not an API key: make a key and set that instead";
  const bool admin = key.starts_with("sk-admin-");
  if (kind == Key::kProject && admin)
    return "this is an admin key: it can't call models. Set a project key (sk-proj-…) here";
  if (kind == Key::kAdmin && key.starts_with("sk-") && !admin)
    return "this is not an admin key (those start with sk-admin-): usage, costs and limits will be refused";
  if (!key.starts_with("sk-") || key.size() < kShortestKey || !has_key_characters(key))
    return "this does not have the shape of an OpenAI key (sk-…)";
  return {};
}

std::string may(const std::string& key, Key kind) {
  if (kind == Key::kAdmin) return "usage, costs, limits, projects and keys of the organisation; no model calls";
  if (key.starts_with("sk-svcacct-")) return "models, batches and files of its project (service account)";
  if (key.starts_with("sk-proj-")) return "models, batches and files of its project";
  return "models, batches and files of the default project (an older user key)";
}

std::string refused(const Error& error, Key kind) {
  switch (trouble_of(error)) {
    case Trouble::kKey:
      return fmt::format("refused ({}): make a new one at {}", error.code.empty() ? "401" : error.code,
                         kind == Key::kAdmin ? kAdminKeysPage : kProjectKeysPage);
    case Trouble::kScope:
      return "accepted, but it lacks a scope that this call needs: widen its permissions";
    case Trouble::kRegion:
      return "OpenAI does not serve the region of this host's address: route from another one";
    default:
      return "could not be tried: " + error.what;
  }
}

CredentialState present(const Secret& secret, Key kind) {
  CredentialState state;
  state.name = kind == Key::kAdmin ? "admin key" : "project key";
  state.variable = kind == Key::kAdmin ? "OPENAI_ADMIN_KEY" : "OPENAI_API_KEY";
  state.present = !secret.empty();
  if (!state.present) {
    state.trouble =
        kind == Key::kAdmin
            ? fmt::format("not set: usage, costs, limits and keys can't be read. Make one at {}", kAdminKeysPage)
            : fmt::format("not set: models can't be called or listed. Make one at {}", kProjectKeysPage);
    return state;
  }
  state.shown = shorten(secret);
  state.trouble = shape_trouble(secret.reveal(), kind);
  state.well_formed = state.trouble.empty();
  state.mode = "live";
  state.may = may(secret.reveal(), kind);
  return state;
}

}  // namespace

asio::awaitable<Result<std::vector<CredentialState>>> OpenAiAdapter::credentials(bool try_them) {
  std::vector<CredentialState> states;
  for (const Key kind : {Key::kProject, Key::kAdmin}) {
    CredentialState state = present(api_.secret(kind), kind);
    if (try_them && state.present) {
      const net::Headers one{{"limit", "1"}};
      auto reply = kind == Key::kAdmin ? co_await api_.get(kind, "/organization/projects", one)
                                       : co_await api_.get(kind, "/models");
      if (reply) {
        state.accepted = true;
      } else {
        const Trouble trouble = trouble_of(reply.error());
        if (trouble == Trouble::kKey) state.accepted = false;
        if (trouble == Trouble::kScope) state.accepted = true;
        state.trouble = refused(reply.error(), kind);
      }
    }
    states.push_back(std::move(state));
  }
  co_return states;
}

}  // namespace apiops::openai
