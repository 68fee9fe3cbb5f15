// Walks all texts of a document; see document.h.
#pragma once

#include "engine/base/document.h"

namespace apiops {

namespace detail {

template <typename Change>
void texts_of(Button& b, Change& change) {
  change(b.label);
  change(b.asks_for);
}

template <typename Change>
struct BlockTexts {
  Change& change;
  void operator()(Paragraph& p) { change(p.text); }
  void operator()(Lines& l) {
    for (auto& line : l.lines) change(line.label), change(line.text);
  }
  void operator()(Fields& f) {
    for (auto& field : f.fields) {
      change(field.name);
      change(field.value);
      if (field.before) change(*field.before);
    }
  }
  void operator()(Table& t) {
    for (auto& column : t.columns) change(column.name);
    for (auto& row : t.rows)
      for (auto& cell : row) change(cell.text);
    for (auto& b : t.buttons) texts_of(b, change);
  }
  void operator()(Chart& c) {
    change(c.title);
    change(c.unit);
    change(c.note);
    for (auto& label : c.labels) change(label);
  }
  void operator()(Code& c) { change(c.text); }
  void operator()(Menu& m) {
    change(m.label);
    for (auto& choice : m.choices) change(choice.label);
  }
  void operator()(Mentions& m) {
    for (auto& mention : m.who) change(mention.name);
    change(m.text);
  }
};

}  // namespace detail

template <typename Change>
void for_each_text(Document& document, Change&& change) {
  change(document.title);
  change(document.aside);
  for (auto& block : document.blocks) std::visit(detail::BlockTexts<std::remove_reference_t<Change>>{change}, block);
  for (auto& b : document.buttons) detail::texts_of(b, change);
  change(document.footer);
}

}  // namespace apiops
