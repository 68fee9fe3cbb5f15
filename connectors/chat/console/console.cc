#include "connectors/chat/console/console.h"

#include <asio/co_spawn.hpp>
#include <asio/detached.hpp>
#include <map>
#include <nlohmann/json.hpp>
#include <set>

#include "connectors/chat/console/assets.h"
#include "connectors/net/websocket_server.h"
#include "engine/base/digest.h"
#include "engine/base/json.h"
#include "engine/base/text.h"

namespace apiops {

namespace {

constexpr std::size_t kHistory = 300;
constexpr std::size_t kMaxText = 20'000;
constexpr std::size_t kMaxKey = 64;

constexpr const char* kPolicy =
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self' data:; base-uri "
    "'none'; form-action 'none'; frame-ancestors 'none'";

Json place_json(const Place& place) { return {{"channel", place.channel}, {"thread", place.thread}}; }

bool is_key(const std::string& key) {
  return !key.empty() && key.size() <= kMaxKey &&
         key.find_first_not_of("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_") == std::string::npos;
}

Json item_json(const HistoryItem& item) {
  Json message = {{"type", "message"}, {"id", item.id}, {"place", place_json(item.place)}, {"at", to_millis(item.at)}};
  if (item.document)
    message["document"] = to_json(*item.document), message["only_for"] = item.only_for;
  else
    message["person"] = item.person, message["text"] = item.text;
  return message;
}

}  // namespace

struct Console::Hub : std::enable_shared_from_this<Console::Hub> {
  Hub(asio::io_context& on, ConsoleSettings s, ChatSink& to, Clock& time, Random& chance)
      : loop(on), settings(std::move(s)), sink(to), clock(time), random(chance) {}

  bool may_enter(const std::string& host, const std::string& origin) const;
  net::PageReply page(const net::PageRequest& request) const;
  void on_message(net::SocketId id, const std::string& text);
  void hello(net::SocketId id, const Json& frame);
  void say(net::SocketId id, const Json& frame);
  void click(net::SocketId id, const Json& frame);
  void be(net::SocketId id, const Json& frame);
  void send(net::SocketId id, const Json& frame) {
    server->send(id, frame.dump(-1, ' ', false, Json::error_handler_t::replace));
  }
  void refuse(net::SocketId id, std::string what) { send(id, {{"type", "refused"}, {"what", std::move(what)}}); }
  void broadcast(const Json& frame, const std::string& only_for);
  asio::awaitable<void> receive(net::SocketId id, InboundEvent event);
  asio::awaitable<void> show_history(net::SocketId id, std::string channel);
  asio::awaitable<void> show_view(net::SocketId id, std::string name);
  Place place_of(const Json& frame) const;
  Identity identity_of(net::SocketId id) const {
    return {.platform = "console", .workspace = "main", .user = users.at(id)};
  }

