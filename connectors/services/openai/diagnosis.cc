// failures.diagnose for OpenAI requests: key, money, rate, region, model or vendor. Seen by free calls and, with the
// admin key, by the usage report; inferences are told as such.
#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "connectors/services/openai/openai_adapter.h"
#include "connectors/services/openai/openai_errors.h"
#include "engine/base/text.h"

namespace apiops::openai {

namespace {

constexpr std::string_view kUsageLag = "OpenAI's usage report can be some minutes late";

std::string name_of(const Error& error) { return error.code.empty() ? std::to_string(error.http_status) : error.code; }

std::string whose(const std::string& project) { return project.empty() ? "this key's project" : "project " + project; }

// 429, family by family: verdict, cause and what to do.
void explain_money(Diagnosis& d, const Error& error, const std::string& project) {
  if (error.code == "project_spend_limit_exceeded") {
    d.verdict =
        fmt::format("OpenAI refuses the calls of {} because its own monthly spend limit is reached.", whose(project));
    d.next = fmt::format(
        "Raise or remove the project's limit at {}, or wait for the month to end. Waiting minutes or retrying does not "
        "help.",
        kLimitsPage);
  } else if (error.code == "organization_spend_limit_exceeded" || error.code == "organization_usage_limit_exceeded") {
    d.verdict = "OpenAI refuses model calls because the organisation's monthly limit is reached.";
    d.next = fmt::format("Raise the limit at {}. Retrying does not help.", kLimitsPage);
  } else {
    d.verdict = fmt::format("OpenAI refuses the calls of {} because it has no credit left.", whose(project));
    d.next = fmt::format("Add credit or raise the monthly budget at {}; no API can do that. Retrying does not help.",
                         kBillingPage);
  }
}

void explain_rate(Diagnosis& d, const Error& error, const std::string& project, const std::string& model) {
  const RateText text = read_rate_text(error.what);
  if (trouble_of(error) == Trouble::kTooLarge) {
    d.verdict = fmt::format("A single request to {} is larger than the limit of {}.", model, whose(project));
    d.next = "Send less in one request, or raise the project's limit. Waiting does not help.";
  } else if (trouble_of(error) == Trouble::kRamp) {
    d.verdict = "OpenAI asks to slow down: traffic grew too fast, although the limits are not reached.";
    d.next = "Lower the rate, then grow by at most half every 15 minutes.";
  } else {
    d.verdict = fmt::format("Calls to {} are refused because {} is at its rate limit.", model, whose(project));
    d.next = fmt::format(
        "Spread the calls out, or raise the limit: the project's own if it is set below the tier, else at {}.",
        kLimitsPage);
  }
  if (text.limit) {
    d.evidence.push_back(
        fmt::format("the limit is {}{}{}{}", with_thousands(*text.limit), text.unit.empty() ? "" : " " + text.unit,
                    text.used ? fmt::format(", {} used", with_thousands(*text.used)) : "",
                    text.requested ? fmt::format(", {} asked for", with_thousands(*text.requested)) : ""));
  }
  if (error.retry_after) d.evidence.push_back("OpenAI says to wait " + human_duration(*error.retry_after));
}

void explain_refusal(Diagnosis& d, const Error& error, const std::string& project, const std::string& model) {
  switch (trouble_of(error)) {
    case Trouble::kMoney:
      return explain_money(d, error, project);
    case Trouble::kRate:
    case Trouble::kRamp:
    case Trouble::kTooLarge:
      return explain_rate(d, error, project, model);
    case Trouble::kKey:
      d.verdict = fmt::format("OpenAI refuses the key ({}).", name_of(error));
      d.next = fmt::format("Make a new project key at {} and set OPENAI_API_KEY.", kProjectKeysPage);
      return;
    case Trouble::kScope:
      d.verdict = "The key is accepted, but it may not do this.";
      d.next = fmt::format("Widen its permissions at {}.", kProjectKeysPage);
      return;
    case Trouble::kRegion:
      d.verdict = "OpenAI does not serve the region of this host's address.";
      d.cause = "this host moved to another provider or region";
      d.next = "Route the calls from a region that OpenAI serves. The key is not the cause.";
      return;
    case Trouble::kModel:
      d.verdict = fmt::format("{} may not use {}; the key itself works.",
                              project.empty() ? "The key's project" : "Project " + project, model);
      d.next = "Check the model's name and the project's list of allowed models.";
      return;
    case Trouble::kOverload:
      d.verdict = fmt::format("OpenAI itself fails ({}); the credentials are not the cause.", name_of(error));
      d.next = "Wait and try again with growing pauses.";
      return;
    case Trouble::kNetwork:
      d.verdict = "OpenAI does not answer.";
      d.next = "Check this host's network and the vendor's status page. The credentials were not the cause of this.";
      return;
    case Trouble::kRequest:
      d.verdict =
          fmt::format("Whether model calls work could not be seen: the free check was refused ({}).", name_of(error));
      d.tone = Tone::kWarning;
      d.next = "A test completion (a few tokens) would show it.";
      return;
  }
}

void tell_vendor(Diagnosis& d, const VendorState& vendor) {
  if (vendor.indicator == "unknown") {
    d.evidence.push_back("OpenAI's status page could not be read");
  } else if (vendor.incidents.empty()) {
    d.evidence.push_back("OpenAI reports no incident");
  } else {
    d.evidence.push_back("OpenAI reports: " + vendor.incidents.front().name);
  }
}

void propose_test(Diagnosis& d, const std::string& model) {
  d.remedy =
      ask("openai.completion.test", model.empty() ? Json::object() : Json{{"model", model}}, "test the OpenAI API");
  d.remedy_text = "Proposed: one test completion, which costs a few tokens and shows whether generation works.";
}

// Other services' ids (CA…, pi_…), numbers and URLs are no names of models.
bool may_be_model(std::string_view id) {
  const bool word = !id.empty() && ((id[0] >= 'a' && id[0] <= 'z') || (id[0] >= '0' && id[0] <= '9'));
  return word && id.find("://") == std::string_view::npos &&
         (id.starts_with("ft:") || id.find('_') == std::string_view::npos);
}

}  // namespace

// With the admin key: what the usage report says about this project and the others.
asio::awaitable<Diagnosis> OpenAiAdapter::diagnose_project(Diagnosis d, Period period) {
  const Time now = clock_.now();
  if (!api_.has(Key::kAdmin)) {
    d.evidence.push_back("usage by project was not checked: OPENAI_ADMIN_KEY is not set");
    co_return d;
  }
  auto seen = co_await activity(api_, period);
  if (!seen) {
    d.evidence.push_back("usage by project could not be read: " + seen.error().what);
    co_return d;
  }
  if (!own_project_) co_return d;
  const auto mine = seen->find(own_project_->id);
  if (mine == seen->end()) {
    d.evidence.push_back(fmt::format("{} completed no request in this period", own_project_->name));
    co_return d;
  }
  std::optional<Time> last;
  if (mine->second.last_until) last = co_await last_minute(api_, own_project_->id, *mine->second.last_until);
  const std::string requests = count_of(mine->second.requests, "request");
  if (last && now - *last > std::chrono::minutes(10)) {
    d.evidence.push_back(fmt::format("{} completed {} in this period, none since {} ({})", own_project_->name, requests,
                                     utc(*last, now), kUsageLag));
    long long others = 0;
    for (const auto& [id, active] : *seen) {
      if (id != own_project_->id && active.last_until && *active.last_until > *last + std::chrono::hours(1)) ++others;
    }
    if (others > 0) {
      d.evidence.push_back(fmt::format("{} of the organisation went on after that", count_of(others, "other project")));
      if (d.cause.empty() && d.tone == Tone::kBad)
        d.cause = "the limit is this project's own, not the organisation's credit: other projects go on";
    }
  } else {
    d.evidence.push_back(fmt::format("{} completed {} in this period", own_project_->name, requests));
  }
  co_return d;
}

asio::awaitable<Result<Diagnosis>> OpenAiAdapter::diagnose_job(std::string id) {
  const bool batch = id.starts_with("batch_");
  auto reply =
      co_await api_.get(Key::kProject, (batch ? "/batches/" : "/fine_tuning/jobs/") + net::encode_component(id));
  if (!reply) co_return std::unexpected(reply.error());
  const auto status = get_string(reply->body, "status", "in an unknown state");
  const Json& errors = get_array(get_object(reply->body, "errors"), "data");
  const Json& error = batch && !errors.empty() ? errors.front() : get_object(reply->body, "error");
  const auto message = clean_line(clip(get_string(error, "message"), 300));
  Diagnosis d;
  d.tone = status == "failed" || status == "expired" ? Tone::kBad : Tone::kGood;
  d.verdict = fmt::format("{} {} is {}.", batch ? "Batch" : "Fine-tuning job", id, status);
  if (!message.empty())
    d.evidence.push_back(fmt::format("OpenAI says: {}{}", message,
                                     get_string(error, "code").empty() ? "" : " (" + get_string(error, "code") + ")"));
  const Json& counts = get_object(reply->body, "request_counts");
  if (const auto total = get_integer(counts, "total"); total && *total > 0) {
    d.evidence.push_back(fmt::format("{} of {} done, {} failed", get_integer(counts, "completed").value_or(0),
                                     count_of(*total, "request"), get_integer(counts, "failed").value_or(0)));
  }
  co_return d;
}

asio::awaitable<Result<Diagnosis>> OpenAiAdapter::diagnose(DiagnosisQuery query) {
  const std::string& id = query.resource;
  if (id.starts_with("batch_") || id.starts_with("ftjob-")) co_return co_await diagnose_job(id);
  const bool account_part = id.empty() || id.starts_with("proj_") || id.starts_with("key_");
  if (!account_part && !may_be_model(id))
    co_return failure(ErrorKind::kUnsupported, fmt::format("{} is nothing of OpenAI's.", id));
  if (!api_.has(Key::kProject)) {
    co_return failure(ErrorKind::kUnauthorized,
                      fmt::format("OpenAI can't be diagnosed: OPENAI_API_KEY is not set. Make a project key at {}",
                                  kProjectKeysPage));
  }
  const FreeProbe seen = co_await free_probe(api_, account_part ? std::string() : id);
  const std::string project = co_await project_name();
  Diagnosis d;
  if (const Error* error = seen.first_error()) {
    if (seen.latency) {
      d.evidence.push_back(
          fmt::format("the key and the network are fine: the model list came in {}", human_duration(*seen.latency)));
    }
    d.evidence.push_back(fmt::format(
        "a {} got {} just now", seen.models_error ? "model list" : fmt::format("token count on {} (free)", seen.model),
        name_of(*error)));
    explain_refusal(d, *error, project, seen.model);
    if (trouble_of(*error) == Trouble::kRequest) propose_test(d, seen.model);
  } else {
    d.tone = Tone::kGood;
    d.verdict = fmt::format("OpenAI works for {}: the key is accepted and {} takes calls.", whose(project),
                            seen.model.empty() ? "the model list" : seen.model);
    if (seen.latency) d.evidence.push_back(fmt::format("the model list came in {}", human_duration(*seen.latency)));
    if (!seen.model.empty())
      d.evidence.push_back(
          fmt::format("a token count on {} was accepted; generation itself was not tried", seen.model));
    propose_test(d, seen.model);
  }
  d = co_await diagnose_project(std::move(d), query.period);
  const auto vendor = co_await vendor_status();
  if (vendor) tell_vendor(d, *vendor);
  co_return d;
}

}  // namespace apiops::openai
