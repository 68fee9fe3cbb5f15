#include "engine/answers/reading.h"

#include <fmt/format.h>

#include <algorithm>
#include <asio/co_spawn.hpp>
#include <asio/experimental/as_tuple.hpp>
#include <asio/steady_timer.hpp>
#include <asio/this_coro.hpp>
#include <asio/use_awaitable.hpp>

#include "engine/base/text.h"

namespace apiops {

namespace {

using Reader = PageReader<Failure>;

// The next page; nothing where the person or the clock ended the reading first. What is under way then keeps the reader
// until it has ended.
asio::awaitable<std::optional<Result<Page<Failure>>>> next_page(std::shared_ptr<Reader> reader, ReadingWatch& watch) {
  struct Race {
    explicit Race(const asio::any_io_executor& loop) : timer(loop) {}
    asio::steady_timer timer;
    std::optional<Result<Page<Failure>>> page;
  };
  const auto loop = co_await asio::this_coro::executor;
  auto race = std::make_shared<Race>(loop);
  asio::co_spawn(loop, reader->next(), [race, reader](std::exception_ptr thrown, Result<Page<Failure>> page) {
    if (thrown) page = failure(ErrorKind::kBug, "This part of the answer failed inside apiops.");
    race->page = std::move(page);
    race->timer.cancel();
  });
  while (!race->page && !watch.cancelled() && !watch.out_of_time()) {
    race->timer.expires_after(kCancelLook);
    co_await race->timer.async_wait(asio::experimental::as_tuple(asio::use_awaitable));
  }
  co_return std::move(race->page);
}

void add_notes(ReadingEnd& end, const std::vector<std::string>& notes) {
  for (const auto& note : notes)
    if (std::find(end.notes.begin(), end.notes.end(), note) == end.notes.end()) end.notes.push_back(note);
}

}  // namespace

ReadingWatch::ReadingWatch(Progress& progress, Clock& clock, std::string period, std::function<Document()> draw)
    : progress_(progress),
      clock_(clock),
      period_(std::move(period)),
      draw_(std::move(draw)),
      shown_(clock.steady()),
      ends_(clock.steady() + kReadingTime) {}

asio::awaitable<void> ReadingWatch::scanned(const std::map<std::string, long long>& more) {
  for (const auto& [kind, n] : more) scanned_[kind] += n;
  if (clock_.steady() - shown_ < kProgressEvery) co_return;
  shown_ = clock_.steady();
  Document so_far = draw_();
  std::vector<std::string> parts;
  for (const auto& [kind, n] : scanned_) parts.push_back(with_thousands(n) + " " + kind);
  so_far.footer = fmt::format("Scanned {} of the {}.", join(parts, ", "), period_);
  so_far.buttons = {{.label = "Cancel", .action = {std::string(kCancelReading), Json::object()}}};
  co_await progress_.show(std::move(so_far));
}

asio::awaitable<ReadingEnd> read_failures(ServiceAdapter& service, FailureQuery query, ReadingWatch& watch,
                                          std::function<void(Failure)> take) {
  ReadingEnd end;
  const std::shared_ptr<Reader> reader = service.failures(std::move(query));
  if (!reader) co_return end;
  while (true) {
    auto page = co_await next_page(reader, watch);
    if (!page) {
      end.cut = true;
      end.notes.push_back(watch.cancelled() ? "You cancelled the reading."
                                            : fmt::format("Stopped after {}: ask about a shorter period for all of it.",
                                                          human_duration(kReadingTime)));
      co_return end;
    }
    if (!*page) {
      end.error = page->error();
      co_return end;
    }
    Page<Failure>& read = **page;
    for (Failure& f : read.items) take(std::move(f));
    for (const auto& [kind, n] : read.scanned) end.scanned[kind] += n;
    add_notes(end, read.notes);
    end.cut = end.cut || read.cut;
    if (read.last) co_return end;
    co_await watch.scanned(read.scanned);
  }
}

}  // namespace apiops
