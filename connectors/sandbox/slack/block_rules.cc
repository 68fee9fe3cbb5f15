#include "connectors/sandbox/slack/block_rules.h"

#include <set>

namespace apiops::sandbox::slack {

namespace {

constexpr std::size_t kMaxTotal = 13'200, kMaxTableTotal = 10'000;

class Judge {
 public:
  BlockFault judge(const Json& blocks, std::size_t at_most) {
    if (!blocks.is_array()) return {"invalid_blocks_format", "/"};
    if (blocks.size() > at_most) return {"invalid_blocks", "/" + std::to_string(at_most)};
    for (std::size_t i = 0; i < blocks.size() && fault_.word.empty(); ++i) block(blocks[i], "/" + std::to_string(i));
    if (fault_.word.empty() && total_ > kMaxTotal) fail("msg_blocks_too_long", "/");
    return fault_;
  }

 private:
  void fail(const std::string& word, const std::string& where) {
    if (fault_.word.empty()) fault_ = {word, where};
  }
  void check(bool fine, const std::string& where) {
    if (!fine) fail("invalid_blocks", where);
  }
  void unique(std::set<std::string>& seen, const std::string& id, const std::string& where) {
    check(id.size() <= 255 && (id.empty() || seen.insert(id).second), where);
  }

  void text(const Json& object, std::size_t most, const std::string& where, bool only_plain = false) {
    const std::string kind = get_string(object, "type"), words = get_string(object, "text");
    check(object.is_object() && (kind == "plain_text" || (kind == "mrkdwn" && !only_plain)), where + "/type");
    const std::size_t n = characters(words);
    check(n >= 1 && n <= most, where + "/text");
    total_ += n;
  }

  void block(const Json& b, const std::string& at) {
    check(b.is_object(), at);
    const std::string type = get_string(b, "type");
    unique(block_ids_, get_string(b, "block_id"), at + "/block_id");
    if (type == "section") return section(b, at);
    if (type == "header") return text(get_object(b, "text"), 150, at + "/text", true);
    if (type == "context") return context(b, at);
    if (type == "actions") return actions(b, at);
    if (type == "table") return table(b, at);
    if (type == "rich_text") return rich(b, at);
    if (type == "input") return input(b, at);
    if (type == "image") return check(!get_string(b, "alt_text").empty(), at + "/alt_text");
    check(type == "divider" || type == "markdown", at + "/type");
  }

