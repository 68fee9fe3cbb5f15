// health.check: a line for each service, as each answers; the verdict of all in the title.
#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "engine/answers/answer.h"
#include "engine/answers/side_by_side.h"
#include "engine/base/text.h"

namespace apiops {

asio::awaitable<Answer> answer_health(Question question, Senses& senses, Progress& progress);

namespace {

Line line_of(const ServiceAdapter& service, const Result<HealthState>& health) {
  if (!health) {
    Line line = trouble_line(service.title(), health.error());
    line.text = "Down          " + line.text;
    return line;
  }
  Line line{.label = std::string(service.title())};
  std::string_view word;
  switch (health->verdict) {
    case Verdict::kOperational:
      line.tone = Tone::kGood, line.mark = "✓", word = "Operational";
      break;
    case Verdict::kDegraded:
      line.tone = Tone::kWarning, line.mark = "⚠", word = "Degraded";
      break;
    case Verdict::kDown:
      line.tone = Tone::kBad, line.mark = "✗", word = "Down";
      break;
  }
  std::vector<std::string> facts = health->facts;
  if (health->latency) facts.insert(facts.begin(), human_duration(*health->latency));
  line.text = fmt::format("{:<12}  {}", word, join(facts, " · "));
  return line;
}

// "All 3 services are operational", "One of 3 services is degraded", "2 of 3 services have trouble".
std::string title_for(std::size_t all, std::size_t degraded, std::size_t down) {
  const std::size_t bad = degraded + down;
  if (all == 1) return down ? "It is down" : degraded ? "It is degraded" : "It is operational";
  if (bad == 0) return fmt::format("All {} services are operational", all);
  const std::string count = bad == 1 ? "One" : std::to_string(bad);
  return fmt::format("{} of {} services {} {}", count, all, bad == 1 ? "is" : "are",
                     down == 0       ? "degraded"
                     : degraded == 0 ? "down"
                                     : "degraded or down");
}

struct Board {
  std::vector<Line> lines;
  std::vector<Button> buttons;
  std::size_t seen = 0, degraded = 0, down = 0;
};

void add(Board& board, std::size_t index, const ServiceAdapter& service, const Result<HealthState>& health) {
  board.lines[index] = line_of(service, health);
  ++board.seen;
  if (!health || health->verdict == Verdict::kDown)
    ++board.down;
  else if (health->verdict == Verdict::kDegraded)
    ++board.degraded;
  if (!health) return;
  for (const Action& action : health->follow_ups)
    board.buttons.push_back({.label = get_string(action.subject, "label"), .action = action});
}

Document drawn(const Board& board, Duration took, const std::string& at) {
  Document d;
  d.blocks.push_back(Lines{board.lines});
  d.working = board.seen < board.lines.size();
  d.title = d.working ? fmt::format("Asked {} services, {} answered so far", board.lines.size(), board.seen)
                      : title_for(board.lines.size(), board.degraded, board.down);
  d.tone = d.working ? Tone::kPlain : board.down ? Tone::kBad : board.degraded ? Tone::kWarning : Tone::kGood;
  d.aside = at + ", took " + human_duration(took);
  d.buttons = board.buttons;
  return d;
}

// "Vendor status pages: no incident at Twilio, OpenAI, Stripe."
asio::awaitable<std::string> vendor_words(asio::any_io_executor loop, std::vector<ServiceAdapter*> services) {
  SideBySide<VendorState> pages(loop, services, [](ServiceAdapter& s) { return s.vendor_status(); });
  std::vector<std::string> quiet, loud, silent;
  for (std::size_t i = 0; i < services.size(); ++i) {
    auto [index, page] = co_await pages.next();
    const std::string title(services[index]->title());
    if (!page || page->indicator == "unknown")
      silent.push_back(title);
    else if (page->incidents.empty())
      quiet.push_back(title);
    else
      loud.push_back(title + " (“" + page->incidents.front().name + "”)");
  }
  std::vector<std::string> parts;
  if (!loud.empty()) parts.push_back("incident at " + join(loud, ", "));
  if (!quiet.empty()) parts.push_back("no incident at " + join(quiet, ", "));
  if (!silent.empty()) parts.push_back("not readable: " + join(silent, ", "));
  co_return "Vendor status pages: " + join(parts, "; ") + ".";
}

}  // namespace

asio::awaitable<Answer> answer_health(Question question, Senses& senses, Progress& progress) {
  const auto services = services_asked(question, senses);
  if (services.empty())
    co_return Answer{sentence("No service is set up: no credentials were found. `apiops doctor` says what is missing.",
                              Tone::kWarning)};
  const auto loop = co_await asio::this_coro::executor;
  const Duration begun = senses.clock.steady();
  const std::string at = clock_time(question.now, question.zone);
  Board board;
  for (const ServiceAdapter* service : services)
    board.lines.push_back(
        {.tone = Tone::kMuted, .mark = "…", .label = std::string(service->title()), .text = "asking"});
  SideBySide<HealthState> readings(loop, services, [](ServiceAdapter& s) { return s.health(); });
  for (std::size_t i = 0; i < services.size(); ++i) {
    auto [index, health] = co_await readings.next();
    add(board, index, *services[index], health);
    if (i + 1 < services.size()) co_await progress.show(drawn(board, senses.clock.steady() - begun, at));
  }
  const std::string vendors = co_await vendor_words(loop, services);
  Document d = drawn(board, senses.clock.steady() - begun, at);
  if (services.size() == 1) d.title = std::string(services[0]->title()) + d.title.substr(2);
  d.footer = vendors;
  co_return Answer{std::move(d)};
}

}  // namespace apiops
