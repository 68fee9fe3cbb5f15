// How Slack is wired into the agent.
#include <spdlog/spdlog.h>

#include <algorithm>
#include <asio/co_spawn.hpp>
#include <asio/detached.hpp>

#include "bot/agent.h"
#include "connectors/net/url_parts.h"
#include "engine/conversation/help.h"
#include "engine/plans/buttons.h"

namespace apiops {

namespace {

// Limits may be left out against a loopback address only: a measurement.
bool is_loopback(const std::string& url) {
  const auto parts = net::read_url(url);
  return parts && net::is_loopback_host(parts->host);
}

}  // namespace

void Agent::make_slack() {
  const Environment& e = options_.environment;
  const Config& c = options_.config;
  if (e.text("SLACK_BOT_TOKEN").empty() || e.text("SLACK_APP_TOKEN").empty()) return;
  SlackSettings settings{.api = {.base_url = e.text("SLACK_API_URL", "https://slack.com/api/"),
                                 .bot_token = e.secret("SLACK_BOT_TOKEN"),
                                 .app_token = e.secret("SLACK_APP_TOKEN")},
                         .sockets = c.slack_sockets,
                         .listen = c.slack_listen,
                         .listen_for = c.slack_listen_for,
                         .groups = c.slack_groups};
  if (!settings.api.base_url.ends_with('/')) settings.api.base_url += '/';
  settings.api.no_pace = c.slack_no_pace && is_loopback(settings.api.base_url);
  slack_ = std::make_unique<Slack>(loop_, std::move(settings), inbox_, http_, clock_, random_);
  slack_->set_home([this](Identity who) { return home_of(std::move(who)); });
  slack_->on_members([this](std::vector<SlackMember> members) { take_members(std::move(members)); });
  slack_->on_trouble([this](const std::string& what) { tell_trouble("Slack", what); });
  slack_->on_crowd([this](const std::string& what) { tell_trouble("Slack's sockets", what, "are all mine again"); });
  slack_->on_ready([this](const std::string& workspace) {
    const auto in = [&workspace](const std::string& channel) {
      return Place{.connector = "slack", .workspace = workspace, .channel = channel, .thread = {}};
    };
    const Config& config = options_.config;
    if (!config.slack_alerts_channel.empty()) alert_desk_->places.push_back(in(config.slack_alerts_channel));
    if (!config.slack_home_channel.empty()) home_place_ = in(config.slack_home_channel);
    clock_told_ = false;  // what was told before there was a home channel is told there, too
    if (!config.slack_approvers_channel.empty())
      plan_desk_->approvers_look_at.push_back(in(config.slack_approvers_channel));
  });
}

// The home tab: what can be asked, and what waits.
asio::awaitable<Document> Agent::home_of(Identity who) {
  const Person* person = policy_->person_of(who);
  if (!person) {
    Document d = sentence("I don't know you yet, so I do nothing for you.", Tone::kWarning);
    d.blocks.push_back(Paragraph{"Whoever runs me can add this identity to the policy: " + who.platform + " " +
                                 who.workspace + " " + who.user + "."});
    co_return d;
  }
  const std::string id = person->id;  // the policy may be replaced meanwhile
  Document d = help_for(*person, *policy_, *senses_, {}, clock_.now());
  auto plans = co_await view("plans");
  if (plans) {
    d.blocks.push_back(Paragraph{plans->title});
    for (auto& block : plans->blocks) d.blocks.push_back(std::move(block));
  }
  gate_.mask(d);
  // A click is answered in the person's direct messages.
  Together together;
  together.buttons = mint_buttons(d, {.ends_at = clock_.now() + kButtonsLive, .person = id}, random_);
  if (!co_await store_->note(std::move(together))) d.buttons.clear();
  co_return d;
}

// Members of a mapped user group belong to that group of the policy; who was not known becomes a person by that. What
// the configuration says stays. The policy is replaced as a whole.
void Agent::take_members(std::vector<SlackMember> members) {
  slack_members_ = std::move(members);
  renew_policy();
}

void Agent::renew_policy() {
  std::vector<Person> people = options_.config.people;
  for (const auto& member : slack_members_) {
    const Identity identity{.platform = "slack", .workspace = member.workspace, .user = member.user};
    auto known = std::find_if(people.begin(), people.end(), [&](const Person& p) {
      return std::find(p.identities.begin(), p.identities.end(), identity) != p.identities.end();
    });
    if (known == people.end()) {
      people.push_back(
          {.id = "slack:" + member.user, .name = member.user, .zone = options_.config.zone, .linked = false});
      known = std::prev(people.end());
      known->identities.push_back(identity);
    }
    known->groups.insert(known->groups.end(), member.groups.begin(), member.groups.end());
  }
  policy_ = std::make_shared<Policy>(std::move(people), options_.config.book);
}

}  // namespace apiops
