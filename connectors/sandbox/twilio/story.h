// What happened on the simulated Twilio account: twelve numbers, their messages and calls, computed from the world's
// streams. One line's webhook was pointed at a host that is gone, 5.8 hours before the anchor. Loop thread only;
// values.
#pragma once

#include <array>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "connectors/sandbox/world.h"

namespace apiops::sandbox::twilio {

struct SeedNumber {
  std::string_view phone, name, country;
  long long age_days;
};
inline constexpr std::array<SeedNumber, 12> kSeedNumbers{{
    {"+14155550134", "Support line", "US", 700},
    {"+14155550177", "Order updates", "US", 45},
    {"+14155550101", "Main", "US", 1100},
    {"+12125550142", "Marketing", "US", 400},
    {"+12125550118", "Sales New York", "US", 800},
    {"+13125550163", "Support Chicago", "US", 600},
    {"+18885550119", "Toll-free", "US", 900},
    {"+16465550127", "Office trunk", "US", 300},
    {"+15125550155", "IVR", "US", 350},
    {"+13035550172", "Campaign spring 2024", "US", 560},
    {"+17025550188", "Test Vegas", "US", 420},
    {"+442079460123", "London office", "GB", 500},
}};
inline constexpr std::size_t kLine = 0, kUnregistered = 1, kMain = 2, kMarketing = 3, kSales = 4, kChicago = 5,
                             kTollFree = 6, kTrunked = 7, kIvr = 8;
inline constexpr std::chrono::seconds kOutageAge{
    20'880};  // 5.8 h before the anchor: 09:14 for somebody who starts at 15:02
inline constexpr std::chrono::hours kHistory{24 * 32};

inline constexpr Beat kMessages{Stream::kMessage, Duration(27'835)};  // 3,104 a day
inline constexpr std::chrono::hours kScaleSpan{23};  // inside of "the last 24 hours" for an hour after the start
inline constexpr Beat kCalls{Stream::kCall, Duration(120'000)};  // 720 a day
inline constexpr Beat kLineCalls{Stream::kLineCall,
                                 Duration(509'000)};  // to the line before the anchor: 41 since the outage
inline constexpr Beat kLiveCalls{Stream::kLiveCall, Duration(30'000)};  // to the line from the anchor on

struct Message {
  long long n = 0;
  Time at;
  std::size_t number = 0;  // index of kSeedNumbers
  std::string customer;
  bool inbound = false;
  int code = 0;
  std::string_view status;
};

// When messages come: at the story's pace, for ever; or, for measurements, exactly `scale` of them in the kScaleSpan
// before the anchor. Later places are later; nothing is held.
class MessagePace {
 public:
  MessagePace(const World& world, long long scale) : world_(world), scale_(scale) {}
  Time at(long long n) const;
  // The places first <= n < last of what happened in from <= t < to, not before kHistory nor after now.
  struct Range {
    long long first = 0, last = 0;
  };
  Range between(Time from, Time to) const;

 private:
  long long first_not_before(Time t, Range within) const;
  const World& world_;
  long long scale_;
};
Message message_at(const World& world, const MessagePace& pace, long long n);

struct Call {
  Ref ref;
  std::size_t number = 0;
  std::string customer;
  bool inbound = true;
  std::string status;
  int code = 0;
  long long seconds = 0;
  std::string webhook;  // what was asked for the call, where that failed
};
// Tells where the line's voice webhook pointed at a time: the story's past, and what was changed since.
using LineWebhook = std::function<std::string(Time)>;
Call call_of(const World& world, const Ref& ref, const LineWebhook& webhook);

// Newest first; nothing older than kHistory.
std::vector<Ref> calls_between(const World& world, Time from, Time to);
std::string call_sid(const World& world, const Ref& ref);
std::optional<Ref> call_ref(const World& world, std::string_view sid);

std::string_view words_of(int code);        // the error's title
std::string_view category_level(int code);  // "error" or "warning"

}  // namespace apiops::sandbox::twilio