  asio::io_context& loop;
  ConsoleSettings settings;
  ChatSink& sink;
  Clock& clock;
  Random& random;
  std::unique_ptr<net::WebsocketServer> server;
  std::map<net::SocketId, std::string> users;  // who speaks on a socket that said the token
  std::function<asio::awaitable<Result<Document>>(std::string)> views;
};

bool Console::Hub::may_enter(const std::string& host, const std::string& origin) const {
  const std::string port = ":" + std::to_string(server ? server->port() : settings.port);
  for (const std::string& own : {settings.listen + port, "127.0.0.1" + port, "localhost" + port})
    if (host == own && (origin.empty() || origin == "http://" + own)) return true;
  return false;
}

net::PageReply Console::Hub::page(const net::PageRequest& request) const {
  const console::Asset* asset = console::asset_of(request.path == "/" ? "/index.html" : request.path);
  if (!asset) return {.status = 404, .body = "There is no such page.\n"};
  return {.status = 200,
          .content_type = std::string(asset->content_type),
          .body = std::string(asset->text),
          .headers = {{"Content-Security-Policy", kPolicy},
                      {"X-Content-Type-Options", "nosniff"},
                      {"Referrer-Policy", "no-referrer"},
                      {"Cache-Control", "no-store"},
                      {"Cross-Origin-Opener-Policy", "same-origin"}}};
}

void Console::Hub::on_message(net::SocketId id, const std::string& text) {
  auto frame = parse_json(text, net::kMaxSocketMessage);
  if (!frame || !frame->is_object()) return refuse(id, "That was no message of this page.");
  const std::string type = get_string(*frame, "type");
  if (type == "hello") return hello(id, *frame);
  if (!users.contains(id)) return server->close(id, 4001, "the token comes first");
  if (type == "say") return say(id, *frame);
  if (type == "click") return click(id, *frame);
  if (type == "be") return be(id, *frame);
  const auto self = shared_from_this();
  const auto run = [this](asio::awaitable<void> work) { asio::co_spawn(loop, std::move(work), asio::detached); };
  if (type == "open") return run(self->show_history(id, get_string(*frame, "channel")));
  if (type == "view") return run(self->show_view(id, get_string(*frame, "name")));
  refuse(id, "This version does not know “" + clean_line(clip(type, 40)) + "”.");
}

void Console::Hub::hello(net::SocketId id, const Json& frame) {
  if (!equal_in_constant_time(get_string(frame, "token"), settings.token))
    return server->close(id, 4001, "wrong token");
  users[id] = settings.user;
  Json people = Json::array();
  for (const auto& person : settings.people)
    people.push_back({{"user", person.user}, {"name", person.name}, {"role", person.role}});
  send(id, {{"type", "welcome"},
            {"people", std::move(people)},
            {"you", settings.user},
            {"channels", settings.channels},
            {"demo", settings.demo}});
}

Place Console::Hub::place_of(const Json& frame) const {
  Place place{.connector = "console",
              .workspace = "main",
              .channel = get_string(frame, "channel"),
              .thread = get_string(frame, "thread")};
  if (std::find(settings.channels.begin(), settings.channels.end(), place.channel) == settings.channels.end())
    place.channel = settings.channels.front();
  if (place.thread.size() > kMaxKey) place.thread.clear();
  return place;
}

void Console::Hub::say(net::SocketId id, const Json& frame) {
  const std::string text(trim(get_string(frame, "text"))), key = get_string(frame, "key");
  if (text.empty() || !is_key(key)) return refuse(id, "There was nothing to send.");
  if (text.size() > kMaxText) return refuse(id, "That is too long: at most 20,000 characters.");
  InboundEvent event{.kind = "message",
                     .key = key,
                     .place = place_of(frame),
                     .message = key,
                     .identity = identity_of(id),
                     .text = text};
  asio::co_spawn(loop, shared_from_this()->receive(id, std::move(event)), asio::detached);
}

void Console::Hub::click(net::SocketId id, const Json& frame) {
  const std::string token = get_string(frame, "token"), key = get_string(frame, "key");
  if (token.empty() || token.size() > kMaxKey || !is_key(key))
    return refuse(id, "This button has no meaning any more. Reload the page.");
  InboundEvent event{.kind = "click",
                     .key = key,
                     .place = place_of(frame),
                     .message = get_string(frame, "message"),
                     .identity = identity_of(id),
                     .token = token,
                     .typed = clip(get_string(frame, "typed"), 1000)};
  asio::co_spawn(loop, shared_from_this()->receive(id, std::move(event)), asio::detached);
}

void Console::Hub::be(net::SocketId id, const Json& frame) {
  const std::string user = get_string(frame, "person");
  if (!settings.demo) return refuse(id, "Switching people works in the demo only.");
  for (const auto& person : settings.people)
    if (person.user == user) {
      users[id] = user;
      return send(id, {{"type", "you"}, {"you", user}});
    }
  refuse(id, "Nobody here is called that.");
}

void Console::Hub::broadcast(const Json& frame, const std::string& only_for) {
  const std::string text = frame.dump(-1, ' ', false, Json::error_handler_t::replace);
  for (const auto& [id, user] : std::map(users))
    if (only_for.empty() || user == only_for) server->send(id, text);
}

// Stored first; then everybody sees what was said.
asio::awaitable<void> Console::Hub::receive(net::SocketId id, InboundEvent event) {
  const auto self = shared_from_this();
  const Json echo = {{"type", "message"},
                     {"id", event.message},
                     {"place", place_json(event.place)},
                     {"person", event.identity.user},
                     {"text", event.text},
                     {"at", to_millis(clock.now())}};
  const bool message = event.kind == "message";
  auto received = co_await sink.receive(std::move(event));
  if (!received) co_return refuse(id, received.error().what);
  if (received->kind == ReceiveOutcome::Kind::kFull)
    co_return refuse(id,
                     "Too many asks are waiting just now. Nothing was done with this one; send it again in a moment.");
  if (message && received->kind == ReceiveOutcome::Kind::kNew) broadcast(echo, {});
}

asio::awaitable<void> Console::Hub::show_history(net::SocketId id, std::string channel) {
  const auto self = shared_from_this();
  auto items = co_await sink.history(place_of({{"channel", channel}}), users.at(id), kHistory);
  if (!items) co_return refuse(id, items.error().what);
  Json list = Json::array();
  for (const auto& item : *items) list.push_back(item_json(item));
  send(id, {{"type", "history"}, {"channel", channel}, {"items", std::move(list)}});
}

asio::awaitable<void> Console::Hub::show_view(net::SocketId id, std::string name) {
  const auto self = shared_from_this();
  if (!views || (name != "plans" && name != "audit")) co_return refuse(id, "There is no such view.");
  auto document = co_await views(name);
  if (!document) co_return refuse(id, document.error().what);
  send(id, {{"type", "view"}, {"name", name}, {"document", to_json(*document)}});
}

Console::Console(asio::io_context& loop, ConsoleSettings settings, ChatSink& sink, Clock& clock, Random& random)
    : hub_(std::make_shared<Hub>(loop, std::move(settings), sink, clock, random)) {}

Console::~Console() = default;

Status Console::start() {
  const std::weak_ptr<Hub> weak = hub_;
  net::SocketCallbacks callbacks;
  callbacks.may_enter = [weak](const std::string& host, const std::string& origin) {
    const auto hub = weak.lock();
    return hub && hub->may_enter(host, origin);
  };
  callbacks.page = [weak](const net::PageRequest& request) {
    const auto hub = weak.lock();
    return hub ? hub->page(request) : net::PageReply{.status = 503, .body = "stopping\n"};
  };
  callbacks.on_open = [weak](net::SocketId, const net::PageRequest& request) {
    return request.path == "/socket" && !weak.expired();
  };
  callbacks.on_message = [weak](net::SocketId id, const std::string& text) {
    if (const auto hub = weak.lock()) hub->on_message(id, text);
  };
  callbacks.on_close = [weak](net::SocketId id) {
    if (const auto hub = weak.lock()) hub->users.erase(id);
  };
  try {
    hub_->server = std::make_unique<net::WebsocketServer>(hub_->loop, hub_->settings.listen, hub_->settings.port,
                                                          std::move(callbacks));
  } catch (const std::system_error& e) {
    return failure(ErrorKind::kUnavailable, "The console can't listen on " + hub_->settings.listen + ":" +
                                                std::to_string(hub_->settings.port) + " (" + e.code().message() +
                                                "). Choose another port with --port.");
  }
  return {};
}

std::uint16_t Console::port() const { return hub_->server ? hub_->server->port() : 0; }
std::size_t Console::connections() const { return hub_->users.size(); }

void Console::stop() {
  if (hub_->server) hub_->server->stop();
}

void Console::set_views(std::function<asio::awaitable<Result<Document>>(std::string name)> views) {
  hub_->views = std::move(views);
}

// The nonce names a new message: sent again after a lost reply, it is the same one.
asio::awaitable<Result<Delivered>> Console::deliver(Delivery delivery) {
  const std::string id = delivery.remote_id.empty() ? delivery.nonce : delivery.remote_id;
  hub_->broadcast({{"type", "message"},
                   {"id", id},
                   {"place", place_json(delivery.place)},
                   {"document", to_json(delivery.document)},
                   {"at", to_millis(hub_->clock.now())},
                   {"only_for", delivery.only_for}},
                  delivery.only_for);
  co_return Delivered{.remote_id = id};
}

}  // namespace apiops