  void section(const Json& b, const std::string& at) {
    const Json& fields = get_array(b, "fields");
    check(b.contains("text") || !fields.empty(), at);
    if (b.contains("text")) text(get_object(b, "text"), 3'000, at + "/text");
    check(fields.size() <= 10, at + "/fields");
    for (const auto& field : fields) text(field, 2'000, at + "/fields");
    if (b.contains("accessory")) element(get_object(b, "accessory"), at + "/accessory");
  }

  void context(const Json& b, const std::string& at) {
    const Json& elements = get_array(b, "elements");
    check(!elements.empty() && elements.size() <= 10, at + "/elements");
    for (const auto& e : elements)
      if (get_string(e, "type") != "image") text(e, 3'000, at + "/elements");
  }

  void actions(const Json& b, const std::string& at) {
    const Json& elements = get_array(b, "elements");
    check(!elements.empty() && elements.size() <= 25, at + "/elements");
    for (std::size_t i = 0; i < elements.size(); ++i) element(elements[i], at + "/elements/" + std::to_string(i));
  }

  void element(const Json& e, const std::string& at) {
    const std::string type = get_string(e, "type");
    unique(action_ids_, get_string(e, "action_id"), at + "/action_id");
    if (type == "button") {
      text(get_object(e, "text"), 75, at + "/text", true);
      check(get_string(e, "value").size() <= 2'000 && get_string(e, "url").size() <= 3'000, at + "/value");
      const std::string style = get_string(e, "style");
      check(!e.contains("style") || style == "primary" || style == "danger", at + "/style");
    } else if (type == "static_select") {
      if (e.contains("placeholder")) text(get_object(e, "placeholder"), 150, at + "/placeholder", true);
      const Json& options = get_array(e, "options");
      check(!options.empty() && options.size() <= 100, at + "/options");
      for (const auto& option : options) {
        text(get_object(option, "text"), 75, at + "/options");
        const std::size_t n = get_string(option, "value").size();
        check(n >= 1 && n <= 75, at + "/options/value");
      }
    } else {
      check(type == "plain_text_input" || type == "overflow" || type == "checkboxes" || type == "datepicker", at);
    }
  }

  void table(const Json& b, const std::string& at) {
    if (++tables_ > 1) return fail("only_one_table_allowed", at);
    const Json& rows = get_array(b, "rows");
    check(!rows.empty() && rows.size() <= 100, at + "/rows");
    std::size_t sum = 0;
    for (const auto& row : rows) {
      check(row.is_array() && !row.empty() && row.size() <= 20 && row.size() == rows[0].size(), at + "/rows");
      if (!row.is_array()) return;
      for (const auto& cell : row) {
        const std::string type = get_string(cell, "type"), words = get_string(cell, "text");
        check(type == "rich_text" || ((type == "raw_text" || type == "raw_number") && !words.empty()), at + "/rows");
        sum += characters(words);
      }
    }
    total_ += sum;
    if (sum > kMaxTableTotal) fail("invalid_attachments", at + "/rows");
  }

  void rich(const Json& b, const std::string& at) {
    const Json& elements = get_array(b, "elements");
    check(!elements.empty(), at + "/elements");
    for (const auto& part : elements) {
      const std::string type = get_string(part, "type");
      check(type == "rich_text_section" || type == "rich_text_preformatted" || type == "rich_text_list" ||
                type == "rich_text_quote",
            at + "/elements");
      check(!get_array(part, "elements").empty(), at + "/elements");
      for (const auto& piece : get_array(part, "elements")) {
        const std::string words = get_string(piece, "text");
        check(get_string(piece, "type") != "text" || !words.empty(), at + "/elements/text");
        total_ += characters(words);
      }
    }
  }

  void input(const Json& b, const std::string& at) {
    text(get_object(b, "label"), 2'000, at + "/label", true);
    element(get_object(b, "element"), at + "/element");
  }

  BlockFault fault_;
  std::set<std::string> block_ids_, action_ids_;
  std::size_t total_ = 0;
  int tables_ = 0;
};

bool short_enough(const Json& view, const char* name, std::size_t most, bool required) {
  const std::string words = get_string(get_object(view, name), "text");
  return characters(words) <= most && (!required || !words.empty());
}

}  // namespace

std::size_t characters(std::string_view text) {
  std::size_t n = 0;
  for (const char c : text) n += (static_cast<unsigned char>(c) & 0xC0) != 0x80 ? 1 : 0;
  return n;
}

BlockFault fault_of_blocks(const Json& blocks, std::size_t at_most) { return Judge().judge(blocks, at_most); }

BlockFault fault_of_view(const Json& view) {
  const std::string type = get_string(view, "type");
  if (type != "modal" && type != "home") return {"invalid_arguments", "/type"};
  if (view.dump().size() > 250'000) return {"view_too_large", "/"};
  if (get_string(view, "private_metadata").size() > 3'000 || get_string(view, "callback_id").size() > 255)
    return {"invalid_arguments", "/private_metadata"};
  if (type == "modal" && !(short_enough(view, "title", 24, true) && short_enough(view, "submit", 24, false) &&
                           short_enough(view, "close", 24, false)))
    return {"invalid_arguments", "/title"};
  for (const auto& block : get_array(view, "blocks"))  // for messages only
    if (get_string(block, "type") == "table" || get_string(block, "type") == "markdown")
      return {"invalid_arguments", "/blocks"};
  return fault_of_blocks(get_array(view, "blocks"), 100);
}

}  // namespace apiops::sandbox::slack
