// twilio.key.revoke: deletes an API key. Never the one that the agent itself speaks with.
#include <fmt/format.h>

#include "connectors/services/twilio/numbers.h"
#include "connectors/services/twilio/operations/operations.h"
#include "connectors/services/twilio/operations/twilio_operation.h"
#include "connectors/services/twilio/settings.h"
#include "engine/base/text.h"

namespace apiops::twilio {

namespace {

constexpr std::size_t kChoices = 5;

std::string day_of(const Json& row) {
  const auto made = parse_rfc2822(get_string(row, "date_created"));
  return made ? to_iso8601(*made).substr(0, 10) : std::string("at an unknown time");
}

Planned our_own() {
  return refused("That is the key that I speak to Twilio with. Give me another credential first, then revoke it.");
}

std::string key_path(TwilioApi& api, const std::string& sid) {
  return api.account_path("Keys/" + net::encode_component(sid) + ".json");
}

// A standard key may not look at keys: saying so saves somebody from rotating a credential that is fine.
Error explained(Error error) {
  if (error.code == "20003")
    error.what =
        "Keys can be listed and revoked only with the account's auth token or a main key; the credential set here is "
        "refused for that (20003). It may be fine for everything else.";
  return error;
}

class KeyRevoke final : public TwilioOperation {
 public:
  explicit KeyRevoke(OperationTools tools)
      : TwilioOperation(std::move(tools), "twilio.key.revoke", "Revoke a Twilio key", Risk::kAuth) {}

  asio::awaitable<Result<Planned>> plan(Json slots) override;
  asio::awaitable<Result<Json>> observe(Json parameters) override;
  asio::awaitable<StepResult> execute(Attempt attempt) override;
  asio::awaitable<StepResult> reconcile(Attempt attempt) override;

 private:
  asio::awaitable<Result<Planned>> ask_which();
};

}  // namespace

asio::awaitable<Result<Planned>> KeyRevoke::ask_which() {
  auto listed =
      co_await tools_.api.list(Host::kApi, tools_.api.account_path("Keys.json"), "keys", {{"PageSize", "100"}});
  if (!listed) co_return std::unexpected(explained(listed.error()));
  std::vector<Button> choices;
  for (const Json& row : listed->rows) {
    const std::string sid = get_string(row, "sid");
    if (choices.size() == kChoices || tools_.api.speaks_with(sid)) continue;
    Button button = ask_button(std::string(name()), Json{{"key", sid}}, "revoke " + sid);
    button.label =
        fmt::format("{} · since {}", clean_line(clip(get_string(row, "friendly_name", "no name"), 30)), day_of(row));
    choices.push_back(std::move(button));
  }
  co_return refused(
      fmt::format("Which key? There {}.",
                  listed->rows.size() == 1 ? std::string("is one") : fmt::format("are {}", listed->rows.size())),
      "key", std::move(choices));
}

asio::awaitable<Result<Planned>> KeyRevoke::plan(Json slots) {
  const std::string asked = get_string(slots, "key");
  if (!asked.starts_with("SK")) co_return co_await ask_which();
  if (tools_.api.speaks_with(asked)) co_return our_own();
  auto known = co_await key_shown_as(tools_.api, asked);
  if (!known) co_return std::unexpected(explained(known.error()));
  if (known->empty() && asked.find("…") != std::string::npos) co_return co_await ask_which();
  const std::string sid = known->empty() ? asked : *known;
  if (tools_.api.speaks_with(sid)) co_return our_own();
  auto reply = co_await tools_.api.get(Host::kApi, key_path(tools_.api, sid));
  if (!reply && reply.error().kind == ErrorKind::kNotFound)
    co_return refused(fmt::format("There is no key {} at this account (any more).", short_sid(sid)), "key");
  if (!reply) co_return std::unexpected(explained(reply.error()));
  const std::string friendly = clean_line(get_string(reply->body, "friendly_name"));
  StepDraft step = new_step(tools_, *this, Json{{"key", sid}, {"name", friendly}});
  step.expected = Json{{"exists", true}, {"name", friendly}};
  step.summary = fmt::format("Revoke the key “{}” ({})", friendly, short_sid(sid));
  step.fields = {{.name = "Name", .value = friendly},
                 {.name = "Id", .value = short_sid(sid)},
                 {.name = "Since", .value = day_of(reply->body)}};
  step.effect =
      "whatever still speaks to Twilio with it is refused at once; Twilio does not tell who uses a key, so look for it "
      "before";
  step.undo = "it can't be taken back: make a new key and give it to what used this one";
  PlanDraft draft;
  draft.title = "Revoke a Twilio key";
  draft.steps.push_back(std::move(step));
  co_return drafted(std::move(draft));
}

asio::awaitable<Result<Json>> KeyRevoke::observe(Json parameters) {
  auto reply = co_await tools_.api.get(Host::kApi, key_path(tools_.api, get_string(parameters, "key")));
  if (!reply && reply.error().kind == ErrorKind::kNotFound) co_return Json{{"exists", false}, {"name", ""}};
  if (!reply) co_return std::unexpected(explained(reply.error()));
  co_return Json{{"exists", true}, {"name", clean_line(get_string(reply->body, "friendly_name"))}};
}

asio::awaitable<StepResult> KeyRevoke::execute(Attempt attempt) {
  const std::string sid = get_string(attempt.parameters, "key"), friendly = get_string(attempt.parameters, "name");
  if (tools_.api.speaks_with(sid))
    co_return not_done(Error{.kind = ErrorKind::kRejected, .what = "It is the agent's own key."},
                       "That is the key that I speak to Twilio with. Nothing was revoked.");
  auto gone = co_await tools_.api.remove(Host::kApi, key_path(tools_.api, sid));
  if (!gone && gone.error().kind != ErrorKind::kUnknown && gone.error().kind != ErrorKind::kNotFound)
    co_return not_done(explained(gone.error()),
                       fmt::format("“{}” was not revoked. {}", friendly, explained(gone.error()).what));
  co_return co_await reconcile(std::move(attempt));
}

asio::awaitable<StepResult> KeyRevoke::reconcile(Attempt attempt) {
  const std::string sid = get_string(attempt.parameters, "key"), friendly = get_string(attempt.parameters, "name");
  auto now = co_await observe(attempt.parameters);
  if (!now)
    co_return not_known(now.error(),
                        fmt::format("Whether “{}” is revoked can't be read just now: {}", friendly, now.error().what));
  if (get_bool(*now, "exists").value_or(true))
    co_return not_done(Error{.kind = ErrorKind::kTransient, .what = "The order did not reach Twilio."},
                       fmt::format("“{}” is still there: it was not revoked.", friendly));
  co_return done(Json{{"sid", short_sid(sid)}},
                 fmt::format("“{}” ({}) is revoked: Twilio does not know it any more", friendly, short_sid(sid)));
}

std::unique_ptr<Operation> make_key_revoke(OperationTools tools) {
  return std::make_unique<KeyRevoke>(std::move(tools));
}

}  // namespace apiops::twilio
