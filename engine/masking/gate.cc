#include "engine/masking/gate.h"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <set>

#include "engine/base/text.h"
#include "engine/masking/cards.h"
#include "engine/masking/decoded_view.h"
#include "engine/masking/encoded_blobs.h"
#include "engine/masking/field_names.h"
#include "engine/masking/known_secrets.h"
#include "engine/masking/personal_data.h"
#include "engine/masking/pieces.h"
#include "engine/masking/shapes.h"

namespace apiops {

using masking::Spans;

namespace {

constexpr std::size_t kMaxOwn = 20'000;

void find_secrets(const masking::KnownSecrets& known, std::string_view text, Spans& spans) {
  known.find(text, spans);
  masking::find_shapes(text, spans);
  masking::find_fields(text, spans);
}

// What an earlier pass wrote: four characters, the filler, four characters.
bool is_told(std::string_view text) {
  constexpr std::string_view kFiller = "…", kHidden = "••••";
  if (kHidden.starts_with(text)) return true;
  const auto filler = text.find(kFiller);
  return filler != std::string_view::npos && filler <= 4 && text.size() - filler - kFiller.size() <= 4;
}

// Overlapping spans become one; what the first one says of itself is told, unless the other reaches further.
Spans merged(Spans spans) {
  std::sort(spans.begin(), spans.end(),
            [](const auto& a, const auto& b) { return a.begin != b.begin ? a.begin < b.begin : a.end > b.end; });
  Spans out;
  for (auto& span : spans) {
    if (out.empty() || span.begin >= out.back().end) {
      out.push_back(std::move(span));
    } else if (span.end > out.back().end) {
      out.back().end = span.end;
      out.back().told = "••••";  // parts of two things: nothing of either
    }
  }
  return out;
}

// A piece of several lines as it was before it was wrapped, with the place that every byte came from.
struct Unwrapped {
  std::string text;
  std::vector<std::size_t> from;
};
Unwrapped unwrap(std::string_view piece) {
  Unwrapped out;
  for (std::size_t at = 0; at < piece.size();) {
    const auto newline = std::min(piece.find('\n', at), piece.size() - 1);
    const auto line = piece.substr(at, newline + 1 - at);
    const std::size_t end_of_line = masking::is_wrapped(line) ? (line.ends_with("\r\n") ? 2 : 1) : 0;
    for (std::size_t i = 0; i + end_of_line < line.size(); ++i) out.text += line[i], out.from.push_back(at + i);
    at = newline + 1;
  }
  return out;
}

}  // namespace

struct MaskingGate::Rules {
  MaskingSettings settings;
  masking::KnownSecrets known;
  std::set<std::string> own;

