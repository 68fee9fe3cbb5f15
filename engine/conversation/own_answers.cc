// The asks that are about the agent itself, its people, plans, alerts and monitors: one line each in the table below.
#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "engine/base/json.h"
#include "engine/base/text.h"
#include "engine/conversation/help.h"
#include "engine/conversation/long_tables.h"
#include "engine/conversation/policy_question.h"
#include "engine/conversation/room.h"
#include "engine/conversation/typed_vote.h"
#include "engine/plans/plan_card.h"
#include "engine/plans/plan_life.h"

namespace apiops {

namespace {

constexpr std::size_t kEchoed = 300;  // characters of an ask that are said back
constexpr std::string_view kNothingWatched =
    "Nothing is watched here yet: monitors work while the agent runs (`apiops run` or `apiops demo`).";

using Answering = asio::awaitable<Document> (*)(const Ask&, Room&);

std::string words_of(const std::vector<std::string>& names, std::string_view none) {
  return names.empty() ? std::string(none) : join(names, ", ");
}

asio::awaitable<Document> show_help(const Ask& ask, Room& room) {
  co_return help_for(ask.person, *room.plans.policy, room.senses, get_string(ask.meaning.slots, "topic"),
                     room.clock.now());
}

asio::awaitable<Document> show_identity(const Ask& ask, Room& room) {
  const Policy& policy = *room.plans.policy;
  Document d = sentence("You are " + ask.person.name + (ask.person.role.empty() ? "" : ", " + ask.person.role));
  Fields fields;
  fields.fields.push_back({.name = "Person", .value = ask.person.id});
  fields.fields.push_back(
      {.name = "Identity",
       .value = fmt::format("{} · {} · {}", ask.identity.platform, ask.identity.workspace, ask.identity.user)});
  fields.fields.push_back({.name = "Groups", .value = words_of(ask.person.groups, "none")});
  fields.fields.push_back({.name = "Time zone", .value = ask.person.zone});
  d.blocks.push_back(std::move(fields));
  Table rights{.columns = {{"Risk"}, {"You may ask"}, {"Approved by"}}};
  for (const Risk risk : {Risk::kTest, Risk::kChange, Risk::kSpend, Risk::kDelete, Risk::kAuth}) {
    const Requirement r = policy.requirement(ask.person, facts_of_risk(risk, ask.place, room.clock.now()));
    std::string who = r.possible ? policy.approvers_in_words(r, ask.person.id) : r.why_not;
    const bool own =
        std::any_of(r.clauses.begin(), r.clauses.end(), [](const Clause& c) { return c.requester_may_confirm; });
    if (r.possible && own && !is_grave(risk)) who = "you, or " + who;
    if (const std::string demands = in_words(r); !demands.empty()) who += " (" + demands + ")";
    rights.rows.push_back({{std::string(to_string(risk))},
                           {r.possible ? "yes" : "no", r.possible ? Tone::kGood : Tone::kBad},
                           {std::move(who)}});
  }
  rights.total_rows = rights.rows.size();
  d.blocks.push_back(std::move(rights));
  d.footer = "Questions (risk read) are open to everyone whom the policy knows.";
  co_return d;
}

asio::awaitable<Document> show_about(const Ask& ask, Room& room) {
  const Time now = room.clock.now();
  Document d = sentence("I am apiops, " + room.version);
  Fields fields;
  fields.fields.push_back({.name = "Running for", .value = human_duration(now - room.started)});
  if (const Time last = room.last_event ? room.last_event() : Time{}; last != Time{})
    fields.fields.push_back({.name = "Last event", .value = short_time(last, now, ask.person.zone)});
  std::vector<std::string> services;
  for (const auto* service : room.senses.services)
    services.push_back(std::string(service->title()) + (service->configured() ? "" : " (no credentials)"));
  fields.fields.push_back({.name = "Services", .value = words_of(services, "none")});
  fields.fields.push_back({.name = "Rules", .value = room.rules.current().version()});
  if (!room.rules.trouble().empty())
    fields.fields.push_back({.name = "Rules refused", .value = room.rules.trouble(), .tone = Tone::kBad});
  d.blocks.push_back(std::move(fields));
  co_return d;
}

// The whole way there and back, with a word of the person's own in it.
asio::awaitable<Document> echo(const Ask& ask, Room&) {
  co_return sentence("pong · " + clip(clean_line(ask.text), kEchoed));
}

std::vector<PlanState> states_asked(const std::string& state) {
  if (state == "all") return {};
  if (const auto one = plan_state_from_string(state)) return {*one};
  return {PlanState::kProposed, PlanState::kWaiting, PlanState::kApproved, PlanState::kExecuting, PlanState::kUnknown};
}

asio::awaitable<Document> list_plans(const Ask& ask, Room& room) {
  const Time now = room.clock.now();
  auto plans = co_await room.store.plans(states_asked(get_string(ask.meaning.slots, "state")), 50);
  if (!plans) co_return sentence("The plans can't be read now: " + plans.error().what, Tone::kBad);
  if (plans->empty()) co_return sentence("No plan is open.", Tone::kGood);
  Table t{
      .columns = {{"Plan", true}, {"What"}, {"Risk"}, {"State"}, {"Asked by"}, {"Age"}, {"Missing"}, {"Open until"}}};
  for (const auto& plan : *plans) {
    auto votes = co_await room.store.votes(plan.id);
    const int missing = missing_as_shown(*room.plans.policy, plan, votes ? *votes : std::vector<VoteRow>{});
    const Person* asker = room.plans.policy->person(plan.requester);
    t.rows.push_back(
        {{std::to_string(plan.number)},
         {get_string(plan.document, "title")},
         {std::string(to_string(plan.risk))},
         {std::string(in_words(plan.state))},
         {asker ? asker->name : plan.requester},
         {.text = human_duration(now - plan.created_at), .order = static_cast<double>((now - plan.created_at).count())},
         {takes_votes(plan.state) ? count_of(missing, "approval") : "–"},
         time_cell(plan.opens_until, now, ask.person.zone)});
  }
  t.total_rows = t.rows.size();
  Document d = sentence(count_of(static_cast<long long>(t.rows.size()), "plan"));
  d.blocks.push_back(std::move(t));
  co_return d;
}

asio::awaitable<Document> list_alerts(const Ask& ask, Room& room) {
  const Time now = room.clock.now();
  auto alerts = co_await room.store.alerts(false, 50);
  if (!alerts) co_return sentence("The alerts can't be read now: " + alerts.error().what, Tone::kBad);
  if (alerts->empty()) {
    auto monitors = co_await room.store.monitors();
    if (monitors && monitors->empty()) co_return sentence(fmt::format("No alert. {}", kNothingWatched), Tone::kMuted);
    co_return sentence("Nothing is firing, nothing is silenced.", Tone::kGood);
  }
  Table t{.columns = {{"Alert", true}, {"What"}, {"Severity"}, {"State"}, {"Since"}, {"Silent until"}}};
  for (const auto& a : *alerts)
    t.rows.push_back(
        {{std::to_string(a.number)},
         {get_string(a.document, "title")},
         {a.severity, a.severity == "critical" ? Tone::kBad : Tone::kWarning},
         {a.state == "acknowledged" ? "acknowledged by " + a.acknowledged_by : a.state},
         time_cell(a.first_at, now, ask.person.zone),
         a.snoozed_until && *a.snoozed_until > now ? time_cell(*a.snoozed_until, now, ask.person.zone) : Cell{"–"}});
  t.total_rows = t.rows.size();
  Document d = sentence(count_of(static_cast<long long>(t.rows.size()), "alert"), Tone::kWarning);
  d.blocks.push_back(std::move(t));
  co_return d;
}

asio::awaitable<Document> list_monitors(const Ask& ask, Room& room) {
  const Time now = room.clock.now();
  auto monitors = co_await room.store.monitors();
  if (!monitors) co_return sentence("The monitors can't be read now: " + monitors.error().what, Tone::kBad);
  if (monitors->empty())
    co_return sentence(std::string(kNothingWatched), Tone::kMuted);
  Table t{.columns = {{"Monitor"}, {"Service"}, {"Last reading"}, {"At"}, {"Tells"}}};
  for (const auto& m : *monitors) {
    auto readings = co_await room.store.readings(m.id, now - std::chrono::hours(24));
    const bool any = readings && !readings->empty();
    t.rows.push_back(
        {{m.kind},
         {m.service},
         {any ? fmt::format("{:.0f} % of {}", readings->back().value, with_thousands(readings->back().sample_size))
              : "none yet"},
         any ? time_cell(readings->back().at, now, ask.person.zone) : Cell{"–"},
         {m.route}});
  }
  t.total_rows = t.rows.size();
  Document d = sentence("I watch " + count_of(static_cast<long long>(t.rows.size()), "thing"));
  d.blocks.push_back(std::move(t));
  co_return d;
}

asio::awaitable<Document> console_only(const Ask& ask, Room& room) {
  const std::string service = get_string(ask.meaning.slots, "service");
  const std::string title = title_of(room.senses, service);
  std::string url = room.rules.current().console_url(service, get_string(ask.meaning.slots, "setting"));
  if (url.empty())
    url = service == "stripe"   ? "https://dashboard.stripe.com/settings"
          : service == "openai" ? "https://platform.openai.com/settings"
                                : "https://console.twilio.com";
  co_return sentence(fmt::format(
      "This setting is not available via the public API. Please adjust manually in the {} Console at {}.", title, url));
}

// The typed form of a click: "approve 41 7f3a".
asio::awaitable<Document> vote_on_plan(const Ask& ask, Room& room) {
  const std::string number = get_string(ask.meaning.slots, "plan"),
                    verdict = ask.meaning.intent.substr(ask.meaning.intent.find('.') + 1);
  if (number.empty() || number.size() > 9 || number.find_first_not_of("0123456789") != std::string::npos)
    co_return sentence(
        fmt::format("Which plan? Say its number and the code that its card shows, for example “{} 41 7f3a”.", verdict),
        Tone::kWarning);
  auto plan = co_await room.store.plan_by_number(std::stoll(number));
  if (!plan) co_return sentence("The plan can't be read now: " + plan.error().what, Tone::kBad);
  if (!*plan) co_return sentence(fmt::format("There is no plan {}.", number), Tone::kWarning);
  std::string code = get_string(ask.meaning.slots, "code");
  const bool own_way_out = verdict == "cancel" || verdict == "reject";  // ends a plan, never runs one: needs no code
  if (code.empty() && own_way_out) code = (*plan)->fingerprint;
  if (code.empty())
    co_return sentence(fmt::format("Type the code that plan {}'s card shows, so that I know you saw it: “{}”.", number,
                                   typed_form(verdict, number, "…")),
                       Tone::kWarning);
  const auto typed = typed_vote(ask.text);
  if (!own_way_out && (!typed || typed->verdict != verdict || std::stoll(typed->plan) != std::stoll(number)))
    co_return sentence(fmt::format("Nothing was decided. A typed vote is the whole message, so that no question and no "
                                   "quotation becomes one: type “{}” and nothing else.",
                                   typed_form(verdict, number, code)),
                       Tone::kWarning);
  if (!own_way_out) code = typed->code;
  Approvals approvals(room.plans);
  Ballot ballot{.person = &ask.person,
                .identity = ask.identity,
                .verdict = verdict,
                .fingerprint = lower_ascii(code),
                .reason = get_string(ask.meaning.slots, "reason"),
                .inbox = {},
                .code_typed = true};
  auto reply = co_await approvals.vote((*plan)->id, std::move(ballot));
  if (!reply) co_return sentence(reply.error().what, Tone::kBad);
  co_return sentence(reply->text, reply->counted ? Tone::kGood : Tone::kWarning);
}

asio::awaitable<Document> explain_approvals(const Ask& ask, Room& room) {
  co_return answer_policy_question(ask.text, ask.person, *room.plans.policy, room.plans.operations, ask.place,
                                   room.clock.now());
}

asio::awaitable<Document> decide_on_alert(const Ask& ask, Room& room) {
  const std::string number = get_string(ask.meaning.slots, "alert"),
                    verb = ask.meaning.intent.substr(ask.meaning.intent.find('.') + 1);
  if (number.empty() || number.size() > 9 || number.find_first_not_of("0123456789") != std::string::npos) {
    co_return sentence(
        fmt::format("Which alert? Say its number, for example “{} 12”.", verb == "acknowledge" ? "ack" : verb),
        Tone::kWarning);
  }
  AlertDecision decision{
      .verb = verb,
      .until = resolve_until(get_string(ask.meaning.slots, "until", "1h"), room.clock.now(), ask.person.zone),
      .person = &ask.person,
      .inbox = {}};
  if (verb == "snooze" && !decision.until)
    co_return sentence("I can't read until when. Say “2h”, “monday” or “tomorrow 09:00”.", Tone::kWarning);
  auto told = co_await decide_alert(room.alerts, std::stoll(number), std::move(decision));
  if (!told) co_return sentence(told.error().what, Tone::kBad);
  co_return sentence(told->told, told->done ? Tone::kGood : Tone::kWarning);
}

// The next rows of a table that was too long to show: of the button's answer, or of the last one in this thread.
asio::awaitable<Document> show_more(const Ask& ask, Room& room) {
  const bool clicked = !get_string(ask.meaning.slots, "ask").empty();
  const Json& slots = clicked ? ask.meaning.slots : get_object(ask.conversation.memory, "more");
  if (get_string(slots, "ask").empty())
    co_return sentence("There is no more of that: the last answer in this thread shows all its rows.");
  auto kept = co_await room.store.result(get_string(slots, "ask"));
  if (!kept) co_return sentence("The rows can't be read now: " + kept.error().what, Tone::kBad);
  std::optional<Document> piece = *kept ? next_piece(**kept, slots) : std::nullopt;
  if (!piece)
    co_return sentence("These rows are gone: what an answer found is kept for a day. Ask again, and I look afresh.",
                       Tone::kWarning);
  co_return std::move(*piece);
}

constexpr std::array<std::pair<std::string_view, Answering>, 19> kOwn{{
    {"help.show", show_help},
    {"identity.show", show_identity},
    {"about.show", show_about},
    {"about.echo", echo},
    {"plans.list", list_plans},
    {"alerts.list", list_alerts},
    {"monitors.list", list_monitors},
    {"console.only", console_only},
    {kShowMore, show_more},
    {"plan.approve", vote_on_plan},
    {"plan.reject", vote_on_plan},
    {"plan.cancel", vote_on_plan},
    {"plan.break_glass", vote_on_plan},
    {"policy.explain", explain_approvals},
    {"plan.done", vote_on_plan},
    {"plan.retry", vote_on_plan},
    {"alert.acknowledge", decide_on_alert},
    {"alert.snooze", decide_on_alert},
    {"alert.unsnooze", decide_on_alert},
}};

}  // namespace

asio::awaitable<std::optional<OwnAnswer>> own_answer(const Ask& ask, Room& room) {
  for (const auto& [intent, answering] : kOwn)
    if (intent == ask.meaning.intent) co_return OwnAnswer{co_await answering(ask, room)};
  co_return std::nullopt;
}

}  // namespace apiops
