// What the agent tells about itself: trouble of a connector, and messages that a platform did not take.
#include <fmt/format.h>
#include <spdlog/spdlog.h>

#include <asio/co_spawn.hpp>
#include <asio/detached.hpp>

#include "bot/agent.h"
#include "engine/answers/answer.h"
#include "engine/plans/plan_card.h"
#include "engine/plans/plan_life.h"

namespace apiops {

namespace {

constexpr Duration kGoneToldEvery = std::chrono::minutes(10);
constexpr std::size_t kMaxPlacesTold = 1'000;

asio::awaitable<void> store_together(Store& store, Together together) {
  (void)co_await store.note(std::move(together));
}

}  // namespace

// The home channel, where there is one; else wherever alerts are told.
std::vector<Place> Agent::own_places() const {
  std::vector<Place> places;
  for (const auto& place : alert_desk_->places)
    if (!home_place_ || place.connector != home_place_->connector) places.push_back(place);
  if (home_place_) places.push_back(*home_place_);
  return places;
}

Together Agent::told_at_home(const std::string& subject, Document document) {
  gate_.mask(document);
  Together together;
  for (const auto& place : own_places())
    together.outbox.push_back({.id = make_id(clock_.now(), random_),
                               .subject = subject,
                               .place = place,
                               .document = to_json(document),
                               .nonce = make_token(random_)});
  return together;
}

// One message for each trouble, edited when it is over.
void Agent::tell_trouble(std::string connector, std::string what, std::string over) {
  std::string& trouble = trouble_now_[connector];
  if (trouble.empty() && what.empty()) return;
  if (trouble.empty()) trouble = make_id(clock_.now(), random_);
  const std::string subject = "trouble:" + trouble;
  if (what.empty()) trouble.clear();
  spdlog::warn("{}: {}", connector, what.empty() ? over : gate_.mask(std::string_view(what)));
  Document d = sentence(what.empty() ? connector + " " + over + "." : connector + ": " + what,
                        what.empty() ? Tone::kGood : Tone::kWarning);
  asio::co_spawn(loop_, store_together(*store_, told_at_home(subject, std::move(d))), asio::detached);
}

std::string Agent::clock_trouble() const {
  const Duration ahead = clock_.machine_ahead();
  if (std::chrono::abs(ahead) <= kClockApart) return {};
  if (ahead < Duration::zero())
    return fmt::format(
        "this machine's clock stands {} behind the time that I have seen. I count on from the later time, so nothing "
        "that is open lives longer, and times that I show are later than this machine's. Set its clock (NTP).",
        human_duration(-ahead));
  return fmt::format(
      "this machine's clock was put {} ahead while I run. I go on by the time that has passed; at my next start I take "
      "its time, and what is open until then runs out. Is it right? If not, set it (NTP) before I start again.",
      human_duration(ahead));
}

// Told once, until they agree again; a command that only answers writes it to its log.
void Agent::look_at_clock() {
  std::string trouble = clock_trouble();
  if (trouble.empty() != clock_told_) return;
  clock_told_ = !trouble.empty();
  if (options_.watch)
    tell_trouble("Clock", std::move(trouble), "agrees with this machine's again");
  else if (clock_told_)
    spdlog::warn("Clock: {}", trouble);
}

void Agent::tell_policy(const std::string& what, Tone tone) {
  spdlog::log(tone == Tone::kBad ? spdlog::level::err : spdlog::level::warn, "{}", gate_.mask(std::string_view(what)));
  Together together = told_at_home("policy:" + make_id(clock_.now(), random_), sentence(what, tone));
  together.audit.push_back(
      {.kind = "setting", .person = {}, .plan = {}, .service = {}, .resource = "policy", .record = {}});
  together.audit.back().record = {{"action_taken", "configuration read anew"},
                                  {"result", tone == Tone::kBad ? "failed" : "success"},
                                  {"severity", "warning"},
                                  {"resource_type", "policy"},
                                  {"resource_id", options_.config.policy_file},
                                  {"context", gate_.mask(std::string_view(what))}};
  asio::co_spawn(loop_, store_together(*store_, std::move(together)), asio::detached);
}

// A plan whose card is gone can still be decided: its number and code are told at home. Of a place that takes nothing
// any more the rest is told now and then only.
asio::awaitable<void> Agent::tell_gone(OutboxRow row, Error why) {
  const std::string where = row.place.connector + " " + row.place.channel;
  spdlog::warn("A message to {} was refused for good: {}", where, why.what);
  if (!row.only_for.empty() || row.subject.starts_with("trouble:") || row.subject.starts_with("gone:")) co_return;
  constexpr std::string_view kPlan = "plan:";
  const bool plan = row.subject.starts_with(kPlan);
  if (gone_told_.size() >= kMaxPlacesTold) gone_told_.clear();
  Place place = row.place;
  place.thread.clear();
  Time& told = gone_told_[place];
  if (!plan && clock_.now() - told < kGoneToldEvery) co_return;
  told = clock_.now();
  Document d =
      sentence(fmt::format("I can't write in {} any more ({}). Invite me there again, or name another channel.", where,
                           why.code.empty() ? "refused" : why.code),
               Tone::kWarning);
  AuditEntry record{.kind = "undelivered", .person = {}, .plan = {}, .service = {}, .resource = where, .record = {}};
  if (plan) {
    record.plan = row.subject.substr(kPlan.size());
    auto view = co_await read_plan(*store_, record.plan);
    if (view && *view && takes_votes((*view)->plan.state))
      d.blocks.push_back(
          Paragraph{fmt::format("Plan {} had its card there and is still open. Decide it here: approve {} {}",
                                (*view)->plan.number, (*view)->plan.number, plan_code((*view)->plan))});
  }
  record.record = {{"service", row.place.connector},
                   {"action_taken", "message not delivered"},
                   {"result", "failed"},
                   {"severity", "warning"},
                   {"resource_type", "message"},
                   {"resource_id", row.subject},
                   {"context", why.code}};
  Together together = told_at_home("gone:" + row.id, std::move(d));
  together.audit.push_back(std::move(record));
  co_await store_together(*store_, std::move(together));
}

}  // namespace apiops
