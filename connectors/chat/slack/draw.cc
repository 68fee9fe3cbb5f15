#include "connectors/chat/slack/draw.h"

#include <algorithm>

#include "connectors/chat/slack/inbound.h"
#include "connectors/chat/slack/markup.h"
#include "engine/base/digest.h"
#include "engine/base/text.h"
#include "engine/base/tone_mark.h"

namespace apiops::slack {

namespace {

constexpr std::size_t kMaxHeader = 150, kMaxText = 3'000, kMaxButtonText = 75, kMaxContext = 1'000, kMaxOptions = 100,
                      kMaxButtons = 25, kMaxOptionText = 75, kMaxLink = 3'000, kMaxPlaceholder = 150, kMaxId = 20,
                      kMaxMentioned = 20;  // people of one group

Json plain_text(std::string_view text, std::size_t most) {
  return {{"type", "plain_text"}, {"text", text.empty() ? "–" : cut(text, most)}, {"emoji", false}};
}

Json rich_piece(std::string_view text, bool bold = false) {
  Json piece = {{"type", "text"}, {"text", text}};
  if (bold) piece["style"] = {{"bold", true}};
  return piece;
}

Json rich(Json elements, const char* kind = "rich_text_section") {
  return {{"type", "rich_text"}, {"elements", Json::array({{{"type", kind}, {"elements", std::move(elements)}}})}};
}

bool is_id(const std::string& text) {
  return text.size() >= 2 && text.size() <= kMaxId &&
         text.find_first_not_of("ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789") == std::string::npos;
}

std::string in_markup(const Mention& mention, const Mentionable& mentionable) {
  if (mention.group)
    if (const auto group = mentionable.groups.find(mention.name);
        group != mentionable.groups.end() && is_id(group->second))
      return "<!subteam^" + group->second + ">";
  std::string people;
  std::size_t named = 0;
  for (const auto& account : mention.accounts)
    if (account.platform == "slack" && account.workspace == mentionable.workspace && is_id(account.user) &&
        named++ < kMaxMentioned)
      people += (people.empty() ? "<@" : " <@") + account.user + ">";
  return people.empty() ? "@" + escape(mention.name) : people;
}

// One option or button for each row's own click, where a table has some.
struct RowClick {
  std::string label;
  const Button* button;
};

class Canvas {
 public:
  // Tables are for messages only.
  Canvas(const Document& document, std::string salt, const Mentionable& mentionable, bool tables = true)
      : document_(document), salt_(std::move(salt)), mentionable_(mentionable), table_drawn_(!tables) {}

  Drawing finish() {
    room_ = kMaxMessageText - tail();
    head();
    for (const auto& block : document_.blocks) std::visit([this](const auto& b) { add(b); }, block);
    buttons(document_.buttons);
    if (!document_.code.empty() && !document_.buttons.empty())
      context("Or type: approve " + document_.subject + " " + document_.code);
    context(document_.footer);
    if (!whole_ && blocks_.size() < kMaxBlocks)
      blocks_.push_back(
          {{"type", "context"}, {"elements", Json::array({plain_text("Not everything fits here.", kMaxContext)})}});
    Drawing d{.blocks = std::move(blocks_), .text = {}, .whole = whole_, .full = {}};
    if (d.blocks.empty()) d.blocks.push_back({{"type", "section"}, {"text", plain_text("–", 10)}});
    std::string full = to_text(document_);
    std::string_view fitting = cut(full, kMaxFallback);
    d.text = escape(fitting);
    while (length(d.text) > kMaxFallback) {
      fitting = cut(fitting, fitting.size() - fitting.size() / 10 - 1);
      d.text = escape(fitting);
    }
    if (d.text.empty()) d.text = "…";
    if (!whole_) d.full = std::move(full);
    return d;
  }

 private:
  // What stands below everything keeps its room: buttons, how to type it, the footer, the note that something is
  // missing.
  std::size_t tail() const {
    std::size_t characters = 200 + std::min(length(document_.footer), kMaxContext);
    for (std::size_t i = 0; i < std::min(document_.buttons.size(), kMaxButtons); ++i)
      characters += std::min(length(document_.buttons[i].label) + 1, kMaxButtonText);
    return characters;
  }
  // Takes room for a text; nothing where the message is full.
  bool takes(std::size_t characters) {
    if (blocks_.size() + 4 >= kMaxBlocks || used_ + characters > room_) {
      whole_ = false;
      return false;
    }
    used_ += characters;
    return true;
  }
  std::string block_id(const char* kind) {
    return std::string(kind) + "-" + sha256_hex(salt_ + "/" + std::to_string(blocks_.size())).substr(0, 12);
  }

  void head() {
    const std::string title = std::string(mark_of(document_.tone)) + document_.title;
    if (document_.title.empty()) return;
    used_ += std::min(length(title), kMaxText);
    if (length(title) <= kMaxHeader && title.find('\n') == std::string::npos && !document_.card.empty())
      blocks_.push_back({{"type", "header"}, {"text", plain_text(title, kMaxHeader)}});
    else
      blocks_.push_back(rich(Json::array({rich_piece(cut(title, kMaxText), true)})));
    used_ += std::min(length(document_.aside), kMaxContext);
    context(document_.aside);
  }

