// resources.list and resource.show, and idle.report: things at a service, in a table that a page can sort and filter.
#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "engine/answers/answer.h"
#include "engine/answers/side_by_side.h"
#include "engine/base/text.h"

namespace apiops {

asio::awaitable<Answer> answer_resources(Question question, Senses& senses, Progress& progress);
asio::awaitable<Answer> answer_resource(Question question, Senses& senses, Progress& progress);
asio::awaitable<Answer> answer_idle(Question question, Senses& senses, Progress& progress);

namespace {

// Columns are the field names of all resources, in the order in which they were first met. What would be empty, or say
// the id again, is left out.
Table table_of(const std::vector<Resource>& resources) {
  Table t{.columns = {{"Id"}}, .total_rows = resources.size()};
  std::vector<std::string> names;
  for (const auto& r : resources)
    for (const auto& [name, value] : r.fields)
      if (std::find(names.begin(), names.end(), name) == names.end()) names.push_back(name);
  const bool labels =
      std::any_of(resources.begin(), resources.end(), [](const Resource& r) { return r.label != r.id; });
  const bool states =
      std::any_of(resources.begin(), resources.end(), [](const Resource& r) { return !r.state.empty(); });
  if (labels) t.columns.push_back({std::find(names.begin(), names.end(), "Name") == names.end() ? "Name" : "What"});
  if (states) t.columns.push_back({"State"});
  for (const auto& name : names) t.columns.push_back({name});
  const bool costs =
      std::any_of(resources.begin(), resources.end(), [](const Resource& r) { return r.monthly_cost.has_value(); });
  if (costs) t.columns.push_back({"Monthly cost", true});
  for (const auto& r : resources) {
    if (t.rows.size() == kTableRows) break;
    std::vector<Cell> row{{r.id}};
    if (labels) row.push_back({spaced_number(r.label)});
    if (states) row.push_back({r.state, r.tone});
    for (const auto& name : names) {
      const auto field = std::find_if(r.fields.begin(), r.fields.end(), [&](const auto& f) { return f.first == name; });
      row.push_back({field == r.fields.end() ? "" : field->second});
    }
    if (costs) row.push_back({r.monthly_cost ? to_text(*r.monthly_cost) : ""});
    t.rows.push_back(std::move(row));
  }
  return t;
}

std::vector<ServiceAdapter*> offering(std::vector<ServiceAdapter*> services, const std::string& kind) {
  std::erase_if(services, [&](const ServiceAdapter* s) {
    const auto kinds = s->resource_kinds();
    return std::find(kinds.begin(), kinds.end(), kind) == kinds.end();
  });
  return services;
}

std::string one_of(const std::string& kind) {
  return kind.substr(0, kind.size() - (kind.ends_with("ches") ? 2 : kind.ends_with("s") ? 1 : 0));
}

}  // namespace

asio::awaitable<Answer> answer_resources(Question question, Senses& senses, Progress&) {
  const std::string kind = get_string(question.slots, "kind"), filter = get_string(question.slots, "filter");
  Document d;
  if (kind.empty()) {
    d = sentence("List what? Pick one:");
    for (const char* known : {"numbers", "webhooks", "models", "keys"})
      d.buttons.push_back(ask_button(known, "resources.list", Json{{"kind", known}}, fmt::format("list {}", known)));
    co_return Answer{std::move(d)};
  }
  const auto services = offering(services_asked(question, senses), kind);
  if (services.empty())
    co_return Answer{
        sentence(fmt::format("I understood “list {}”, but no service that is set up here offers that yet.", kind),
                 Tone::kMuted)};
  std::vector<Resource> all;
  std::vector<Line> troubles;
  bool cut = false;
  for (ServiceAdapter* service : services) {
    auto page = co_await service->resources(kind, filter);
    if (!page) {
      troubles.push_back(trouble_line(service->title(), page.error()));
      continue;
    }
    cut = cut || page->cut;
    std::move(page->items.begin(), page->items.end(), std::back_inserter(all));
  }
  const auto found = static_cast<long long>(all.size());
  d.title = (cut ? fmt::format("{} or more {}", with_thousands(found), kind) : count_of(found, one_of(kind), kind)) +
            (filter.empty() ? "" : ", " + filter);
  if (!troubles.empty()) d.blocks.push_back(Lines{troubles});
  if (!all.empty()) d.blocks.push_back(table_of(all));
  Json memory = Json::object();
  if (all.size() == 1) memory["resource"] = all.front().id;
  co_return Answer{std::move(d), std::move(memory)};
}

asio::awaitable<Answer> answer_resource(Question question, Senses& senses, Progress&) {
  const std::string id = get_string(question.slots, "resource");
  if (id.empty())
    co_return Answer{sentence("Show what? Name it by its id or number, for example “show +14155550100”.")};
  std::string last_trouble;
  for (ServiceAdapter* service : services_asked(question, senses)) {
    auto found = co_await service->resource(id);
    if (!found) {
      const bool elsewhere =
          found.error().kind == ErrorKind::kUnsupported || found.error().kind == ErrorKind::kNotFound;
      if (!elsewhere || last_trouble.empty()) last_trouble = found.error().what;
      continue;
    }
    Document d;
    d.title = spaced_number(found->label.empty() ? found->id : found->label);
    d.tone = found->tone;
    d.aside = std::string(service->title()) + (found->state.empty() ? "" : " · " + found->state);
    Fields fields;
    fields.fields.push_back({.name = "Id", .value = found->id});
    for (const auto& [name, value] : found->fields) fields.fields.push_back({.name = name, .value = value});
    if (found->monthly_cost) fields.fields.push_back({.name = "Monthly cost", .value = to_text(*found->monthly_cost)});
    d.blocks.push_back(std::move(fields));
    d.buttons.push_back(ask_button("Why does it fail?", "failures.diagnose",
                                   Json{{"resource", id}, {"service", service->service()}}, "why did " + id + " fail"));
    co_return Answer{std::move(d), Json{{"resource", id}}};
  }
  co_return Answer{sentence("Not found: " + id + ". " + last_trouble, Tone::kWarning)};
}

asio::awaitable<Answer> answer_idle(Question question, Senses& senses, Progress&) {
  std::vector<Resource> all;
  std::vector<Line> troubles;
  std::map<std::string, Money> sums;
  for (ServiceAdapter* service : services_asked(question, senses)) {
    auto idle = co_await service->idle();
    if (!idle) {
      if (idle.error().kind != ErrorKind::kUnsupported)
        troubles.push_back(trouble_line(service->title(), idle.error()));
      continue;
    }
    for (auto& r : *idle) {
      if (r.monthly_cost) {
        auto [it, fresh] = sums.try_emplace(r.monthly_cost->currency, *r.monthly_cost);
        if (!fresh) it->second = it->second + *r.monthly_cost;
      }
      all.push_back(std::move(r));
    }
  }
  Document d;
  std::vector<std::string> costs;
  for (const auto& [currency, sum] : sums) costs.push_back(to_text(sum));
  d.title = all.empty() ? "Nothing idle was found"
                        : fmt::format("{} that nobody uses{}", count_of(static_cast<long long>(all.size()), "thing"),
                                      costs.empty() ? "" : ": " + join(costs, " and ") + " a month");
  d.tone = all.empty() ? Tone::kGood : Tone::kWarning;
  if (!troubles.empty()) d.blocks.push_back(Lines{troubles});
  if (!all.empty()) d.blocks.push_back(table_of(all));
  co_return Answer{std::move(d)};
}

}  // namespace apiops
