// apiops check-url: whether the agent would probe a URL, and why not.
#include <asio/co_spawn.hpp>
#include <iostream>

#include "bot/command_line.h"
#include "connectors/net/url_guard.h"
#include "engine/base/text.h"

namespace apiops {

namespace {

std::vector<std::string> urls, resolve;

// "HOST=ADDRESS[,ADDRESS…]"; false where it is not of that form.
bool add_answer(net::UrlRules& rules, const std::string& text) {
  const auto equals = text.find('=');
  if (equals == std::string::npos || equals == 0) return false;
  auto& addresses = rules.static_hosts[lower_ascii(text.substr(0, equals))];
  for (const auto address : split(std::string_view(text).substr(equals + 1), ','))
    if (!address.empty()) addresses.emplace_back(address);
  return true;
}

int check(const Common& common) {
  net::UrlRules rules;
  rules.only_static = !resolve.empty();
  for (const auto& text : resolve)
    if (!add_answer(rules, text))
      return fail(kMisuse, "--resolve takes HOST=ADDRESS[,ADDRESS…], not “" + clean_line(text) + "”.");
  if (!common.config.empty()) rules.allow = configuration_of(common).probe_allow;
  asio::io_context loop;
  net::HttpClient http(loop);
  net::UrlGuard guard(loop, http, std::move(rules));
  bool all = true;
  asio::co_spawn(
      loop,
      [&]() -> asio::awaitable<void> {
        for (const auto& url : urls) {
          const net::UrlVerdict verdict = co_await guard.judge(url);
          all = all && verdict.allowed;
          if (common.json)
            std::cout << Json{{"url", url}, {"verdict", verdict.allowed ? "allow" : "deny"}, {"reason", verdict.reason}}
                             .dump(-1, ' ', false, Json::error_handler_t::replace)
                      << '\n';
          else
            std::cout << (verdict.allowed ? "allow  " : "deny   ") << clean_line(url)
                      << (verdict.allowed ? "" : ": " + verdict.reason) << '\n';
        }
        loop.stop();
      },
      [](std::exception_ptr thrown) {
        if (thrown) std::rethrow_exception(thrown);
      });
  loop.run();
  return all ? kDone : kBadNews;
}

}  // namespace

void add_check_url(CommandLine& line) {
  auto* command = line.app.add_subcommand("check-url", "Whether the agent would probe a URL, and why not");
  command->add_option("URL", urls, "The URLs")->required();
  command->add_option("--resolve", resolve, "Answers that stand for DNS: HOST=ADDRESS[,ADDRESS…]")
      ->take_all()
      ->expected(1)
      ->type_name("HOST=ADDRESS");
  line.run[command] = [&line] { return check(line.common); };
}

}  // namespace apiops
