#include "connectors/chat/slack/slack.h"

#include <spdlog/spdlog.h>

#include <asio/co_spawn.hpp>
#include <asio/detached.hpp>

#include "connectors/chat/slack/draw.h"
#include "connectors/chat/slack/hello_check.h"
#include "connectors/chat/slack/inbound.h"
#include "connectors/chat/slack/messages.h"
#include "connectors/chat/slack/people.h"
#include "connectors/chat/slack/socket_mode.h"
#include "engine/base/text.h"

namespace apiops {

namespace {

using slack::Inbound;

constexpr const char* kFullNote =
    "Too many asks are waiting just now, so this one was not taken. Nothing was done with it; send it again in a "
    "moment.";
constexpr const char* kFormFailed =
    "Slack did not let me open the form in time. Click once more, or type it, for example: reject 41 7f3a because …";

std::string bot_token_refused(const std::string& word) {
  return "Slack refuses the bot token (" + word + "). Install the app again and set SLACK_BOT_TOKEN.";
}

}  // namespace

struct Slack::Hub : std::enable_shared_from_this<Slack::Hub> {
  Hub(asio::io_context& l, SlackSettings s, ChatSink& to, net::HttpClient& http, Clock& c, Random& r)
      : loop(l),
        settings(std::move(s)),
        listening{settings.listen, settings.listen_for},
        sink(to),
        clock(c),
        random(r),
        api(settings.api, http, c),
        people(api, c),
        messages(std::make_shared<slack::Messages>(l, api, http, c)) {}

  asio::awaitable<void> run();
  asio::awaitable<Status> learn_self();
  asio::awaitable<void> read_groups();
  void on_envelope(slack::Envelope envelope, slack::Acknowledge acknowledge);
  asio::awaitable<void> receive(Inbound in, bool takes_payload, slack::Acknowledge acknowledge);
  asio::awaitable<void> receive_if_ours(Inbound in, slack::Acknowledge acknowledge);
  asio::awaitable<void> open_form(Inbound in);
  asio::awaitable<void> show_home(Identity who);
  asio::awaitable<void> tell_full(Inbound in);
  void note_token(const Error* refused);
  void go(asio::awaitable<void> work);

