// The one masking gate: every text for a person, a log, the audit trail, a label, a file name or an error passes it.
//
// Known secrets are found in every encoding they travel in (plain, percent, JSON escapes, base64 at any alignment,
// hex); unknown ones by shape, by field name and by header (facts on secrets, sections 1 to 5). Masking is idempotent.
// Used from the event loop's thread; mask() is const and may also run in the pool.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "engine/base/document.h"
#include "engine/base/json.h"
#include "engine/base/secret.h"

namespace apiops {

struct MaskingSettings {
  bool mask_personal_data = true;  // phone numbers and e-mail addresses of people; the agent's own inventory stays
};

class MaskingGate {
 public:
  explicit MaskingGate(MaskingSettings settings = {});
  ~MaskingGate();
  MaskingGate(MaskingGate&&) noexcept;

  // A credential in use. Values shorter than 6 characters are refused silently: they would mask ordinary words.
  void add_secret(const Secret& secret);
  // A phone number (E.164) or e-mail address of our own inventory, or a number on offer: stays readable however it is
  // spelled. What is readable only grows, so this may be called wherever a gate is at hand.
  void add_own(std::string_view number_or_address) const;

  std::string mask(std::string_view text) const;
  void mask(Document& document) const;  // texts, and the strings inside of button actions that are shown as "text"
  Json mask(const Json& value) const;   // string values, knowing their field names; keys stay

  // First 4 and last 4 characters around a fixed filler; nothing of a value shorter than 16.
  static std::string shorten(std::string_view secret);

 private:
  friend class StreamMasker;
  struct Rules;
  std::unique_ptr<Rules> rules_;
};

// The same gate over a stream: what comes out does not depend on how the input is cut. Holds back from a possible start
// of a secret to the first character that can't belong to it, at most kMaxHeldBack bytes; beyond that what is held is
// masked.
class StreamMasker {
 public:
  static constexpr std::size_t kMaxHeldBack = 64u << 10;
  explicit StreamMasker(const MaskingGate& gate);
  ~StreamMasker();
  std::string feed(std::string_view piece);
  std::string finish();

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace apiops