  void context(const std::string& text) {
    if (text.empty() || blocks_.size() >= kMaxBlocks) return;
    blocks_.push_back({{"type", "context"}, {"elements", Json::array({plain_text(text, kMaxContext)})}});
  }

  void add(const Paragraph& p) {
    std::string_view rest = p.text;
    bool first = true;
    while (!rest.empty()) {
      const std::string_view piece = cut(rest, kMaxText - 4);
      if (!takes(length(piece) + 2)) return;
      const std::string text = (first ? std::string(mark_of(p.tone)) : "") + std::string(piece);
      blocks_.push_back({{"type", "section"}, {"text", plain_text(text, kMaxText)}});
      rest.remove_prefix(piece.size());
      first = false;
    }
  }

  void add(const Lines& lines) {
    Json pieces = Json::array();
    for (const auto& line : lines.lines) {
      const std::string mark = line.mark.empty() ? std::string(mark_of(line.tone)) : line.mark + " ";
      const std::string text(cut(line.text, kMaxText));
      if (!takes(length(mark) + length(line.label) + length(text) + 4)) break;
      if (!pieces.empty()) pieces.push_back(rich_piece("\n"));
      if (!mark.empty()) pieces.push_back(rich_piece(mark));
      if (!line.label.empty()) pieces.push_back(rich_piece(line.label + "  ", true));
      if (!text.empty()) pieces.push_back(rich_piece(text));
    }
    if (!pieces.empty()) blocks_.push_back(rich(std::move(pieces)));
  }

  void add(const Fields& fields) {
    Json pieces = Json::array();
    for (const auto& field : fields.fields) {
      const std::string value = (field.before ? *field.before + " → " : "") + field.value;
      if (!takes(length(field.name) + std::min(length(value), kMaxText) + 6)) break;
      if (!pieces.empty()) pieces.push_back(rich_piece("\n"));
      pieces.push_back(rich_piece(field.name + ": ", true));
      if (!value.empty())
        pieces.push_back(rich_piece(std::string(mark_of(field.tone)) + std::string(cut(value, kMaxText))));
    }
    if (!pieces.empty()) blocks_.push_back(rich(std::move(pieces)));
  }

  void add(const Table& table) {
    if (table.columns.empty()) return;
    const std::size_t shown = table_drawn_ ? as_text(table) : as_table(table);
    if (const std::size_t all = std::max(table.total_rows, table.rows.size()); shown < all) {
      const std::string note = with_thousands(static_cast<long long>(shown)) + " of " +
                               with_thousands(static_cast<long long>(all)) + " rows are shown.";
      if (takes(length(note))) context(note);
      if (shown < table.rows.size()) whole_ = false;
    }
    std::vector<RowClick> clicks;
    for (const auto& row : table.rows)
      for (const auto& cell : row)
        if (cell.button && *cell.button < table.buttons.size())
          clicks.push_back({row.front().text, &table.buttons[*cell.button]});
    menu_of(clicks);
  }

  // Slack's own table: one a message, 100 rows, 20 columns, 10,000 characters in all.
  std::size_t as_table(const Table& table) {
    const std::size_t columns = std::min(table.columns.size(), kMaxTableColumns);
    Json rows = Json::array(), head = Json::array(), settings = Json::array();
    std::size_t characters = 0;
    for (std::size_t c = 0; c < columns; ++c) {
      head.push_back(cell(table.columns[c].name));
      characters += length(table.columns[c].name) + 1;
      settings.push_back({{"align", table.columns[c].number ? "right" : "left"}, {"is_wrapped", true}});
    }
    rows.push_back(std::move(head));
    std::size_t shown = 0;
    for (const auto& row : table.rows) {
      std::size_t wide = 1 + columns;
      for (const auto& c : row) wide += length(c.text) + 2;
      if (blocks_.size() + 4 >= kMaxBlocks || rows.size() >= kMaxTableRows || characters + wide > kMaxTableText ||
          used_ + characters + wide > room_)
        break;
      Json cells = Json::array();
      for (std::size_t c = 0; c < columns; ++c)
        cells.push_back(cell(c < row.size() ? std::string(mark_of(row[c].tone)) + row[c].text : std::string()));
      rows.push_back(std::move(cells));
      characters += wide;
      ++shown;
    }
    if (shown == 0) return 0;
    table_drawn_ = true;
    used_ += characters;
    blocks_.push_back({{"type", "table"},
                       {"block_id", block_id("table")},
                       {"column_settings", std::move(settings)},
                       {"rows", std::move(rows)}});
    return shown;
  }
  static Json cell(const std::string& text) {
    return {{"type", "raw_text"}, {"text", text.empty() ? "–" : text}};  // an empty cell is refused
  }

  // A second table of a message, as text in columns.
  std::size_t as_text(const Table& table) {
    Document alone;
    alone.blocks.push_back(table);
    const std::string text = to_text(alone);
    const std::string_view fitting = cut(text, kMaxText);
    if (!takes(length(fitting))) return 0;
    blocks_.push_back(rich(Json::array({rich_piece(fitting)}), "rich_text_preformatted"));
    return fitting.size() == text.size() ? table.rows.size() : 0;
  }