  asio::io_context& loop;
  SlackSettings settings;
  slack::Listening listening;
  ChatSink& sink;
  Clock& clock;
  Random& random;
  slack::WebApi api;
  slack::People people;
  std::shared_ptr<slack::Messages> messages;
  slack::Self self;
  std::string team_name, trouble;
  std::unique_ptr<slack::SocketMode> sockets;
  std::map<std::string, bool> our_threads;           // "channel/ts" where we take part
  std::map<std::string, Duration> home_at, full_at;  // by user, by channel
  std::function<asio::awaitable<Document>(Identity)> home;
  std::function<void(std::vector<SlackMember>)> members_told;
  std::function<void(const std::string&)> trouble_told, ready_told;
  bool stopping = false;
};

void Slack::Hub::go(asio::awaitable<void> work) {
  asio::co_spawn(loop, std::move(work), [](std::exception_ptr thrown) {
    if (!thrown) return;
    try {
      std::rethrow_exception(thrown);
    } catch (const std::exception& e) {
      spdlog::error("Slack: a task failed: {}", e.what());
    }
  });
}

asio::awaitable<Status> Slack::Hub::learn_self() {
  auto reply = co_await api.call("auth.test", {});
  if (!reply) co_return std::unexpected(reply.error());
  self.team = get_string(*reply, "team_id");
  self.user = get_string(*reply, "user_id");
  self.bot = get_string(*reply, "bot_id");
  self.app = get_string(*reply, "app_id");
  team_name = clean_line(get_string(*reply, "team"));
  slack::Mentionable mentionable{.workspace = self.team, .groups = {}};
  for (const auto& [id, group] : settings.groups) mentionable.groups.emplace(group, id);
  messages->set_mentionable(std::move(mentionable));
  co_return Status();
}

// Who we are, then the sockets, then the user groups again and again.
asio::awaitable<void> Slack::Hub::run() {
  const auto alive = shared_from_this();
  Duration backoff = slack::kFirstBackoff;
  while (!stopping) {
    auto known = co_await learn_self();
    if (known) break;
    const bool token = slack::is_token_trouble(known.error());
    const std::string what = token ? bot_token_refused(known.error().code) : known.error().what;
    if (trouble != what && trouble_told) trouble_told(what);
    trouble = what;
    co_await clock.sleep_for(token ? slack::kTokenBackoff
                                   : std::max(backoff, known.error().retry_after.value_or(backoff)));
    backoff = std::min(backoff * 2, slack::kMostBackoff);
  }
  if (stopping) co_return;
  if (!trouble.empty() && trouble_told) trouble_told("");
  trouble.clear();
  spdlog::info("Slack: workspace {} ({})", team_name, self.team);
  if (ready_told) ready_told(self.team);
  sockets->start();
  while (!stopping && !settings.groups.empty()) {
    co_await read_groups();
    co_await clock.sleep_for(kGroupsEvery);
  }
}

// The bot token may be taken back while the sockets, which have a token of their own, go on.
void Slack::Hub::note_token(const Error* refused) {
  const bool bad = refused && slack::is_token_trouble(*refused);
  if (bad == !trouble.empty() || (refused && !bad)) return;
  trouble = bad ? bot_token_refused(refused->code) : "";
  if (trouble_told) trouble_told(trouble);
}

asio::awaitable<void> Slack::Hub::read_groups() {
  std::map<std::string, SlackMember> found;
  for (const auto& [group, name] : settings.groups) {
    auto users = co_await people.members(group);
    if (!users) {  // what was known stays: a reading that failed takes no right away and gives none
      spdlog::warn("Slack: the user group {} can't be read: {}", group, users.error().what);
      co_return;
    }
    for (const auto& user : *users) {
      auto& member = found[user];
      member.workspace = self.team;
      member.user = user;
      member.groups.push_back(name);
    }
  }
  std::vector<SlackMember> list;
  for (auto& [user, member] : found) list.push_back(std::move(member));
  if (members_told) members_told(std::move(list));
}

// Decides at once what needs no store; everything else is stored before it is acknowledged.
void Slack::Hub::on_envelope(slack::Envelope envelope, slack::Acknowledge acknowledge) {
  Inbound in = read_envelope(envelope.type, envelope.payload, self, listening);
  const Place& place = in.event.place;
  if (!place.thread.empty() && place.thread != in.event.message) messages->note_active(place.channel, place.thread);
  if (!in.response_url.empty()) messages->note_response(place.channel, std::move(in.response_url));
  switch (in.kind) {
    case Inbound::Kind::kNothing:
      return acknowledge(Json());
    case Inbound::Kind::kEvent:
      return go(receive(std::move(in), envelope.takes_payload, std::move(acknowledge)));
    case Inbound::Kind::kIfOurs:
      return go(receive_if_ours(std::move(in), std::move(acknowledge)));
    case Inbound::Kind::kForm:
      acknowledge(Json());  // nothing is decided yet
      return go(open_form(std::move(in)));
    case Inbound::Kind::kHome:
      acknowledge(Json());
      return go(show_home(std::move(in.event.identity)));
    case Inbound::Kind::kGone:
      acknowledge(Json());
      trouble = "The app was taken out of the workspace, or its token was revoked.";
      if (trouble_told) trouble_told(trouble);
  }
}

asio::awaitable<void> Slack::Hub::receive(Inbound in, bool takes_payload, slack::Acknowledge acknowledge) {
  const auto alive = shared_from_this();
  auto received = co_await sink.receive(in.event);
  if (!received) co_return;  // not stored: Slack sends it again
  if (received->kind != ReceiveOutcome::Kind::kFull) {
    acknowledge(Json());
    co_return;
  }
  Json said;  // where the platform shows what an acknowledgement says
  if (takes_payload && in.event.key.starts_with("command/")) said = {{"text", kFullNote}};
  if (takes_payload && in.event.key.starts_with("form/"))
    said = {{"response_action", "errors"}, {"errors", {{"words", kFullNote}}}};
  const bool told = !said.is_null();
  acknowledge(std::move(said));
  if (!told) co_await tell_full(std::move(in));
}

// A thread's message without a mention counts where we take part in that thread.
asio::awaitable<void> Slack::Hub::receive_if_ours(Inbound in, slack::Acknowledge acknowledge) {
  const auto alive = shared_from_this();
  const std::string key = in.event.place.channel + "/" + in.event.place.thread;
  if (!our_threads.contains(key)) {
    auto said = co_await sink.history(in.event.place, {}, 1);
    if (!said) co_return;
    if (said->empty()) {
      acknowledge(Json());
      co_return;
    }
    slack::remember(our_threads, key, true);
  }
  co_await receive(std::move(in), false, std::move(acknowledge));
}

// The trigger lives for 3 s and once: nothing is awaited before.
asio::awaitable<void> Slack::Hub::open_form(Inbound in) {
  const auto alive = shared_from_this();
  auto opened = co_await api.call("views.open", {{"trigger_id", in.trigger}, {"view", canonical(form_view(in))}});
  if (opened) co_return;
  spdlog::warn("Slack: a form could not be opened: {}", opened.error().code);
  co_await messages->deliver({.place = in.event.place,
                              .document = {.title = kFormFailed, .tone = Tone::kWarning},
                              .only_for = in.event.identity.user});
}

asio::awaitable<void> Slack::Hub::show_home(Identity who) {
  const auto alive = shared_from_this();
  const Duration now = clock.steady();
  if (const auto it = home_at.find(who.user); !home || (it != home_at.end() && now - it->second < kHomeEvery))
    co_return;
  slack::remember(home_at, who.user, now);
  const std::string user = who.user;
  who = co_await people.vouch(std::move(who), self.team);
  const Document document = co_await home(std::move(who));
  auto shown = co_await api.call("views.publish", {{"user_id", user}, {"view", canonical(slack::home_view(document))}});
  if (!shown) spdlog::warn("Slack: the home tab could not be shown: {}", shown.error().code);
}

asio::awaitable<void> Slack::Hub::tell_full(Inbound in) {
  const Duration now = clock.steady();
  const std::string channel = in.event.place.channel;
  if (const auto it = full_at.find(channel); it != full_at.end() && now - it->second < kFullNoteEvery) co_return;
  slack::remember(full_at, channel, now);
  co_await messages->deliver({.place = in.event.place,
                              .document = {.title = kFullNote, .tone = Tone::kWarning},
                              .only_for = in.event.identity.user});
}

Slack::Slack(asio::io_context& loop, SlackSettings settings, ChatSink& sink, net::HttpClient& http, Clock& clock,
             Random& random)
    : hub_(std::make_shared<Hub>(loop, std::move(settings), sink, http, clock, random)) {
  const std::weak_ptr<Hub> weak = hub_;
  hub_->sockets = std::make_unique<slack::SocketMode>(
      loop, hub_->api, clock, random,
      slack::SocketSettings{
          .sockets = hub_->settings.sockets, .ping = hub_->settings.ping, .ca_file = hub_->settings.api.ca_file},
      [weak](slack::Envelope envelope, slack::Acknowledge acknowledge) {
        if (const auto hub = weak.lock()) hub->on_envelope(std::move(envelope), std::move(acknowledge));
      });
  hub_->sockets->on_trouble([weak](const std::string& what) {
    if (const auto hub = weak.lock(); hub && hub->trouble_told) hub->trouble_told(what);
  });
}

Slack::~Slack() { hub_->stopping = true; }

void Slack::start() { hub_->go(hub_->run()); }

asio::awaitable<void> Slack::stop() {
  hub_->stopping = true;
  hub_->sockets->stop();
  const Duration end = hub_->clock.steady() + net::kCloseTimeout;
  while (!hub_->sockets->over() && hub_->clock.steady() < end)
    co_await hub_->clock.sleep_for(std::chrono::milliseconds(20));
}

std::size_t Slack::at_once_in_channel() const { return hub_->settings.api.no_pace ? kAnyNumber : 1; }

asio::awaitable<Result<Delivered>> Slack::deliver(Delivery delivery) {
  const auto hub = hub_;
  if (hub->self.team.empty())
    co_return std::unexpected(Error{.kind = ErrorKind::kUnavailable, .what = "Slack is not reached yet."});
  auto delivered = co_await hub->messages->deliver(std::move(delivery));
  hub->note_token(delivered ? nullptr : &delivered.error());
  co_return delivered;
}

asio::awaitable<Identity> Slack::vouch(Identity identity) {
  const auto hub = hub_;
  co_return co_await hub->people.vouch(std::move(identity), hub->self.team);
}

SlackStatus Slack::status() const {
  const auto& state = hub_->sockets->state();
  return {.workspace = hub_->self.team,
          .team = hub_->team_name,
          .user = hub_->self.user,
          .sockets = state.ready,
          .trouble = hub_->trouble.empty() ? state.trouble : hub_->trouble,
          .crowd = state.crowd,
          .scopes = hub_->api.granted_scopes(),
          .clock_difference = hub_->api.clock_difference(),
          .last_event = state.last_envelope};
}

asio::awaitable<Status> Slack::check() {
  const auto hub = hub_;
  if (auto known = co_await hub->learn_self(); !known) co_return known;
  co_return Status();
}

asio::awaitable<Status> Slack::check_socket() {
  const auto hub = hub_;
  co_return co_await slack::check_hello(hub->loop, hub->api, hub->clock);
}

asio::awaitable<Status> Slack::check_channel(std::string channel) {
  const auto hub = hub_;
  auto reply = co_await hub->api.call("conversations.info", {{"channel", channel}});
  if (!reply) co_return std::unexpected(reply.error());
  const Json& found = get_object(*reply, "channel");
  if (get_bool(found, "is_archived").value_or(false))
    co_return failure(ErrorKind::kNotFound, "The channel is archived.", "is_archived");
  if (!get_bool(found, "is_member").value_or(false) && !get_bool(found, "is_im").value_or(false))
    co_return failure(ErrorKind::kNotFound, "I am not in that channel. Invite me there: /invite @apiops.",
                      "not_in_channel");
  co_return Status();
}

asio::awaitable<Status> Slack::round_trip(std::string channel) {
  const auto hub = hub_;
  auto posted = co_await hub->api.call("chat.postMessage", {{"channel", channel}, {"text", "apiops doctor: a test."}});
  if (!posted) co_return std::unexpected(posted.error());
  const std::string ts = get_string(*posted, "ts");
  auto changed =
      co_await hub->api.call("chat.update", {{"channel", channel}, {"ts", ts}, {"text", "apiops doctor: it works."}});
  auto deleted = co_await hub->api.call("chat.delete", {{"channel", channel}, {"ts", ts}});
  if (!changed) co_return std::unexpected(changed.error());
  if (!deleted) co_return std::unexpected(deleted.error());
  co_return Status();
}

void Slack::set_home(std::function<asio::awaitable<Document>(Identity)> home) { hub_->home = std::move(home); }
void Slack::on_members(std::function<void(std::vector<SlackMember>)> members) {
  hub_->members_told = std::move(members);
}
void Slack::on_ready(std::function<void(const std::string&)> ready) { hub_->ready_told = std::move(ready); }
void Slack::on_trouble(std::function<void(const std::string&)> told) { hub_->trouble_told = std::move(told); }
void Slack::on_crowd(std::function<void(const std::string&)> told) { hub_->sockets->on_crowd(std::move(told)); }

}  // namespace apiops
