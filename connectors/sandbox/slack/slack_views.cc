// Forms, the home tab and uploaded files of the simulated Slack.
#include "connectors/sandbox/reply.h"
#include "connectors/sandbox/slack/block_rules.h"
#include "connectors/sandbox/slack/slack_side.h"
#include "engine/base/text.h"

namespace apiops::sandbox::slack {

namespace {

Json json_of(const std::string& text) {
  auto parsed = parse_json(text);
  return parsed ? std::move(*parsed) : Json();
}

std::string kind_of(const std::string& name) {
  return name.ends_with(".png") ? "image/png" : "text/plain; charset=utf-8";
}

}  // namespace

net::ServerReply SlackSide::open_view(const net::Headers& a) {
  const auto trigger = triggers_.find(value_of(a, "trigger_id"));
  if (trigger == triggers_.end()) return no("invalid_trigger_id");
  if (get_bool(knobs_, "expire_triggers").value_or(false)) return no("expired_trigger_id");
  Json view = json_of(value_of(a, "view"));
  if (const auto fault = fault_of_view(view); !fault.word.empty())
    return no("invalid_arguments", {{"response_metadata", {{"messages", Json::array({fault.word + fault.where})}}}});
  view["id"] = fresh("V");
  view["hash"] = fresh("");
  view["for"] = trigger->second;
  triggers_.erase(trigger);
  views_[get_string(view, "id")] = view;
  show_views();
  return yes({{"view", view}});
}

net::ServerReply SlackSide::publish_view(const net::Headers& a) {
  Json view = json_of(value_of(a, "view"));
  if (const auto fault = fault_of_view(view); !fault.word.empty()) return no("invalid_arguments");
  view["id"] = fresh("V");
  views_["home/" + value_of(a, "user_id")] = view;
  show_views();
  return yes({{"view", view}});
}

net::ServerReply SlackSide::upload_url(const net::Headers& a) {
  if (value_of(a, "filename").empty() || integer_of(value_of(a, "length")).value_or(0) < 1)
    return no("invalid_arguments");
  const std::string id = fresh("F");
  files_[id] = {.name = value_of(a, "filename"), .bytes = {}};
  const std::string base = api_url_.substr(0, api_url_.size() - std::string_view("/api/").size());
  return yes({{"upload_url", base + "/upload/" + id}, {"file_id", id}});
}

net::ServerReply SlackSide::take_file(const net::ServerRequest& request) {
  const auto file = files_.find(request.path.substr(std::string_view("/upload/").size()));
  if (file == files_.end()) return {404, {{"Content-Type", "text/plain"}}, "no such upload"};
  file->second.bytes = request.body;
  return {200, {{"Content-Type", "text/plain"}}, "OK - " + std::to_string(request.body.size())};
}

net::ServerReply SlackSide::give_file(const std::string& id) const {
  const auto file = files_.find(id);
  if (file == files_.end()) return {404, {{"Content-Type", "text/plain"}}, "no such file"};
  return {200, {{"Content-Type", kind_of(file->second.name)}}, file->second.bytes};
}

net::ServerReply SlackSide::complete_upload(const net::Headers& a) {
  const Json wanted = json_of(value_of(a, "files"));
  const std::string base = api_url_.substr(0, api_url_.size() - std::string_view("/api/").size());
  if (!wanted.is_array() || wanted.empty()) return no("invalid_arguments");
  Json shared = Json::array();
  for (const auto& file : wanted) {
    const auto known = files_.find(get_string(file, "id"));
    if (known == files_.end() || known->second.bytes.empty()) return no("file_not_found");
    shared.push_back({{"id", known->first},
                      {"name", known->second.name},
                      {"title", get_string(file, "title")},
                      {"mimetype", kind_of(known->second.name)},
                      {"size", known->second.bytes.size()},
                      {"url_private", base + "/file/" + known->first}});
  }
  add({.channel = value_of(a, "channel_id"),
       .thread = value_of(a, "thread_ts"),
       .user = std::string(kBotUser),
       .text = {},
       .files = shared,
       .by_app = true});
  return yes({{"files", shared}});
}

}  // namespace apiops::sandbox::slack
