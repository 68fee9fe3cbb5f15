// resources.list and resource.show for OpenAI. Keys are shown as OpenAI shows them (head and tail), never more.
#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "connectors/services/openai/openai_adapter.h"
#include "engine/base/text.h"

namespace apiops::openai {

namespace {

std::optional<Time> at(const Json& row, std::string_view field) {
  const auto seconds = get_integer(row, field);
  return seconds && *seconds > 0 ? std::optional(from_seconds(*seconds)) : std::nullopt;
}

std::string day(std::optional<Time> t, std::string otherwise) {
  return t ? to_iso8601(*t).substr(0, 10) : std::move(otherwise);
}

Resource model_of(const Json& row) {
  Resource model{"models", get_string(row, "id"), get_string(row, "id"), "", Tone::kPlain, {}, {}, at(row, "created")};
  model.fields.emplace_back("Owned by", get_string(row, "owned_by", "unknown"));
  if (const auto end = get_string(row, "shutdown_date"); !end.empty()) {
    model.fields.emplace_back("Shut down on", end);
    model.state = "retiring";
    model.tone = Tone::kWarning;
  }
  return model;
}

Resource project_of(const Json& row) {
  return {"projects", get_string(row, "id"), get_string(row, "name"), get_string(row, "status"), Tone::kPlain, {},
          {},         at(row, "created_at")};
}

Resource key_of(const Json& row, const std::string& where) {
  Resource key{"keys", get_string(row, "id"), get_string(row, "name", "no name"), "", Tone::kPlain, {},
               {},     at(row, "created_at")};
  key.fields.emplace_back("Key", get_string(row, "redacted_value", "unknown"));
  key.fields.emplace_back("For", where);
  key.fields.emplace_back("Created", day(key.created, "unknown"));
  key.fields.emplace_back("Last used", day(at(row, "last_used_at"), "never, as far as OpenAI tells"));
  return key;
}

Resource batch_of(const Json& row) {
  Resource batch{
      "batches", get_string(row, "id"), get_string(row, "endpoint"), get_string(row, "status"), Tone::kPlain, {},
      {},        at(row, "created_at")};
  if (batch.state == "failed" || batch.state == "expired") batch.tone = Tone::kBad;
  const Json& counts = get_object(row, "request_counts");
  batch.fields.emplace_back(
      "Requests", fmt::format("{} of {}, {} failed", get_integer(counts, "completed").value_or(0),
                              get_integer(counts, "total").value_or(0), get_integer(counts, "failed").value_or(0)));
  return batch;
}

Resource finetune_of(const Json& row) {
  Resource job{
      "finetunes", get_string(row, "id"), get_string(row, "model"), get_string(row, "status"), Tone::kPlain, {},
      {},          at(row, "created_at")};
  if (job.state == "failed") job.tone = Tone::kBad;
  if (const auto model = get_string(row, "fine_tuned_model"); !model.empty()) job.fields.emplace_back("Model", model);
  return job;
}

Resource file_of(const Json& row) {
  Resource file{
      "files", get_string(row, "id"), get_string(row, "filename"), get_string(row, "status"), Tone::kPlain, {},
      {},      at(row, "created_at")};
  file.fields.emplace_back("Purpose", get_string(row, "purpose", "unknown"));
  file.fields.emplace_back("Bytes", with_thousands(get_integer(row, "bytes").value_or(0)));
  return file;
}

bool matches(const Resource& resource, const std::string& wanted) {
  if (wanted.empty()) return true;
  for (const auto* text : {&resource.id, &resource.label, &resource.state}) {
    if (lower_ascii(*text).find(wanted) != std::string::npos) return true;
  }
  for (const auto& [name, value] : resource.fields) {
    if (lower_ascii(value).find(wanted) != std::string::npos) return true;
  }
  return false;
}

struct Source {
  Key key;
  std::string path;
  std::string limit;  // empty: the list has no paging
  Resource (*read)(const Json&);
};

std::optional<Source> source_of(const std::string& kind) {
  if (kind == "models") return Source{Key::kProject, "/models", "", model_of};
  if (kind == "projects") return Source{Key::kAdmin, "/organization/projects", "100", project_of};
  if (kind == "batches") return Source{Key::kProject, "/batches", "100", batch_of};
  if (kind == "finetunes") return Source{Key::kProject, "/fine_tuning/jobs", "100", finetune_of};
  if (kind == "files") return Source{Key::kProject, "/files", "1000", file_of};
  return std::nullopt;
}

void take(Page<Resource>& page, Resource resource, const std::string& wanted) {
  if (matches(resource, wanted)) page.items.push_back(std::move(resource));
}

asio::awaitable<Result<Page<Resource>>> list_keys(OpenAiApi& api, std::string wanted) {
  Page<Resource> page;
  auto admin = co_await api.list(Key::kAdmin, "/organization/admin_api_keys", {{"limit", "100"}});
  if (!admin) co_return std::unexpected(admin.error());
  for (const auto& row : admin->rows) take(page, key_of(row, "the organisation (admin)"), wanted);
  page.scanned["keys"] = static_cast<long long>(admin->rows.size());
  auto all = co_await projects(api);
  if (!all) co_return std::unexpected(all.error());
  for (const auto& project : *all) {
    auto keys =
        co_await api.list(Key::kAdmin, "/organization/projects/" + project.id + "/api_keys", {{"limit", "100"}});
    if (!keys) {
      page.notes.push_back("The keys of " + project.name + " were not read: " + keys.error().what);
      continue;
    }
    for (const auto& row : keys->rows) take(page, key_of(row, "project " + project.name), wanted);
    page.scanned["keys"] += static_cast<long long>(keys->rows.size());
  }
  co_return page;
}

}  // namespace

std::vector<std::string> OpenAiAdapter::resource_kinds() const {
  return {"models", "keys", "projects", "batches", "finetunes", "files"};
}

asio::awaitable<Result<Page<Resource>>> OpenAiAdapter::resources(std::string kind, std::string filter) {
  const std::string wanted = lower_ascii(filter);
  if (kind == "keys") co_return co_await list_keys(api_, wanted);
  const auto source = source_of(kind);
  if (!source) co_return failure(ErrorKind::kUnsupported, fmt::format("OpenAI has no {}.", kind));
  net::Headers query;
  if (!source->limit.empty()) query.emplace_back("limit", source->limit);
  auto listed = co_await api_.list(source->key, source->path, std::move(query));
  if (!listed) co_return std::unexpected(listed.error());
  Page<Resource> page;
  page.scanned[kind] = static_cast<long long>(listed->rows.size());
  page.last = !listed->cut;
  page.cut = listed->cut;
  if (!listed->trouble.empty()) page.notes.push_back(listed->trouble);
  for (const auto& row : listed->rows) take(page, source->read(row), wanted);
  co_return page;
}

asio::awaitable<Result<Resource>> OpenAiAdapter::resource(std::string id) {
  const std::string part = net::encode_component(id);
  std::string path = "/models/" + part;
  Key key = Key::kProject;
  Resource (*read)(const Json&) = model_of;
  if (id.starts_with("proj_")) {
    path = "/organization/projects/" + part;
    key = Key::kAdmin;
    read = project_of;
  } else if (id.starts_with("batch_")) {
    path = "/batches/" + part;
    read = batch_of;
  } else if (id.starts_with("ftjob-")) {
    path = "/fine_tuning/jobs/" + part;
    read = finetune_of;
  } else if (id.starts_with("file-")) {
    path = "/files/" + part;
    read = file_of;
  } else if (id.starts_with("key_")) {
    const auto keys = co_await list_keys(api_, lower_ascii(id));
    if (!keys) co_return std::unexpected(keys.error());
    if (keys->items.empty()) co_return failure(ErrorKind::kNotFound, fmt::format("OpenAI knows no key {}.", id));
    co_return keys->items.front();
  }
  auto reply = co_await api_.get(key, std::move(path));
  if (!reply) co_return std::unexpected(reply.error());
  co_return read(reply->body);
}

}  // namespace apiops::openai
