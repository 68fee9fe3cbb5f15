#include "connectors/chat/slack/frame.h"

#include <algorithm>
#include <array>

namespace apiops::slack {

namespace {

constexpr std::array<std::string_view, 6> kUnread{"blocks", "attachments",  "authorizations",
                                                  "files",  "authed_users", "bot_access_token"};

// Builds the tree of what is read; a skipped member's insides are counted only.
class Builder final : public nlohmann::json_sax<Json> {
 public:
  bool null() override { return value(nullptr); }
  bool boolean(bool v) override { return value(v); }
  bool number_integer(number_integer_t v) override { return value(v); }
  bool number_unsigned(number_unsigned_t v) override { return value(v); }
  bool number_float(number_float_t v, const string_t&) override { return value(v); }
  bool string(string_t& v) override { return value(std::move(v)); }
  bool binary(binary_t&) override { return false; }
  bool start_object(std::size_t) override { return open(Json::value_t::object); }
  bool start_array(std::size_t) override { return open(Json::value_t::array); }
  bool end_object() override { return close(); }
  bool end_array() override { return close(); }
  bool key(string_t& name) override {
    if (skipped_ > 0) return true;
    skip_next_ = std::find(kUnread.begin(), kUnread.end(), name) != kUnread.end();
    if (!skip_next_) slot_ = &(*open_.back())[name];
    return true;
  }
  bool parse_error(std::size_t, const std::string&, const nlohmann::detail::exception&) override { return false; }

  Json root;

 private:
  template <typename Value>
  bool value(Value&& v) {
    if (!std::exchange(skip_next_, false) && skipped_ == 0) place(Json(std::forward<Value>(v)));
    return true;
  }
  bool open(Json::value_t kind) {
    if (open_.size() + skipped_ >= kMaxJsonDepth) return false;
    if (std::exchange(skip_next_, false) || skipped_ > 0)
      ++skipped_;
    else
      open_.push_back(place(Json(kind)));
    return true;
  }
  bool close() {
    if (skipped_ > 0)
      --skipped_;
    else
      open_.pop_back();
    return true;
  }
  Json* place(Json&& v) {
    if (open_.empty()) return root = std::move(v), &root;
    if (open_.back()->is_array()) return open_.back()->push_back(std::move(v)), &open_.back()->back();
    *slot_ = std::move(v);
    return slot_;
  }

  std::vector<Json*> open_;  // an element's address holds while the element itself is the open one
  Json* slot_ = nullptr;     // of the member that is read
  std::size_t skipped_ = 0;  // containers open inside of what is not read
  bool skip_next_ = false;
};

}  // namespace

Result<Json> read_frame(std::string_view text) {
  Builder builder;
  if (!Json::sax_parse(text.begin(), text.end(), &builder))
    return failure(ErrorKind::kInvalid, "The frame is too deep or not JSON.");
  return std::move(builder.root);
}

}  // namespace apiops::slack
