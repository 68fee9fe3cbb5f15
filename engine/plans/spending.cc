#include "engine/plans/spending.h"

#include <date/tz.h>
#include <fmt/format.h>

#include <algorithm>

#include "engine/base/text.h"

namespace apiops {

namespace {

constexpr std::string_view kPrefix = "spending/";

// Whose account it is booked on.
std::string holder_of(const SpendingLimit& limit, const std::string& requester, const std::string& operation) {
  if (limit.each == "person") return requester;
  if (limit.each == "operation") return operation;
  return "team";
}

void add(std::vector<AllowanceHold>& holds, AllowanceHold hold) {
  const auto same = std::find_if(holds.begin(), holds.end(), [&](const AllowanceHold& h) {
    return h.rule == hold.rule && h.window == hold.window;
  });
  if (same == holds.end())
    holds.push_back(std::move(hold));
  else
    same->amount += hold.amount;
}

const SpendingLimit* limit_of(const PolicyBook& book, const std::string& rule) {
  for (const auto& limit : book.spending)
    if (rule.starts_with(std::string(kPrefix) + limit.name + "/")) return &limit;
  return nullptr;
}

}  // namespace

std::string window_of(const std::string& window, Time now, const std::string& zone) {
  const date::time_zone* where = nullptr;
  try {
    where = date::locate_zone(zone);
  } catch (const std::exception&) {
    where = date::locate_zone("UTC");
  }
  const auto local = where->to_local(date::sys_time<Duration>(now.time_since_epoch()));
  const auto day = date::floor<date::days>(local);
  const date::year_month_day ymd(day);
  std::string text = fmt::format("{:04}-{:02}", static_cast<int>(ymd.year()), static_cast<unsigned>(ymd.month()));
  if (window == "month") return text;
  text += fmt::format("-{:02}", static_cast<unsigned>(ymd.day()));
  if (window == "day") return text;
  return text + fmt::format("T{:02}", std::chrono::duration_cast<std::chrono::hours>(local - day).count());
}

Spending spending_of(const PlanFacts& plan, const std::string& requester, const PolicyBook& book, Time now) {
  Spending spending;
  for (const auto& part : plan.parts) {
    const SpendingLimit* other_currency = nullptr;
    bool limited = false;
    for (const auto& limit : book.spending) {
      if (!limit.scope.covers(part, plan.place) || (part.risk != Risk::kSpend && !part.cost)) continue;
      if (!part.cost) {
        spending.refusal =
            fmt::format("What {} costs is not known, so the limit “{}” can't be kept.", part.operation, limit.name);
        return spending;
      }
      if (part.cost->currency != limit.most.currency) {
        other_currency = &limit;
        continue;
      }
      limited = true;
      add(spending.holds,
          {.rule = fmt::format("{}{}/{}", kPrefix, limit.name, holder_of(limit, requester, part.operation)),
           .window = window_of(limit.window, now, book.zone),
           .amount = part.cost->micros,
           .most = limit.most.micros});
    }
    if (other_currency && !limited)
      spending.refusal = fmt::format("The limit “{}” is in {}, and this costs {}: the policy names no limit for that.",
                                     other_currency->name, other_currency->most.currency, part.cost->currency);
  }
  return spending;
}

asio::awaitable<Result<std::string>> over_allowance(Store& store, const std::vector<AllowanceHold>& holds,
                                                    const PolicyBook& book) {
  for (const auto& hold : holds) {
    const SpendingLimit* limit = limit_of(book, hold.rule);
    if (!limit) continue;
    auto row = co_await store.allowance(hold.rule, hold.window);
    if (!row) co_return std::unexpected(row.error());
    const long long left = hold.most - row->used - row->reserved;
    if (hold.amount <= left) continue;
    const auto money = [&](long long micros) {
      return to_text(Money{.micros = micros, .currency = limit->most.currency});
    };
    const std::string whose = limit->each == "person"      ? " for one person"
                              : limit->each == "operation" ? " for one operation"
                                                           : "";
    co_return fmt::format("The limit “{}” is {} {}{}; {} of it is left, and this plan needs {}.", limit->name,
                          money(limit->most.micros),
                          limit->window == "day"     ? "a day"
                          : limit->window == "month" ? "a month"
                                                     : "an hour",
                          whose, money(std::max(0LL, left)), money(hold.amount));
  }
  co_return std::string();
}

}  // namespace apiops
