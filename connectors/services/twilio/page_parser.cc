#include "connectors/services/twilio/page_parser.h"

#include <simdjson.h>

#include <charconv>

#include "engine/base/json.h"

namespace apiops::twilio {

namespace {

namespace dom = simdjson::dom;

constexpr std::size_t kUsualPage = 1u << 20;

std::string_view text_of(const dom::element& value) {
  std::string_view text;
  return value.get(text) == simdjson::SUCCESS ? text : std::string_view();
}

// A number that may come as text.
long long integer_of(const dom::element& value) {
  std::int64_t number = 0;
  if (value.get(number) == simdjson::SUCCESS) return number;
  const std::string_view text = text_of(value);
  std::from_chars(text.data(), text.data() + text.size(), number);
  return number;
}

// The dates of a record, best first.
struct Dates {
  std::string_view began, made, changed;
  Time best() const {
    for (const auto text : {began, made, changed})
      if (const auto at = text.empty() ? std::nullopt : parse_rfc2822(text)) return *at;
    return {};
  }
};

RecordView record_of(const dom::object& row, RecordKind kind) {
  RecordView r;
  Dates dates;
  const std::string_view began = kind == RecordKind::kMessages ? "date_sent" : "start_time";
  for (const auto [key, value] : row) {
    if (key == "sid")
      r.sid = text_of(value);
    else if (key == "from")
      r.from = text_of(value);
    else if (key == "to")
      r.to = text_of(value);
    else if (key == "status")
      r.status = text_of(value);
    else if (key == "direction")
      r.direction = text_of(value);
    else if (key == "messaging_service_sid")
      r.service = text_of(value);
    else if (key == "error_code")
      r.code = integer_of(value);
    else if (key == "error_message")
      r.code_text = text_of(value);
    else if (key == "price")
      r.price = text_of(value);
    else if (key == "price_unit")
      r.currency = text_of(value);
    else if (key == began)
      dates.began = text_of(value);
    else if (key == "date_created")
      dates.made = text_of(value);
    else if (key == "date_updated")
      dates.changed = text_of(value);
  }
  r.own = r.direction == "inbound" ? r.to : r.from;
  r.was_sent = !dates.began.empty();
  r.at = dates.best();
  return r;
}

std::unexpected<Error> refused(simdjson::error_code code) {
  const std::string_view why = code == simdjson::DEPTH_ERROR                                  ? "too deep"
                               : code == simdjson::CAPACITY                                   ? "too large"
                               : code == simdjson::EMPTY || code == simdjson::UNCLOSED_STRING ? "incomplete"
                                                                                              : "not JSON";
  return failure(ErrorKind::kTransient, std::string(why), "unexpected");
}

}  // namespace

struct PageParser::Page {
  dom::parser parser{kMaxJsonBytes};
  std::string body;
  dom::element root;
  bool sized = false;
};

PageParser::PageParser() : page_(std::make_unique<Page>()) {}
PageParser::~PageParser() = default;

Status PageParser::read(std::string body) {
  if (!page_->sized) {
    if (const auto code = page_->parser.allocate(kUsualPage, kMaxJsonDepth); code != simdjson::SUCCESS)
      return refused(code);
    page_->sized = true;
  }
  page_->body = std::move(body);
  const auto code = page_->parser.parse(page_->body).get(page_->root);
  if (code != simdjson::SUCCESS) return refused(code);
  return {};
}

std::string PageParser::next() const {
  std::string_view link;
  return page_->root["next_page_uri"].get(link) == simdjson::SUCCESS ? std::string(link) : std::string();
}

Status PageParser::for_each(RecordKind kind, const std::function<void(const RecordView&)>& visit) const {
  dom::array rows;
  if (page_->root[kind == RecordKind::kMessages ? "messages" : "calls"].get(rows) != simdjson::SUCCESS)
    return failure(ErrorKind::kTransient, "no list in it", "unexpected");
  for (const dom::element row : rows)
    if (dom::object fields; row.get(fields) == simdjson::SUCCESS) visit(record_of(fields, kind));
  return {};
}

}  // namespace apiops::twilio
