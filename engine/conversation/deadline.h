// An answer that takes too long is given up, and says so: what it still reads is thrown away.
#pragma once

#include <asio/co_spawn.hpp>
#include <asio/experimental/as_tuple.hpp>
#include <asio/steady_timer.hpp>
#include <asio/use_awaitable.hpp>
#include <memory>

#include "engine/answers/answer.h"

namespace apiops {

// `keep` lives as long as the work does. An exception in the work becomes an Error.
inline asio::awaitable<Result<Answer>> within(Duration limit, asio::any_io_executor loop, asio::awaitable<Answer> work,
                                              std::shared_ptr<void> keep) {
  struct Race {
    explicit Race(const asio::any_io_executor& on, Duration most) : timer(on, most) {}
    asio::steady_timer timer;
    std::optional<Result<Answer>> result;
  };
  auto race = std::make_shared<Race>(loop, limit);
  asio::co_spawn(loop, std::move(work), [race, keep](std::exception_ptr thrown, Answer answer) {
    if (!thrown) {
      race->result.emplace(std::move(answer));
    } else {
      try {
        std::rethrow_exception(thrown);
      } catch (const std::exception& e) {
        race->result.emplace(failure(ErrorKind::kBug, std::string("Something in me broke while I looked (") + e.what() +
                                                          "). Nothing was changed."));
      } catch (...) {
        race->result.emplace(failure(ErrorKind::kBug, "Something in me broke while I looked. Nothing was changed."));
      }
    }
    race->timer.cancel();
  });
  co_await race->timer.async_wait(asio::experimental::as_tuple(asio::use_awaitable));
  if (race->result) co_return std::move(*race->result);
  co_return failure(ErrorKind::kTransient,
                    "That took longer than a minute, so I stopped looking. The service may be slow: ask again, or "
                    "about a shorter period.");
}

}  // namespace apiops
