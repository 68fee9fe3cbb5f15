// errors.report for OpenAI: what can be seen. The usage report counts successes only, so failed calls of the team's own
// programs are invisible; seen are the free probe's verdict, failed batches and failed fine-tuning jobs.
#include <algorithm>
#include <nlohmann/json.hpp>

#include "connectors/services/openai/openai_adapter.h"
#include "connectors/services/openai/openai_errors.h"
#include "engine/base/text.h"

namespace apiops::openai {

namespace {

std::optional<Time> at(const Json& row, std::string_view field) {
  const auto seconds = get_integer(row, field);
  return seconds && *seconds > 0 ? std::optional(from_seconds(*seconds)) : std::nullopt;
}

// A batch that failed, ran out of time, or lost requests.
std::optional<Failure> failed_batch(const Json& row) {
  const auto status = get_string(row, "status");
  const long long lost = get_integer(get_object(row, "request_counts"), "failed").value_or(0);
  if (status != "failed" && status != "expired" && lost == 0) return std::nullopt;
  Failure failure;
  failure.kind = "batches";
  failure.resource = get_string(row, "id");
  failure.subject = get_string(row, "model");
  failure.status = status;
  const Json& errors = get_array(get_object(row, "errors"), "data");
  if (!errors.empty()) {
    failure.code = get_string(errors.front(), "code");
    failure.detail = clean_line(clip(get_string(errors.front(), "message"), 200));
  } else if (lost > 0) {
    failure.detail = count_of(lost, "request") + " of the batch failed";
  }
  for (const auto* field : {"failed_at", "expired_at", "completed_at", "created_at"}) {
    if (const auto when = at(row, field)) {
      failure.at = *when;
      break;
    }
  }
  return failure;
}

std::optional<Failure> failed_finetune(const Json& row) {
  if (get_string(row, "status") != "failed") return std::nullopt;
  const Json& error = get_object(row, "error");
  Failure failure;
  failure.kind = "finetunes";
  failure.resource = get_string(row, "id");
  failure.subject = get_string(row, "model");
  failure.status = "failed";
  failure.code = get_string(error, "code");
  failure.detail = clean_line(clip(get_string(error, "message"), 200));
  failure.at = at(row, "finished_at").value_or(at(row, "created_at").value_or(Time{}));
  return failure;
}

class FailureReader final : public PageReader<Failure> {
 public:
  FailureReader(OpenAiApi& api, Clock& clock, FailureQuery query, std::optional<Project> project)
      : api_(api), clock_(clock), query_(std::move(query)), project_(std::move(project)) {}

  // Three pages: the probe, batches, fine-tuning jobs.
  asio::awaitable<Result<Page<Failure>>> next() override {
    switch (step_++) {
      case 0:
        co_return co_await probe();
      case 1:
        co_return co_await jobs("batches", "/batches", failed_batch);
      default: {
        auto page = co_await jobs("finetunes", "/fine_tuning/jobs", failed_finetune);
        if (page) page->last = true;
        co_return page;
      }
    }
  }

 private:
  bool wants(std::string_view kind) const {
    return query_.kinds.empty() || std::ranges::find(query_.kinds, kind) != query_.kinds.end();
  }
  bool fits(const Failure& failure) const {
    return query_.period.contains(failure.at) && (query_.code.empty() || query_.code == failure.code) &&
           (query_.resource.empty() || query_.resource == failure.resource || query_.resource == failure.subject);
  }

  asio::awaitable<Result<Page<Failure>>> probe() {
    Page<Failure> page;
    if (!wants("requests")) co_return page;
    const Time now = clock_.now();
    page.notes.push_back(
        "OpenAI's usage report counts successful calls only. What is listed for requests is what a free call just got; "
        "how many of "
        "your own calls failed can't be read.");
    if (query_.period.to + std::chrono::minutes(1) < now) co_return page;
    const FreeProbe seen = co_await free_probe(api_, {});
    page.scanned["requests"] = 1;
    if (const Error* error = seen.first_error()) {
      if (error->code == "not_configured") co_return std::unexpected(*error);
      if (!project_ && api_.has(Key::kAdmin)) project_ = co_await own_project(api_);
      Failure failure;
      failure.code = error->code.empty() ? std::to_string(error->http_status) : error->code;
      failure.detail = clean_line(clip(error->what, 200));
      failure.kind = "requests";
      failure.resource = seen.model;
      failure.subject = project_ ? project_->name : seen.model;
      failure.status = error->http_status == 0 ? "no answer" : "refused";
      failure.at = std::min(now, query_.period.to - Duration(1));
      failure.http_status = error->http_status;
      if (fits(failure)) page.items.push_back(std::move(failure));
    }
    co_return page;
  }

  asio::awaitable<Result<Page<Failure>>> jobs(std::string kind, std::string path,
                                              std::optional<Failure> (*read)(const Json&)) {
    Page<Failure> page;
    if (!wants(kind) || !api_.has(Key::kProject)) co_return page;
    auto listed = co_await api_.list(Key::kProject, std::move(path), {{"limit", "100"}});
    if (!listed) {
      page.notes.push_back("OpenAI's " + kind + " were not read: " + listed.error().what);
      co_return page;
    }
    page.scanned[kind] = static_cast<long long>(listed->rows.size());
    page.cut = listed->cut;
    if (!listed->trouble.empty()) page.notes.push_back(listed->trouble);
    for (const auto& row : listed->rows) {
      if (auto failure = read(row); failure && fits(*failure)) page.items.push_back(std::move(*failure));
    }
    co_return page;
  }

  OpenAiApi& api_;
  Clock& clock_;
  FailureQuery query_;
  std::optional<Project> project_;
  int step_ = 0;
};

}  // namespace

std::unique_ptr<PageReader<Failure>> OpenAiAdapter::failures(FailureQuery query) {
  return std::make_unique<FailureReader>(api_, clock_, std::move(query), own_project_);
}

}  // namespace apiops::openai
