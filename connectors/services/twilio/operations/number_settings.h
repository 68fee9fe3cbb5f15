// Changing fields of one number: read, compare, send only what differs, read back. Repeating it does no harm, so a lost
// reply is answered by reading. Parameters: {"sid", "number", "set": {"VoiceUrl": …}}; the state: the same fields as
// they are now, and what wins over them.
#pragma once

#include "connectors/services/twilio/numbers.h"
#include "connectors/services/twilio/operations/twilio_operation.h"

namespace apiops::twilio {

// Twilio's form name → the field that tells it back; empty where it is not one that we set.
std::string_view field_of(std::string_view form_name);
// "VoiceUrl" as "Voice webhook".
std::string_view title_of(std::string_view form_name);

Json settings_state(const Json& row, const Json& set);
// Why setting these fields would change nothing; empty where it would.
std::string what_wins(const OwnNumber& number, const Json& set);

// The messaging service that takes the number's incoming messages, so that its own message webhook is not asked; null
// where none does.
const MessagingService* taken_by(const OwnNumber& number, const std::vector<MessagingService>& services);

// One step that sets these fields of the number.
StepDraft settings_step(const OwnNumber& number, const Json& row, const Json& set, std::string operation);

asio::awaitable<Result<Json>> number_row(TwilioApi& api, std::string sid);
asio::awaitable<Result<Json>> observe_settings(TwilioApi& api, Json parameters);
asio::awaitable<StepResult> execute_settings(TwilioApi& api, Attempt attempt);
asio::awaitable<StepResult> reconcile_settings(TwilioApi& api, Attempt attempt);

// An operation whose steps set a number's settings: executed alike, whoever planned them.
class NumberSettingsOperation : public TwilioOperation {
 public:
  asio::awaitable<Result<Json>> observe(Json parameters) final {
    return observe_settings(tools_.api, std::move(parameters));
  }
  asio::awaitable<StepResult> execute(Attempt attempt) final {
    return execute_settings(tools_.api, std::move(attempt));
  }
  asio::awaitable<StepResult> reconcile(Attempt attempt) final {
    return reconcile_settings(tools_.api, std::move(attempt));
  }

 protected:
  using TwilioOperation::TwilioOperation;
};

}  // namespace apiops::twilio
