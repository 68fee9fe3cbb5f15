#include "connectors/sandbox/twilio/story.h"

#include <fmt/format.h>

#include <algorithm>

namespace apiops::sandbox::twilio {

namespace {

constexpr std::array<int, 8> kAreas{628, 510, 917, 347, 773, 720, 725, 206};  // none of ours
// Of ten thousand messages, how many end with which error.
struct Share {
  int code;
  std::uint64_t of_ten_thousand;
};
constexpr std::array<Share, 6> kMessageErrors{
    {{30007, 648}, {30034, 515}, {21610, 164}, {30003, 90}, {30005, 70}, {30006, 40}}};
constexpr std::uint64_t kInboundShare = 1500;
constexpr std::array<std::size_t, 10> kSenders{kMarketing, kMarketing, kMarketing, kMarketing, kMain,
                                               kMain,      kChicago,   kChicago,   kTollFree,  kTollFree};
constexpr std::array<std::size_t, 8> kCalled{kMain, kMain, kSales, kSales, kChicago, kTollFree, kTrunked, kIvr};
// Four callers hung up or found the line busy before the webhook was asked.
constexpr std::array<long long, 4> kNotAsked{-38, -27, -15, -6};

std::string customer_of(std::uint64_t chance) {
  return fmt::format("+1{}55501{:02}", kAreas[chance % kAreas.size()], (chance / 64) % 50 + 50 * (chance % 2));
}

int message_error(std::uint64_t draw) {
  for (const auto& [code, share] : kMessageErrors) {
    if (draw < share) return code;
    draw -= share;
  }
  return 0;
}

std::string_view message_status(const World& world, const Message& m) {
  if (m.inbound) return "received";
  if (m.code == 21610) return "failed";
  if (m.code != 0) return "undelivered";
  return world.now() - m.at < std::chrono::seconds(5) ? "sent" : "delivered";
}

void ended_well(const World& world, Call& call, std::uint64_t draw) {
  call.status = world.now() - call.ref.at < std::chrono::seconds(call.seconds) ? "in-progress" : "completed";
  if (draw % 100 < 4)
    call.status = "busy";
  else if (draw % 100 < 10)
    call.status = "no-answer";
  else if (draw % 100 < 12 && !call.inbound)
    call.status = "failed", call.code = 13224;
  if (call.status != "completed" && call.status != "in-progress") call.seconds = 0;
}

void asked_webhook(Call& call, const std::string& url) {
  if (host_answers(host_of_url(url))) return;
  call.status = "failed";
  call.code = 11200;
  call.seconds = 0;
  call.webhook = url;
}

void add(std::vector<Ref>& refs, const World& world, const Beat& beat, Time from, Time to) {
  for (const long long n : beat.within(world, from, to)) refs.push_back({beat.stream, n, beat.at(world, n)});
}

}  // namespace

Time MessagePace::at(long long n) const {
  if (scale_ == 0) return kMessages.at(world_, n);
  return world_.anchor() + Duration(Duration(kScaleSpan).count() * n / scale_);
}

long long MessagePace::first_not_before(Time t, Range within) const {
  while (within.first < within.last) {
    const long long middle = within.first + (within.last - within.first) / 2;
    if (at(middle) < t)
      within.first = middle + 1;
    else
      within.last = middle;
  }
  return within.first;
}

MessagePace::Range MessagePace::between(Time from, Time to) const {
  from = std::max(from, world_.anchor() - kHistory);
  to = std::min(to, world_.now());
  const Range all = scale_ > 0 ? Range{-scale_, 0}
                               : Range{(from - world_.anchor()) / kMessages.every - 2,
                                       std::max<long long>((to - world_.anchor()) / kMessages.every, 0) + 2};
  if (to <= from) return {};
  const long long first = first_not_before(from, all);
  return {first, first_not_before(to, {first, std::max(first, all.last)})};
}

Message message_at(const World& world, const MessagePace& pace, long long n) {
  const std::uint64_t draw = world.chance(Stream::kMessage, n, 3);
  Message m;
  m.n = n;
  m.at = pace.at(n);
  m.code = message_error(draw % 10'000);
  m.inbound = m.code == 0 && (draw >> 20) % 10'000 < kInboundShare;
  m.number = m.code == 30034 ? kUnregistered : m.code == 30007 ? kMarketing : kSenders[(draw >> 40) % kSenders.size()];
  m.customer = customer_of(world.chance(Stream::kMessage, n, 4));
  m.status = message_status(world, m);
  return m;
}

Call call_of(const World& world, const Ref& ref, const LineWebhook& webhook) {
  const std::uint64_t draw = world.chance(ref.stream, ref.n, 3);
  Call call{
      .ref = ref, .customer = customer_of(world.chance(ref.stream, ref.n, 4)), .status = "completed", .webhook = {}};
  call.seconds = 20 + static_cast<long long>((draw >> 12) % 300);
  if (ref.stream == Stream::kCall) {
    call.number = kCalled[(draw >> 32) % kCalled.size()];
    call.inbound = call.number == kMain || (draw >> 44) % 4 != 0;
    ended_well(world, call, draw);
    return call;
  }
  call.number = kLine;
  call.seconds = 10 + static_cast<long long>((draw >> 12) % 15);
  const bool hung_up = ref.stream == Stream::kLineCall && std::ranges::find(kNotAsked, ref.n) != kNotAsked.end();
  if (hung_up)
    call.status = ref.n % 2 == 0 ? "no-answer" : "busy", call.seconds = 0;
  else if (world.now() - ref.at < std::chrono::seconds(call.seconds))
    call.status = "in-progress";
  if (!hung_up) asked_webhook(call, webhook(ref.at));
  return call;
}

std::vector<Ref> calls_between(const World& world, Time from, Time to) {
  std::vector<Ref> refs;
  from = std::max(from, world.anchor() - kHistory);
  add(refs, world, kCalls, from, to);
  add(refs, world, kLineCalls, from, std::min(to, world.anchor()));
  add(refs, world, kLiveCalls, std::max(from, world.anchor()), to);
  newest_first(refs);
  return refs;
}

std::string call_sid(const World& world, const Ref& ref) { return world.id("CA", ref.stream, ref.n); }

std::optional<Ref> call_ref(const World& world, std::string_view sid) {
  for (const Beat* beat : {&kCalls, &kLineCalls, &kLiveCalls}) {
    const auto n = world.place_of("CA", beat->stream, sid);
    if (!n) continue;
    if (beat == &kLineCalls && *n >= 0) return std::nullopt;
    if (beat == &kLiveCalls && *n < 0) return std::nullopt;
    const Time at = beat->at(world, *n);
    return at <= world.now() && at >= world.anchor() - kHistory ? std::optional(Ref{beat->stream, *n, at})
                                                                : std::nullopt;
  }
  return std::nullopt;
}

std::string_view words_of(int code) {
  switch (code) {
    case 11200:
      return "HTTP retrieval failure";
    case 13224:
      return "Dial: Twilio does not support calling this number or the number is invalid";
    case 21610:
      return "Attempt to send to unsubscribed recipient";
    case 30003:
      return "Unreachable destination handset";
    case 30005:
      return "Unknown destination handset";
    case 30006:
      return "Landline or unreachable carrier";
    case 30007:
      return "Message filtered";
    case 30034:
      return "US A2P 10DLC - Message from an Unregistered Number";
    default:
      return "";
  }
}

std::string_view category_level(int code) { return code == 21610 || code == 13224 ? "warning" : "error"; }

}  // namespace apiops::sandbox::twilio
