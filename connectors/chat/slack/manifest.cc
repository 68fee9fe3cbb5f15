#include "connectors/chat/slack/manifest.h"

#include <fmt/format.h>

#include <array>

namespace apiops::slack {

namespace {

constexpr std::array<Scope, 13> kScopes{{
    {"app_mentions:read", "hear it when somebody mentions it"},
    {"chat:write", "answer, and edit its own messages"},
    {"commands", "/apiops, and “Diagnose this” on a message"},
    {"im:history", "read what people write to it directly"},
    {"im:read", "tell a direct message from a channel"},
    {"im:write", "open a direct message to an approver"},
    {"channels:read", "check that it was invited to a channel"},
    {"groups:read", "the same in private channels"},
    {"channels:history", "follow-ups in its threads without a mention"},
    {"groups:history", "the same in private channels"},
    {"users:read", "tell full members from guests, other organisations and accounts that are switched off"},
    {"usergroups:read", "approvers by user group"},
    {"files:write", "charts as pictures, and the whole of an answer that is too long for a message"},
}};

bool left_out(std::string_view scope, bool mention_only) {
  return mention_only && (scope == "channels:history" || scope == "groups:history");
}

}  // namespace

std::span<const Scope> needed_scopes() { return kScopes; }

std::string manifest(bool mention_only) {
  std::string scopes;
  for (const auto& scope : kScopes)
    if (!left_out(scope.name, mention_only)) scopes += fmt::format("      - {:<20}  # {}\n", scope.name, scope.reason);
  return R"yaml(# Slack → Your Apps → Create New App → From a manifest. Then: Basic Information → App-Level Tokens → Generate
# (scope connections:write) gives SLACK_APP_TOKEN; Install App gives SLACK_BOT_TOKEN.
_metadata:
  major_version: 1
  minor_version: 1
display_information:
  name: apiops
  description: Asks, plans and runs API administration with approval
features:
  app_home:
    home_tab_enabled: true
    messages_tab_enabled: true            # without it nobody can write to it directly
    messages_tab_read_only_enabled: false
  bot_user:
    display_name: apiops
    always_online: true
  slash_commands:
    - command: /apiops
      description: Ask the API administration agent
      usage_hint: check twilio errors
      should_escape: true
  shortcuts:
    - name: Diagnose this
      type: message
      callback_id: diagnose_message
      description: Diagnose the error in this message
oauth_config:
  scopes:
    bot:
)yaml" + scopes +
         R"yaml(settings:
  event_subscriptions:
    bot_events:
      - app_mention
      - message.im
)yaml" + (mention_only ? "" : "      - message.channels\n      - message.groups\n") +
         R"yaml(      - app_home_opened
      - member_joined_channel             # to say hello where it was invited
      - app_uninstalled
      - tokens_revoked
  interactivity:
    is_enabled: true
  org_deploy_enabled: false
  socket_mode_enabled: true               # no public address is needed
  token_rotation_enabled: false
)yaml";
}

}  // namespace apiops::slack
