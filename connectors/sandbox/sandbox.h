// The simulated outside: Twilio, OpenAI, Stripe, Slack, the vendors' status pages and the hosts that webhooks point to,
// each an HTTP server on loopback. Effects go to a ledger on disk, so that agent and sandbox can be killed beside each
// other. Loop thread only; the loop and the clock outlive it.
#pragma once

#include <asio/io_context.hpp>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "connectors/sandbox/twilio/twilio_options.h"
#include "engine/base/clock.h"
#include "engine/base/time.h"

namespace apiops::sandbox {

struct SandboxOptions {
  std::uint64_t seed = 1;
  std::string ledger;  // path of the file; empty: in memory
  twilio::TwilioOptions twilio{};
  unsigned short first_port = 0;  // twilio, openai, stripe, status, receiver, slack, its sockets on first_port, +1 …;
                                  // 0: free ones
  std::function<void(bool began)> on_call{};  // told when a call comes in and when it is answered
};

class Sandbox {
 public:
  // Listens at once. Throws std::system_error where a port, std::runtime_error where the ledger can't be had.
  Sandbox(asio::io_context& loop, Clock& clock, SandboxOptions options);
  ~Sandbox();
  Sandbox(const Sandbox&) = delete;
  Sandbox& operator=(const Sandbox&) = delete;

  // What points a client at it: TWILIO_BASE_URL, TWILIO_ACCOUNT_SID, OPENAI_API_KEY …, by variable.
  std::map<std::string, std::string> environment() const;
  // Who answers for the hosts that webhooks point to: "voice.example.com" → "http://127.0.0.1:4010" (the receiver);
  // every other host does not resolve.
  std::map<std::string, std::string> hosts() const;
  std::string slack_view() const;  // the page where the simulated Slack can be looked at and used
  Time anchor() const;             // the moment that the story is told around

 private:
  struct Parts;
  std::unique_ptr<Parts> parts_;
};

}  // namespace apiops::sandbox
