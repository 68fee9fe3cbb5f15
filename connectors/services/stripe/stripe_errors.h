// What Stripe's refusals mean. The status comes first, the type second: a wrong key and a missing permission are both
// of type invalid_request_error. Error bodies can hold whole objects: only code, decline code, message and param are
// taken.
#pragma once

#include <optional>
#include <string>

#include "connectors/net/service_client.h"
#include "engine/base/result.h"

namespace apiops::stripe {

// The error of an answer with a status of 400 or above.
Error error_of(const net::ServiceReply& reply);

// Stripe's own word on whether the same request may be sent again; empty where it gives none.
std::optional<bool> should_retry(const net::ServiceReply& reply);

// The permission that a restricted key lacks ("rak_webhook_read"), as the text of a 403 names it; or empty.
std::string missing_permission(const std::string& message);

}  // namespace apiops::stripe
