// Small readings that all of Twilio's lists share.
#pragma once

#include "connectors/net/http_server.h"
#include "connectors/sandbox/world.h"
#include "engine/base/json.h"

namespace apiops::sandbox::twilio {

// The stretch of time that "DateSent>=2026-11-23", "DateSent<…" and "DateSent=…" ask for; days of UTC.
Period asked_days(const net::ServerRequest& request, const std::string& field, Period otherwise);
Time day_of(const std::string& text, Time otherwise);
std::string account_uri(const std::string& account, const std::string& rest);

}  // namespace apiops::sandbox::twilio
