// Twilio's operations, one file each; the adapter makes all of them once. What each of them has in common is
// TwilioOperation (twilio_operation.h).
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "connectors/services/twilio/operations/outcomes.h"
#include "engine/ports/service_types.h"

namespace apiops::twilio {

std::unique_ptr<Operation> make_number_buy(OperationTools tools);
std::unique_ptr<Operation> make_number_release(OperationTools tools);
std::unique_ptr<Operation> make_number_configure(OperationTools tools);
std::unique_ptr<Operation> make_webhook_fix(OperationTools tools);
std::unique_ptr<Operation> make_message_send(OperationTools tools);
std::unique_ptr<Operation> make_call_place(OperationTools tools);
std::unique_ptr<Operation> make_service_configure(OperationTools tools);
std::unique_ptr<Operation> make_trigger_create(OperationTools tools);
std::unique_ptr<Operation> make_geo_update(OperationTools tools);
std::unique_ptr<Operation> make_key_revoke(OperationTools tools);

using FailureSource = std::function<std::unique_ptr<PageReader<Failure>>(FailureQuery)>;
using RetryAdvice = std::function<std::string(std::string_view code)>;  // "never", "later", "after_fix"
std::unique_ptr<Operation> make_message_resend(OperationTools tools, FailureSource failures, RetryAdvice advice);

}  // namespace apiops::twilio
