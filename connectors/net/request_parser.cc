#include "connectors/net/request_parser.h"

#include <http_parser.h>

#include <algorithm>

#include "engine/base/text.h"

namespace apiops::net {

struct RequestParser::State {
  explicit State(std::size_t limit) : max_body(limit) { restart(); }
  void restart() {
    http_parser_init(&parser, HTTP_REQUEST);
    parser.data = this;
    request = {};
    head_bytes = 0;
    head_done = done = keeps_alive = in_value = false;
  }

  http_parser parser;
  std::size_t max_body;
  ServerRequest request;
  std::size_t head_bytes = 0;
  bool head_done = false, done = false, keeps_alive = false, in_value = false;
  int fault = 0;
};

namespace {

template <typename S>
struct Callbacks {
  static S& of(http_parser* parser) { return *static_cast<S*>(parser->data); }
  // Not 1: for the end of the head that would mean "no body follows".
  static int refuse(S& state, int status) {
    state.fault = status;
    return -1;
  }

  static int on_url(http_parser* parser, const char* data, std::size_t size) {
    of(parser).request.target.append(data, size);
    return 0;
  }
  static int on_field(http_parser* parser, const char* data, std::size_t size) {
    auto& state = of(parser);
    auto& headers = state.request.headers;
    if (state.head_done) return 0;  // a trailer after a chunked body: nobody asked for it
    if (headers.empty() || state.in_value) {
      if (headers.size() == kMaxHeaderLines) return refuse(state, 431);
      headers.emplace_back();
      state.in_value = false;
    }
    headers.back().first += lower_ascii(std::string_view(data, size));
    return 0;
  }
  static int on_value(http_parser* parser, const char* data, std::size_t size) {
    auto& state = of(parser);
    if (state.head_done) return 0;
    state.in_value = true;
    if (!state.request.headers.empty()) state.request.headers.back().second.append(data, size);
    return 0;
  }
  static int on_head(http_parser* parser) {
    auto& state = of(parser);
    state.head_done = true;
    const bool has_length = (parser->flags & F_CONTENTLENGTH) != 0;
    return has_length && parser->content_length > state.max_body ? refuse(state, 413) : 0;
  }
  static int on_body(http_parser* parser, const char* data, std::size_t size) {
    auto& state = of(parser);
    if (state.request.body.size() + size > state.max_body) return refuse(state, 413);
    state.request.body.append(data, size);
    return 0;
  }
  static int on_done(http_parser* parser) {
    auto& state = of(parser);
    state.done = true;
    state.keeps_alive = http_should_keep_alive(parser) != 0 && parser->upgrade == 0;
    state.request.method = http_method_str(static_cast<http_method>(parser->method));
    http_parser_pause(parser, 1);  // what follows is the next request
    return 0;
  }

  static http_parser_settings settings() {
    http_parser_settings all;
    http_parser_settings_init(&all);
    all.on_url = on_url;
    all.on_header_field = on_field;
    all.on_header_value = on_value;
    all.on_headers_complete = on_head;
    all.on_body = on_body;
    all.on_message_complete = on_done;
    return all;
  }
};

}  // namespace

RequestParser::RequestParser(std::size_t max_body) : state_(std::make_unique<State>(max_body)) {}
RequestParser::~RequestParser() = default;

std::size_t RequestParser::feed(std::string_view bytes) {
  static const http_parser_settings settings = Callbacks<State>::settings();
  auto& state = *state_;
  if (state.done || state.fault != 0 || bytes.empty()) return 0;
  // A head is fed in pieces no larger than what it may still take, so that its bound holds to the byte.
  std::size_t consumed = 0;
  while (consumed < bytes.size() && !state.done && state.fault == 0) {
    const bool in_head = !state.head_done;
    const std::size_t room = in_head ? kMaxHeadBytes - state.head_bytes : bytes.size();
    if (room == 0) {
      state.fault = 431;
      break;
    }
    const std::size_t piece = std::min(room, bytes.size() - consumed);
    const std::size_t taken = http_parser_execute(&state.parser, &settings, bytes.data() + consumed, piece);
    consumed += taken;
    if (in_head) state.head_bytes += taken;
    if (state.done || state.fault != 0) break;
    if (HTTP_PARSER_ERRNO(&state.parser) != HPE_OK || taken < piece) {
      state.fault = HTTP_PARSER_ERRNO(&state.parser) == HPE_HEADER_OVERFLOW ? 431 : 400;
    }
  }
  return consumed;
}

bool RequestParser::head_complete() const { return state_->head_done; }
bool RequestParser::complete() const { return state_->done; }
bool RequestParser::keep_alive() const { return state_->keeps_alive; }
int RequestParser::fault() const { return state_->fault; }

bool RequestParser::wants_continue() const {
  return state_->head_done && !state_->done && state_->request.body.empty() &&
         lower_ascii(state_->request.header("expect")) == "100-continue";
}

ServerRequest RequestParser::take() {
  ServerRequest request = std::move(state_->request);
  for (auto& [name, value] : request.headers) value = std::string(trim(value));
  const auto question = request.target.find('?');
  request.path = decode_component(std::string_view(request.target).substr(0, question));
  if (question != std::string::npos)
    request.query = decode_query(std::string_view(request.target).substr(question + 1));
  state_->restart();
  return request;
}

}  // namespace apiops::net
