// The agent itself works with the account's auth token: whoever has it can do everything, and replacing it breaks all
// that uses it, webhook signatures too.
#include "connectors/services/twilio/checks/check.h"

namespace apiops::twilio {

std::vector<Finding> check_main_credential(const ConfigurationView& view) {
  if (!view.uses_auth_token) return {};
  return {
      finding("main_credential", "info", "", "I work with the account's auth token, not with an API key of my own",
              "it may do everything, and replacing it breaks all that uses it, webhook signatures too",
              "make a standard API key and set TWILIO_API_KEY and TWILIO_API_SECRET; accounts and keys are then not "
              "readable for me")};
}

}  // namespace apiops::twilio
