#include "engine/watch/alerts.h"

#include <fmt/format.h>

#include "engine/base/json.h"
#include "engine/base/text.h"
#include "engine/plans/buttons.h"

namespace apiops {

namespace {

std::string name_of(const Policy& policy, const std::string& id) {
  const Person* person = policy.person(id);
  return person ? person->name : id;
}

Action about(std::string kind, const AlertRow& alert, Json more = Json::object()) {
  more["alert"] = alert.number == 0 ? Json(Store::kNumberHere) : Json(std::to_string(alert.number));
  return {std::move(kind), std::move(more)};
}

void offer_decisions(Document& card, const AlertRow& alert) {
  if (alert.state == "firing") card.buttons.push_back({.label = "Acknowledge", .action = about("acknowledge", alert)});
  if (const Json& remedy = get_object(alert.document, "remedy"); !remedy.empty())
    card.buttons.push_back(
        {.label = get_string(remedy, "label", "Fix"), .tone = Tone::kGood, .action = {"ask", remedy}});
  Menu snooze{.label = "Snooze", .choices = {}};
  for (const auto& [label, until] :
       {std::pair{"1 hour", "1h"}, std::pair{"4 hours", "4h"}, std::pair{"until tomorrow 09:00", "tomorrow 09:00"}})
    snooze.choices.push_back({.label = label, .token = {}, .action = about("snooze", alert, Json{{"until", until}})});
  card.blocks.push_back(std::move(snooze));
}

void tell_state(Document& card, const AlertRow& alert, const Policy& policy, Time now) {
  if (alert.state == "acknowledged")
    card.footer = fmt::format("{} looks after it.", name_of(policy, alert.acknowledged_by));
  if (alert.snoozed_until && *alert.snoozed_until > now)
    card.footer +=
        fmt::format("{}Silent until {}.", card.footer.empty() ? "" : " ", short_time(*alert.snoozed_until, now, "UTC"));
}

std::string told(const AlertDecision& d, const AlertRow& alert, Time now) {
  if (d.verb == "acknowledge") return fmt::format("Alert {} is yours. It stays here until it is over.", alert.number);
  if (d.verb == "unsnooze") return fmt::format("Alert {} is heard again.", alert.number);
  return fmt::format("Alert {} is silent until {}.", alert.number, short_time(*d.until, now, d.person->zone));
}

}  // namespace

AuditEntry alert_record(const AlertRow& alert, const std::string& person, const std::string& action) {
  return {.kind = "alert",
          .person = person,
          .plan = {},
          .service = alert.service,
          .resource = alert.resource,
          .record = {{"service", alert.service},
                     {"error_code", get_string(alert.document, "code")},
                     {"severity", alert.severity},
                     {"resource_type", alert.resource.empty()            ? "service"
                                       : alert.resource.starts_with('+') ? "number"
                                                                         : "resource"},
                     {"resource_id", alert.resource},
                     {"context", get_string(alert.document, "title")},
                     {"action_taken", action},
                     {"result", "success"}}};
}

Document alert_card(const AlertRow& alert, const Policy& policy, Time now) {
  Document card;
  card.card = "alert";
  card.subject = alert.number == 0 ? std::string(Store::kNumberHere) : std::to_string(alert.number);
  const bool over = alert.state == "resolved";
  const std::string title = get_string(alert.document, "title");
  card.title = over ? "Resolved · " + title : title;
  card.tone = over ? Tone::kGood : alert.severity == "critical" ? Tone::kBad : Tone::kWarning;
  const Time end = alert.resolved_at.value_or(now);
  if (over)
    card.aside = fmt::format("{} – {} ({})", short_time(alert.first_at, now, "UTC"), short_time(end, now, "UTC"),
                             human_duration(end - alert.first_at));
  else
    card.aside =
        fmt::format("since {}, {}", short_time(alert.first_at, now, "UTC"), human_duration(end - alert.first_at));
  card.blocks.push_back(Paragraph{get_string(alert.document, over ? "ended" : "what")});
  Chart trend{.title = "share that fails", .unit = "%"};
  for (const auto& value : get_array(alert.document, "series"))
    if (value.is_number()) trend.values.push_back(value.get<double>()), trend.labels.emplace_back();
  if (trend.values.size() > 2) card.blocks.push_back(std::move(trend));
  if (!over) offer_decisions(card, alert), tell_state(card, alert, policy, now);
  if (over && !alert.acknowledged_by.empty())
    card.footer = fmt::format("Looked after by {}.", name_of(policy, alert.acknowledged_by));
  return card;
}

Together alert_everywhere(const AlertDesk& desk, const AlertRow& alert) {
  const Time now = desk.clock.now();
  Together together;
  for (const auto& place : desk.places) {
    Document card = alert_card(alert, *desk.policy, now);
    desk.gate.mask(card);
    auto buttons = mint_buttons(card, {.ends_at = now + kButtonsLive}, desk.random);
    together.buttons.insert(together.buttons.end(), buttons.begin(), buttons.end());
    together.outbox.push_back({.id = make_id(now, desk.random),
                               .subject = "alert:" + alert.id,
                               .place = place,
                               .document = to_json(card),
                               .nonce = make_token(desk.random)});
  }
  return together;
}

asio::awaitable<Result<AlertReply>> decide_alert(const AlertDesk& desk, long long number, AlertDecision d) {
  const Time now = desk.clock.now();
  for (int race = 0; race < 4; ++race) {
    auto read = co_await desk.store.alert_by_number(number);
    if (!read) co_return std::unexpected(read.error());
    if (!*read) co_return AlertReply{fmt::format("There is no alert {}.", number)};
    AlertRow alert = std::move(**read);
    if (alert.state == "resolved") co_return AlertReply{fmt::format("Alert {} is over already.", number)};
    if (d.verb == "acknowledge" && alert.state == "acknowledged")
      co_return AlertReply{
          fmt::format("{} looks after alert {} already.", name_of(*desk.policy, alert.acknowledged_by), number)};
    const long long version = alert.version;
    if (d.verb == "acknowledge") alert.state = "acknowledged", alert.acknowledged_by = d.person->id;
    if (d.verb == "snooze") alert.snoozed_until = d.until;
    if (d.verb == "unsnooze") alert.snoozed_until.reset();
    Together together = alert_everywhere(desk, alert);
    together.audit.push_back(alert_record(alert, d.person->id, d.verb));
    together.inbox_done = d.inbox;
    auto changed = co_await desk.store.change_alert(alert, version, std::move(together));
    if (!changed) co_return std::unexpected(changed.error());
    if (!*changed) continue;
    co_return AlertReply{told(d, alert, now), true};
  }
  co_return failure(ErrorKind::kUnavailable, "Others decide on this alert at this moment. Try once more.");
}

}  // namespace apiops
