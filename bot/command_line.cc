#include "bot/command_line.h"

#include <sys/ioctl.h>
#include <unistd.h>

#include <asio/co_spawn.hpp>
#include <cstdio>
#include <iostream>

#include "bot/control_socket.h"
#include "bot/requests.h"
#include "bot/speaker.h"
#include "bot/world.h"
#include "engine/base/text.h"

namespace apiops {

namespace {

[[noreturn]] void leave(int code, const std::string& sentence) { std::exit(fail(code, sentence)); }

// Runs the request in an agent of this command's own, which ends with it.
Json run_inside(World& world, Json what) {
  Json reply;
  if (auto started = world.agent().start(); !started) leave(kBadConfiguration, started.error().what);
  asio::co_spawn(
      world.loop(),
      [](World& w, Json request) -> asio::awaitable<Json> {
        Json answered = co_await handle_request(w.agent(), std::move(request));
        co_await w.agent().stop();
        co_return answered;
      }(world, std::move(what)),
      [&](std::exception_ptr thrown, Json answered) {
        if (thrown) std::rethrow_exception(thrown);
        reply = std::move(answered);
        world.loop().stop();
      });
  world.loop().run();
  return reply;
}

}  // namespace

int fail(int code, const std::string& sentence) {
  std::fprintf(stderr, "apiops: %s\n", sentence.c_str());
  return code;
}

Config configuration_of(const Common& common) {
  if (common.demo) return demo_config();
  if (common.config.empty()) return default_config(unix_user_of(::getuid()));
  auto config = read_config(common.config);
  if (!config) leave(kBadConfiguration, config.error().what);
  return std::move(*config);
}

std::string home_of(const Common& common, const Config& config) {
  if (!common.home.empty()) return common.home;
  if (!common.demo && !config.home.empty()) return config.home;
  return default_home(common.demo ? "demo" : "main");
}

std::string speaker_of(const Common& common, const Config& config) {
  if (!common.as.empty()) {
    if (!common.demo) leave(kMisuse, "--as works with --demo only: elsewhere the Unix user says who speaks.");
    std::vector<std::string> ids;
    for (const auto& person : config.people) ids.push_back(person.id);
    if (std::find(ids.begin(), ids.end(), common.as) == ids.end())
      leave(kMisuse, "nobody here is called “" + clean_line(common.as) + "”; there are " + join(ids, ", ") + ".");
    return common.as;
  }
  if (common.demo) return config.people.front().id;
  auto person = person_of_unix_user(config, ::getuid());
  if (!person) leave(kMisuse, person.error().what);
  return *person;
}

std::optional<Json> request(const Common& common, Json what) {
  const Config config = configuration_of(common);
  if (what.contains("as")) what["as"] = speaker_of(common, config);
  Json reply;
  auto running = common.fresh ? std::nullopt : ask_running(Home::control_of(home_of(common, config)), what);
  if (running) {
    if (!*running) return fail(kBadNews, running->error().what), std::nullopt;
    reply = std::move(**running);
  } else {
    auto world = World::make(common, config, {});
    if (!world) leave(kBadConfiguration, world.error().what);
    reply = run_inside(**world, std::move(what));
  }
  if (const std::string trouble = get_string(reply, "error"); !trouble.empty())
    return fail(kBadNews, trouble), std::nullopt;
  return reply;
}

std::size_t terminal_width() {
  constexpr std::size_t kWithoutTerminal = 200, kLeast = 60;  // a pipe or a file has room
  winsize size{};
  if (::ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) != 0 || size.ws_col == 0) return kWithoutTerminal;
  return std::max<std::size_t>(kLeast, size.ws_col);
}

void print(const Common& common, const Json& document_json) {
  if (common.json) {
    std::cout << document_json.dump(-1, ' ', false, Json::error_handler_t::replace) << '\n';
    return;
  }
  auto document = document_from_json(document_json);
  if (document) std::cout << to_text(*document, terminal_width()) << '\n';
}

}  // namespace apiops
