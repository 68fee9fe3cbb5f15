#include "connectors/services/twilio/traffic_reader.h"

#include <algorithm>
#include <asio/bind_cancellation_slot.hpp>
#include <asio/cancellation_signal.hpp>
#include <asio/co_spawn.hpp>
#include <asio/experimental/channel.hpp>
#include <asio/this_coro.hpp>
#include <asio/use_awaitable.hpp>
#include <deque>
#include <set>

#include "connectors/services/twilio/traffic.h"

namespace apiops::twilio {

namespace {

constexpr std::chrono::hours kDay{24};

template <typename Work>
asio::awaitable<std::invoke_result_t<Work>> run(Work work) {
  co_return work();
}

template <typename Work>
asio::awaitable<std::invoke_result_t<Work>> in_pool(asio::thread_pool& pool, Work work) {
  co_return co_await asio::co_spawn(pool, run(std::move(work)), asio::use_awaitable);
}

}  // namespace

// The pages of one UTC day; only its own records count, so that none is told twice.
struct TrafficReader::Chain {
  Period day;
  std::string link;  // of the page to ask for next; empty: the first one
  net::Headers query;
  std::set<std::size_t> seen;  // hashes of links: a page that comes again ends the chain
  asio::cancellation_signal given_up;
};

struct TrafficReader::Reading {
  using Arrived = std::pair<std::shared_ptr<Chain>, Result<std::string>>;
  explicit Reading(const asio::any_io_executor& on) : arrivals(on, kDaysSideBySide), loop(on) {}
  asio::experimental::channel<void(std::error_code, Arrived)> arrivals;
  asio::any_io_executor loop;
  std::deque<std::shared_ptr<Chain>> waiting;
  std::vector<std::shared_ptr<Chain>> asked;  // whose answer has not been taken from the channel
  PageParser parser;                          // in the pool, for one page at a time
  long long records = 0;
  bool cut = false;
};

TrafficReader::TrafficReader(TwilioApi& api, TrafficQuery query) : api_(api), query_(std::move(query)) {}

TrafficReader::~TrafficReader() {
  if (!reading_) return;
  for (const auto& chain : std::exchange(reading_->asked, {})) chain->given_up.emit(asio::cancellation_type::all);
}

void TrafficReader::plan_chains() {
  const std::string field = query_.kind == RecordKind::kMessages ? "DateSent" : "StartTime";
  const auto add = [&](net::Headers query, Period of) {
    query.insert(query.end(), query_.filter.begin(), query_.filter.end());
    query.emplace_back("PageSize", std::to_string(kLargePage));
    auto chain = std::make_shared<Chain>();
    chain->day = of;
    chain->query = std::move(query);
    reading_->waiting.push_back(std::move(chain));
  };
  if (query_.newest_page_only) return add({}, query_.period);
  // Newest first: where a bound cuts the reading, the old is what is missing.
  Time day = start_of_day(query_.period.to - Duration(1), "UTC");
  while (day + kDay > query_.period.from && !reading_->cut) {
    add({{field, utc_day(day)}}, {std::max(day, query_.period.from), std::min(day + kDay, query_.period.to)});
    day -= kDay;
    reading_->cut = reading_->waiting.size() == kMaxDaysRead;
  }
}

void TrafficReader::begin_chains() {
  Reading& reading = *reading_;
  if (reading.records >= query_.max_records && !reading.waiting.empty()) {
    reading.waiting.clear();
    reading.cut = true;
  }
  while (!reading.waiting.empty() && reading.asked.size() < kDaysSideBySide) {
    ask(reading.waiting.front());
    reading.waiting.pop_front();
  }
}

// Detached: the answer comes through the channel, or goes nowhere where the reader has gone.
void TrafficReader::ask(std::shared_ptr<Chain> chain) {
  const bool first = chain->link.empty();
  const std::string list = query_.kind == RecordKind::kMessages ? "Messages.json" : "Calls.json";
  auto request = api_.page_text(first ? api_.account_path(list) : chain->link, first ? chain->query : net::Headers());
  reading_->asked.push_back(chain);
  const auto slot = chain->given_up.slot();
  asio::co_spawn(reading_->loop, std::move(request),
                 asio::bind_cancellation_slot(slot, [chain = std::move(chain), reading = reading_](
                                                        std::exception_ptr thrown, Result<std::string> body) {
                   if (thrown) body = failure(ErrorKind::kBug, "Reading a page failed inside apiops.");
                   reading->arrivals.try_send(std::error_code(), Reading::Arrived(chain, std::move(body)));
                 }));
}

void TrafficReader::follow(const std::shared_ptr<Chain>& chain, std::string link) {
  if (link.empty() || query_.newest_page_only) return;
  if (!chain->seen.insert(std::hash<std::string>()(link)).second || reading_->records >= query_.max_records) {
    reading_->cut = true;
    return;
  }
  chain->link = std::move(link);
  ask(chain);
}

asio::awaitable<Result<TrafficReader::Step>> TrafficReader::next(Visit visit) {
  if (!reading_) {
    reading_ = std::make_shared<Reading>(co_await asio::this_coro::executor);
    plan_chains();
  }
  const auto reading = reading_;
  begin_chains();
  if (reading->asked.empty()) co_return Step{.last = true, .cut = reading->cut};
  auto [chain, body] = co_await reading->arrivals.async_receive(asio::use_awaitable);
  std::erase(reading->asked, chain);
  if (!body) co_return std::unexpected(body.error());
  const std::string head = net::head_of(*body);
  auto text = std::make_shared<std::string>(std::move(*body));
  // Two visits of the pool: between them the next page is asked for.
  auto link = co_await in_pool(api_.pool(), [reading, text]() -> Result<std::string> {
    if (auto read = reading->parser.read(std::move(*text)); !read) return std::unexpected(read.error());
    return reading->parser.next();
  });
  if (!link) co_return std::unexpected(api_.unexpected_answer(head));
  follow(chain, std::move(*link));
  auto counted = co_await in_pool(
      api_.pool(), [reading, visit = std::move(visit), kind = query_.kind, period = chain->day]() -> Result<long long> {
        long long records = 0;
        auto read = reading->parser.for_each(kind, [&](const RecordView& record) {
          if (!period.contains(record.at)) return;
          ++records;
          visit(record);
        });
        if (!read) return std::unexpected(read.error());
        return records;
      });
  if (!counted) co_return std::unexpected(api_.unexpected_answer(head));
  reading->records += *counted;
  Step step{.records = *counted};
  step.last = reading->asked.empty() && reading->waiting.empty();
  step.cut = step.last && reading->cut;
  co_return step;
}

}  // namespace apiops::twilio
