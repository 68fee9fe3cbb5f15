// An answer before it is drawn. It holds plain text and typed parts, and no platform's markup: a connector draws it.
//
// A document is a value: it is built by an answer, masked as a whole by the gate, stored as JSON in the outbox, and
// drawn by each connector. Actions of buttons become tokens when the document is stored (engine/delivery).
#pragma once

#include <cstdint>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "engine/base/json.h"
#include "engine/base/result.h"
#include "engine/base/time.h"

namespace apiops {

// How a line or a whole document should strike the eye. A connector adds its own mark (✓ ⚠ ✗) and colour.
enum class Tone : std::uint8_t { kPlain, kGood, kWarning, kBad, kMuted };

// What a click asks for. `kind` is one of:
//   "ask"        subject {"intent": NAME, "slots": {…}, "text": what to show as the person's message}: runs as that
//                person's ask
//   "approve", "reject", "plan_cancel", "plan_done", "plan_retry", "plan_drop", "details"   subject {"plan": id}
//   "acknowledge", "snooze"   subject {"alert": id} ("snooze" also {"until": …})
//   "link"       subject {"url": …}: opened by the person's own browser, never a token
struct Action {
  std::string kind;
  Json subject;
};

struct Button {
  std::string label;
  Tone tone = Tone::kPlain;  // kGood: the primary one; kBad: the dangerous one
  Action action;
  std::string token;     // minted when the document is stored; empty before
  std::string asks_for;  // a question for text before the click is sent ("Why?"), or empty
};

struct Paragraph {
  std::string text;  // may hold line breaks
  Tone tone = Tone::kPlain;
};

// Lines that each carry a mark of their own: health, evidence, steps in progress.
struct Line {
  Tone tone = Tone::kPlain;
  std::string mark;   // "✓", "⚠", "✗", "…", "·"
  std::string label;  // shown strong; may be empty
  std::string text;
};
struct Lines {
  std::vector<Line> lines;
};

// Name and value pairs of a card. `before` where the value changes: drawn as before → value.
struct Field {
  std::string name;
  std::string value;
  std::optional<std::string> before{};
  Tone tone = Tone::kPlain;
};
struct Fields {
  std::vector<Field> fields;
};

struct Column {
  std::string name;
  bool number = false;  // right-aligned, sorted as a number
};
struct Cell {
  std::string text;
  Tone tone = Tone::kPlain;
  std::optional<std::size_t> button{};  // index into Table::buttons: the row's own click
  std::optional<double> order{};        // what the column sorts by where the text does not tell: a time's milliseconds
};
// A moment as a person reads it ("Sun 15:02"), sorted as what it is.
inline Cell time_cell(Time t, Time now, std::string_view zone) {
  return {.text = short_time(t, now, zone), .order = static_cast<double>(to_millis(t))};
}
struct Table {
  std::vector<Column> columns;
  std::vector<std::vector<Cell>> rows;
  std::vector<Button> buttons;
  std::size_t total_rows = 0;  // more than rows.size() where the table was cut; "show more" is a button
};

// A trend: one value for each step of time, oldest first. A connector draws a picture, or a line of blocks.
struct Chart {
  std::string title;
  std::string unit;
  std::vector<std::string> labels;  // as many as values
  std::vector<double> values;       // for the eye only; exact figures stand in the text
  std::string note;
};

struct Code {
  std::string text;
};

// A choice among many, where buttons would be too many.
struct Choice {
  std::string label;
  std::string token;
  Action action;
};
struct Menu {
  std::string label;
  std::vector<Choice> choices;
};

// Somebody who is to notice the message. Named by the engine, from the policy and never out of a text: a connector
// draws a mention that its platform acts on, or the name where they have no account there.
struct Mention {
  struct Account {
    std::string platform, workspace, user;
  };
  std::string name;               // "Ben", "ops-leads"
  bool group = false;             // of the policy: mentioned as one where the platform knows that group …
  std::vector<Account> accounts;  // … else its people one by one
};
struct Mentions {
  std::vector<Mention> who;
  std::string text;  // what stands behind them
};

using Block = std::variant<Paragraph, Lines, Fields, Table, Chart, Code, Menu, Mentions>;

struct Document {
  std::string title;  // the verdict, in one line
  Tone tone = Tone::kPlain;
  std::string aside;  // right of the title: "15:02, took 0.9 s", "waiting for 1 approval"
  std::vector<Block> blocks;
  std::vector<Button> buttons;
  std::string footer;
  std::string code;                  // the typed form's code of a plan ("7f3a"), or empty
  bool working = false;              // more is coming: the message will be edited
  std::string card;                  // "plan" or "alert" where the document is a card of that kind, else empty
  std::string subject;               // the plan's or alert's number where it is a card
  std::optional<Time> open_until{};  // of a card that can expire: a connector that can shows the time that is left
};

// Lossless. The stored form, and what the console's page is sent. from_json never throws on outside data.
Json to_json(const Document& document);
Result<Document> document_from_json(const Json& json);

// The plain-text drawing: terminals, fallback texts, `apiops ask`. Holds no escape sequences.
std::string to_text(const Document& document, std::size_t width = 100);

// Calls `change` on every text of the document that a person could read (titles, cells, labels, footers …), never on
// tokens and actions: what masking and cleaning are done with.
template <typename Change>
void for_each_text(Document& document, Change&& change);

// A row of ▁▂▃▄▅▆▇█, one for each value.
std::string spark_line(const std::vector<double>& values);

}  // namespace apiops

#include "engine/base/document_texts.h"