  void add(const Chart& chart) {
    Json pieces = Json::array();
    std::size_t labels = 0;
    if (!chart.labels.empty()) labels = length(chart.labels.front()) + length(chart.labels.back());
    if (!takes(length(chart.title) + chart.values.size() + length(chart.note) + labels + 40)) return;
    if (!chart.title.empty()) pieces.push_back(rich_piece(chart.title + "\n", true));
    pieces.push_back(rich_piece(spark_line(chart.values)));
    if (!chart.labels.empty()) pieces.push_back(rich_piece("\n" + chart.labels.front() + " … " + chart.labels.back()));
    if (!chart.note.empty()) pieces.push_back(rich_piece("\n" + chart.note));
    blocks_.push_back(rich(std::move(pieces)));
  }

  void add(const Code& code) {
    const std::string_view fitting = cut(code.text, kMaxText);
    if (fitting.empty() || !takes(length(fitting))) return;
    whole_ = whole_ && fitting.size() == code.text.size();
    blocks_.push_back(rich(Json::array({rich_piece(fitting)}), "rich_text_preformatted"));
  }

  void add(const Menu& menu) {
    Json options = Json::array();
    for (const auto& choice : menu.choices)
      if (options.size() < kMaxOptions && !choice.token.empty())
        options.push_back({{"text", plain_text(choice.label, kMaxOptionText)}, {"value", choice.token}});
    select(menu.label, std::move(options));
  }

  // The one place where our own markup lives: ids that the configuration and Slack gave, all else escaped.
  void add(const Mentions& mentions) {
    std::string text;
    for (const auto& mention : mentions.who) text += in_markup(mention, mentionable_) + " ";
    text += escape(mentions.text);
    if (text.empty()) return;
    if (length(text) > kMaxText) whole_ = false;
    if (length(text) <= kMaxText && takes(length(text)))
      blocks_.push_back({{"type", "section"}, {"text", {{"type", "mrkdwn"}, {"text", text}, {"verbatim", true}}}});
  }

  void menu_of(const std::vector<RowClick>& clicks) {
    Json options = Json::array();
    for (const auto& click : clicks)
      if (options.size() < kMaxOptions && !click.button->token.empty())
        options.push_back({{"text", plain_text(click.button->label + " " + click.label, kMaxOptionText)},
                           {"value", click.button->token}});
    select("Choose …", std::move(options));
  }

  // As many options as there is room for.
  void select(const std::string& label, Json options) {
    std::size_t characters = kMaxPlaceholder, fitting = 0;
    while (fitting < options.size()) {
      const std::size_t more = length(get_string(get_object(options[fitting], "text"), "text"));
      if (used_ + characters + more > room_) break;
      characters += more;
      ++fitting;
    }
    if (fitting < options.size()) whole_ = false;
    if (fitting == 0 || !takes(characters)) return;
    options.erase(options.begin() + static_cast<std::ptrdiff_t>(fitting), options.end());
    const std::string id = block_id("menu");
    blocks_.push_back({{"type", "actions"},
                       {"block_id", id},
                       {"elements", Json::array({{{"type", "static_select"},
                                                  {"action_id", "menu-" + id},
                                                  {"placeholder", plain_text(label, kMaxPlaceholder)},
                                                  {"options", std::move(options)}}})}});
  }

  void buttons(const std::vector<Button>& all) {
    Json elements = Json::array();
    bool primary = false;
    for (const auto& b : all) {
      if (elements.size() >= kMaxButtons) break;
      Json element = {{"type", "button"},
                      {"action_id", "button-" + std::to_string(elements.size())},
                      {"text", plain_text(b.label, kMaxButtonText)}};
      if (b.action.kind == "link")
        element["url"] = cut(get_string(b.action.subject, "url"), kMaxLink);
      else if (!b.token.empty())
        element["value"] = button_value(b.token, b.asks_for);
      else
        continue;
      if (b.tone == Tone::kGood && !primary) element["style"] = "primary", primary = true;
      if (b.tone == Tone::kBad) element["style"] = "danger";
      elements.push_back(std::move(element));
    }
    if (elements.empty() || blocks_.size() >= kMaxBlocks) return;
    blocks_.push_back({{"type", "actions"}, {"block_id", block_id("buttons")}, {"elements", std::move(elements)}});
  }

  const Document& document_;
  std::string salt_;
  const Mentionable& mentionable_;
  Json blocks_ = Json::array();
  std::size_t used_ = 0, room_ = kMaxMessageText;
  bool whole_ = true, table_drawn_;  // only one table a message
};

}  // namespace

Drawing draw(const Document& document, const std::string& salt, const Mentionable& mentionable) {
  return Canvas(document, salt, mentionable).finish();
}

Json home_view(const Document& document) {
  return {{"type", "home"}, {"blocks", Canvas(document, "home", {}, false).finish().blocks}};
}

}  // namespace apiops::slack
