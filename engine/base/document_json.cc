#include <algorithm>
#include <array>
#include <nlohmann/json.hpp>

#include "engine/base/document.h"

namespace apiops {

namespace {

constexpr std::array<std::string_view, 5> kTones{"plain", "good", "warning", "bad", "muted"};

std::string tone_name(Tone tone) { return std::string(kTones[static_cast<std::size_t>(tone)]); }

Tone tone_of(const Json& json) {
  const std::string name = get_string(json, "tone", "plain");
  for (std::size_t i = 0; i < kTones.size(); ++i)
    if (kTones[i] == name) return static_cast<Tone>(i);
  return Tone::kPlain;
}

Json action_json(const Action& a) { return {{"kind", a.kind}, {"subject", a.subject}}; }
Action action_from(const Json& json) {
  const Json& a = get_object(json, "action");
  return {get_string(a, "kind"), a.contains("subject") ? a.at("subject") : Json()};
}

Json button_json(const Button& b) {
  return {{"label", b.label},
          {"tone", tone_name(b.tone)},
          {"action", action_json(b.action)},
          {"token", b.token},
          {"asks_for", b.asks_for}};
}
Button button_from(const Json& json) {
  return {.label = get_string(json, "label"),
          .tone = tone_of(json),
          .action = action_from(json),
          .token = get_string(json, "token"),
          .asks_for = get_string(json, "asks_for")};
}

template <typename T, typename ToJson>
Json list(const std::vector<T>& items, ToJson to) {
  Json out = Json::array();
  for (const auto& item : items) out.push_back(to(item));
  return out;
}

struct BlockJson {
  Json operator()(const Paragraph& p) const {
    return {{"type", "paragraph"}, {"text", p.text}, {"tone", tone_name(p.tone)}};
  }
  Json operator()(const Lines& l) const {
    return {{"type", "lines"},
            {"lines", list(l.lines, [](const Line& x) {
               return Json{{"tone", tone_name(x.tone)}, {"mark", x.mark}, {"label", x.label}, {"text", x.text}};
             })}};
  }
  Json operator()(const Fields& f) const {
    return {{"type", "fields"}, {"fields", list(f.fields, [](const Field& x) {
                                   return Json{{"name", x.name},
                                               {"value", x.value},
                                               {"before", x.before ? Json(*x.before) : Json()},
                                               {"tone", tone_name(x.tone)}};
                                 })}};
  }
  Json operator()(const Table& t) const {
    const auto cell = [](const Cell& c) {
      Json cell{{"text", c.text}, {"tone", tone_name(c.tone)}, {"button", c.button ? Json(*c.button) : Json()}};
      if (c.order) cell["order"] = *c.order;
      return cell;
    };
    return {{"type", "table"},
            {"columns", list(t.columns, [](const Column& c) { return Json{{"name", c.name}, {"number", c.number}}; })},
            {"rows", list(t.rows, [&](const std::vector<Cell>& row) { return list(row, cell); })},
            {"buttons", list(t.buttons, button_json)},
            {"total_rows", t.total_rows}};
  }
  Json operator()(const Chart& c) const {
    return {{"type", "chart"},    {"title", c.title},   {"unit", c.unit},
            {"labels", c.labels}, {"values", c.values}, {"note", c.note}};
  }
  Json operator()(const Code& c) const { return {{"type", "code"}, {"text", c.text}}; }
  Json operator()(const Mentions& m) const {
    Json who = Json::array();
    for (const auto& mention : m.who) {
      Json accounts = Json::array();
      for (const auto& a : mention.accounts)
        accounts.push_back({{"platform", a.platform}, {"workspace", a.workspace}, {"user", a.user}});
      who.push_back({{"name", mention.name}, {"group", mention.group}, {"accounts", std::move(accounts)}});
    }
    return {{"type", "mentions"}, {"who", std::move(who)}, {"text", m.text}};
  }
  Json operator()(const Menu& m) const {
    return {{"type", "menu"}, {"label", m.label}, {"choices", list(m.choices, [](const Choice& c) {
                                                     return Json{{"label", c.label},
                                                                 {"token", c.token},
                                                                 {"action", action_json(c.action)}};
                                                   })}};
  }
};

Lines lines_from(const Json& json) {
  Lines out;
  for (const auto& x : get_array(json, "lines"))
    out.lines.push_back({.tone = tone_of(x),
                         .mark = get_string(x, "mark"),
                         .label = get_string(x, "label"),
                         .text = get_string(x, "text")});
  return out;
}

Fields fields_from(const Json& json) {
  Fields out;
  for (const auto& x : get_array(json, "fields")) {
    Field field{.name = get_string(x, "name"), .value = get_string(x, "value"), .tone = tone_of(x)};
    if (x.is_object() && x.contains("before") && x.at("before").is_string()) field.before = get_string(x, "before");
    out.fields.push_back(std::move(field));
  }
  return out;
}

Table table_from(const Json& json) {
  Table t;
  for (const auto& c : get_array(json, "columns"))
    t.columns.push_back({get_string(c, "name"), get_bool(c, "number").value_or(false)});
  for (const auto& row : get_array(json, "rows")) {
    std::vector<Cell> cells;
    if (row.is_array())
      for (const auto& c : row) {
        Cell cell{.text = get_string(c, "text"), .tone = tone_of(c)};
        if (const auto button = get_integer(c, "button"); button && *button >= 0)
          cell.button = static_cast<std::size_t>(*button);
        if (c.is_object() && c.contains("order") && c.at("order").is_number()) cell.order = c.at("order").get<double>();
        cells.push_back(std::move(cell));
      }
    t.rows.push_back(std::move(cells));
  }
  for (const auto& b : get_array(json, "buttons")) t.buttons.push_back(button_from(b));
  t.total_rows = static_cast<std::size_t>(std::max<std::int64_t>(0, get_integer(json, "total_rows").value_or(0)));
  for (auto& row : t.rows)
    for (auto& cell : row)
      if (cell.button && *cell.button >= t.buttons.size()) cell.button.reset();
  return t;
}

Chart chart_from(const Json& json) {
  Chart c{.title = get_string(json, "title"), .unit = get_string(json, "unit"), .note = get_string(json, "note")};
  for (const auto& label : get_array(json, "labels"))
    c.labels.push_back(label.is_string() ? label.get<std::string>() : "");
  for (const auto& value : get_array(json, "values")) c.values.push_back(value.is_number() ? value.get<double>() : 0.0);
  c.labels.resize(c.values.size());
  return c;
}

Menu menu_from(const Json& json) {
  Menu m{.label = get_string(json, "label")};
  for (const auto& c : get_array(json, "choices"))
    m.choices.push_back({get_string(c, "label"), get_string(c, "token"), action_from(c)});
  return m;
}

Mentions mentions_from(const Json& json) {
  Mentions m{.who = {}, .text = get_string(json, "text")};
  for (const auto& w : get_array(json, "who")) {
    Mention mention{.name = get_string(w, "name"), .group = get_bool(w, "group").value_or(false), .accounts = {}};
    for (const auto& a : get_array(w, "accounts"))
      mention.accounts.push_back({get_string(a, "platform"), get_string(a, "workspace"), get_string(a, "user")});
    m.who.push_back(std::move(mention));
  }
  return m;
}

std::optional<Block> block_from(const Json& json) {
  const std::string type = get_string(json, "type");
  if (type == "paragraph") return Paragraph{get_string(json, "text"), tone_of(json)};
  if (type == "lines") return lines_from(json);
  if (type == "fields") return fields_from(json);
  if (type == "table") return table_from(json);
  if (type == "chart") return chart_from(json);
  if (type == "code") return Code{get_string(json, "text")};
  if (type == "menu") return menu_from(json);
  if (type == "mentions") return mentions_from(json);
  return std::nullopt;
}

}  // namespace

Json to_json(const Document& d) {
  return {{"title", d.title},
          {"tone", tone_name(d.tone)},
          {"aside", d.aside},
          {"blocks", list(d.blocks, [](const Block& b) { return std::visit(BlockJson{}, b); })},
          {"buttons", list(d.buttons, button_json)},
          {"footer", d.footer},
          {"code", d.code},
          {"working", d.working},
          {"card", d.card},
          {"subject", d.subject},
          {"open_until", d.open_until ? Json(to_millis(*d.open_until)) : Json()}};
}

Result<Document> document_from_json(const Json& json) {
  if (!json.is_object()) return failure(ErrorKind::kInvalid, "A document is a JSON object.");
  Document d;
  d.title = get_string(json, "title");
  d.tone = tone_of(json);
  d.aside = get_string(json, "aside");
  for (const auto& b : get_array(json, "blocks"))
    if (auto block = block_from(b)) d.blocks.push_back(std::move(*block));
  for (const auto& b : get_array(json, "buttons")) d.buttons.push_back(button_from(b));
  d.footer = get_string(json, "footer");
  d.code = get_string(json, "code");
  d.working = get_bool(json, "working").value_or(false);
  d.card = get_string(json, "card");
  d.subject = get_string(json, "subject");
  if (const auto until = get_integer(json, "open_until")) d.open_until = from_millis(*until);
  return d;
}

}  // namespace apiops
