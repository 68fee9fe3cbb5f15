// The sandbox's frame: an anchor time, a seed, and what follows from both. Nothing of the story is stored: each
// message, call, event or minute of use is computed from its place in a stream, so that a start costs nothing and the
// story goes on by itself as time passes. Loop thread only; owned by Sandbox.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "engine/base/clock.h"
#include "engine/base/time.h"

namespace apiops::sandbox {

enum class Stream : std::uint64_t {
  kAccount = 1,
  kNumber,
  kMessage,
  kCall,
  kLineCall,
  kLiveCall,
  kNotification,
  kAlert,
  kApiKey,
  kService,
  kApplication,
  kTrunk,
  kRequest,
  kProject,
  kModelKey,
  kAdminKey,
  kUse,
  kUser,
  kJob,
  kPayment,
  kPaymentIntent,
  kCharge,
  kEvent,
  kCustomer,
  kSubscription,
  kInvoice,
  kRefund,
  kPayout,
  kDispute,
  kEndpoint,
  kOther,
  kSentMessage,
  kPlacedCall,
  kTrigger,
  kSubaccount,
  kBrand,
  kCampaign,
  kVerification,
  kAddress,
  kAlarm,
  kSubaccountNumber,
  kSubaccountMessage,
};

class World {
 public:
  World(Clock& clock, std::uint64_t seed, Time anchor) : clock_(clock), seed_(seed), anchor_(anchor) {}

  Time now() const { return clock_.now(); }
  Time anchor() const { return anchor_; }
  std::uint64_t seed() const { return seed_; }

  // The same number for the same place, always.
  std::uint64_t chance(Stream stream, long long n, std::uint64_t salt = 0) const;
  // An id of 32 hexadecimal characters that its place can be read back from: "SM" + …
  std::string id(std::string_view prefix, Stream stream, long long n) const;
  std::optional<long long> place_of(std::string_view prefix, Stream stream, std::string_view id) const;
  // Fake key material in the alphabet of the real ones.
  std::string letters(Stream stream, long long n, std::size_t count) const;
  std::string hex(Stream stream, long long n, std::size_t count) const;

 private:
  std::uint64_t mask(Stream stream) const { return chance(stream, -1, 0xa5a5); }

  Clock& clock_;
  std::uint64_t seed_;
  Time anchor_;
};

// Things that happen at an even pace, counted from the anchor: before it with places below 0, after it from 0 on.
struct Beat {
  Stream stream;
  Duration every;
  Time at(const World& world, long long n) const;
  // The places of all that happened in from <= t < to, newest first.
  std::vector<long long> within(const World& world, Time from, Time to) const;
};

// One thing of a stream; lists are made of these.
struct Ref {
  Stream stream{};
  long long n = 0;
  Time at;
  friend bool operator==(const Ref& a, const Ref& b) { return a.stream == b.stream && a.n == b.n; }
};
void newest_first(std::vector<Ref>& refs);

// Hosts that exist in the story, and whether something answers there.
bool host_answers(std::string_view host);
std::string host_of_url(std::string_view url);

inline constexpr std::string_view kVoiceHost = "voice.example.com";
inline constexpr std::string_view kHooksHost = "hooks.example.com";
inline constexpr std::string_view kDeadHost = "old-gw.example.com";
inline constexpr std::string_view kFailingPath = "/stripe/billing";  // of kHooksHost: answers 500

}  // namespace apiops::sandbox