  std::string mask_piece(std::string_view text) const;
  void find_in_line(std::string_view line, Spans& spans) const;
  void find_across_lines(std::string_view piece, Spans& spans) const;
};

// Raw and decoded, secrets and personal data.
void MaskingGate::Rules::find_in_line(std::string_view line, Spans& spans) const {
  find_secrets(known, line, spans);
  masking::find_cards(line, spans);
  if (settings.mask_personal_data) masking::find_personal_data(line, own, spans);
  const auto holds_secret = [this](std::string_view decoded) {
    Spans found;
    find_secrets(known, decoded, found);
    return !found.empty();
  };
  masking::find_encoded(line, holds_secret, spans);
  const auto view = masking::decode(line);
  if (!view.differs) return;
  Spans inside;
  find_secrets(known, view.text, inside);
  if (settings.mask_personal_data) masking::find_personal_data(view.text, own, inside);
  for (auto& span : inside)
    if (span.end > span.begin)
      spans.push_back(
          {view.begin[span.begin], view.end[span.end - 1],
           span.told.empty() ? MaskingGate::shorten(view.text.substr(span.begin, span.end - span.begin)) : span.told});
}

// What begins on one line and ends on another.
void MaskingGate::Rules::find_across_lines(std::string_view piece, Spans& spans) const {
  const Unwrapped whole = unwrap(piece);
  Spans inside;
  find_in_line(whole.text, inside);
  for (auto& span : inside) {
    if (span.end <= span.begin) continue;
    const std::string_view found = std::string_view(whole.text).substr(span.begin, span.end - span.begin);
    spans.push_back({whole.from[span.begin], whole.from[span.end - 1] + 1,
                     span.told.empty() ? MaskingGate::shorten(found) : span.told});
  }
}

// One piece (pieces.h).
std::string MaskingGate::Rules::mask_piece(std::string_view text) const {
  if (masking::is_private_key(text)) return "[private key masked]" + std::string(text.ends_with('\n') ? "\n" : "");
  Spans spans;
  if (const auto newline = text.find('\n'); newline == std::string_view::npos || newline + 1 == text.size())
    find_in_line(text, spans);
  else
    find_across_lines(text, spans);
  std::erase_if(spans, [&](const auto& span) { return is_told(text.substr(span.begin, span.end - span.begin)); });
  if (spans.empty()) return std::string(text);
  std::string out;
  std::size_t at = 0;
  for (const auto& span : merged(std::move(spans))) {
    out += text.substr(at, span.begin - at);
    out += span.told.empty() ? MaskingGate::shorten(std::string(text.substr(span.begin, span.end - span.begin)))
                             : span.told;
    at = span.end;
  }
  return out + std::string(text.substr(at));
}

MaskingGate::MaskingGate(MaskingSettings settings) : rules_(std::make_unique<Rules>(Rules{settings, {}, {}})) {}
MaskingGate::~MaskingGate() = default;
MaskingGate::MaskingGate(MaskingGate&&) noexcept = default;

void MaskingGate::add_secret(const Secret& secret) { rules_->known.add(secret.reveal()); }

void MaskingGate::add_own(std::string_view number_or_address) const {
  if (rules_->own.size() < kMaxOwn) rules_->own.insert(masking::normal_contact(number_or_address));
}

std::string MaskingGate::mask(std::string_view text) const {
  masking::Pieces pieces;
  std::string out;
  const auto take = [&](std::string_view piece) { out += rules_->mask_piece(piece); };
  pieces.feed(text, take);
  pieces.finish(take);
  return out;
}

void MaskingGate::mask(Document& document) const {
  for_each_text(document, [this](std::string& text) { text = mask(std::string_view(text)); });
  for (auto& button : document.buttons)
    if (button.action.kind == "ask" && button.action.subject.contains("text") &&
        button.action.subject["text"].is_string())
      button.action.subject["text"] =
          mask(std::string_view(button.action.subject["text"].get_ref<const std::string&>()));
}

Json MaskingGate::mask(const Json& value) const {
  if (value.is_string()) return mask(std::string_view(value.get_ref<const std::string&>()));
  if (value.is_array()) {
    Json out = Json::array();
    for (const auto& item : value) out.push_back(mask(item));
    return out;
  }
  if (!value.is_object()) return value;
  Json out = Json::object();
  for (const auto& [name, field] : value.items()) {
    const bool secret = field.is_string() && masking::is_secret_field(name) &&
                        field.get_ref<const std::string&>().size() >= masking::kShortestSecret &&
                        !masking::is_placeholder(field.get_ref<const std::string&>());
    out[name] = secret ? Json(shorten(field.get<std::string>())) : mask(field);
  }
  return out;
}

std::string MaskingGate::shorten(std::string_view secret) {
  constexpr std::size_t kLongEnough = 16;
  if (secret.size() < kLongEnough) return "••••";
  const bool plain = std::all_of(secret.begin(), secret.end(), [](unsigned char c) { return c > 0x20 && c < 0x7f; });
  if (!plain) return "••••";
  return std::string(secret.substr(0, 4)) + "…" + std::string(secret.substr(secret.size() - 4));
}

struct StreamMasker::State {
  const MaskingGate::Rules& rules;
  masking::Pieces pieces;
};

StreamMasker::StreamMasker(const MaskingGate& gate) : state_(new State{*gate.rules_, {}}) {}
StreamMasker::~StreamMasker() = default;

std::string StreamMasker::feed(std::string_view piece) {
  std::string out;
  state_->pieces.feed(piece, [&](std::string_view whole) { out += state_->rules.mask_piece(whole); });
  return out;
}

std::string StreamMasker::finish() {
  std::string out;
  state_->pieces.finish([&](std::string_view whole) { out += state_->rules.mask_piece(whole); });
  return out;
}

}  // namespace apiops
