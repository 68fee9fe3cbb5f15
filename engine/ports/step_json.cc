#include "engine/ports/step_json.h"

#include "engine/base/json.h"

namespace apiops {

namespace {

Json money_json(const std::optional<Money>& money) {
  if (!money) return nullptr;
  return {{"amount", to_decimal(*money)}, {"currency", money->currency}};
}

std::optional<Money> money_from(const Json& object, std::string_view field) {
  const Json& money = get_object(object, field);
  return parse_money(get_string(money, "amount"), get_string(money, "currency", "usd"));
}

Json value_or_null(const Json& object, const char* field) {
  return object.is_object() && object.contains(field) ? object.at(field) : Json();
}

// Fields and buttons travel in a document, whose JSON form is settled.
Json fields_json(const std::vector<Field>& fields) {
  Document carrier;
  carrier.blocks.push_back(Fields{fields});
  return to_json(carrier);
}

std::vector<Field> fields_from(const Json& json) {
  auto carrier = document_from_json(json);
  if (!carrier || carrier->blocks.empty()) return {};
  const auto* fields = std::get_if<Fields>(&carrier->blocks.front());
  return fields ? fields->fields : std::vector<Field>{};
}

}  // namespace

Json to_json(const StepDraft& s) {
  return {{"service", s.service},
          {"account", s.account},
          {"operation", s.operation},
          {"risk", to_string(s.risk)},
          {"parameters", s.parameters},
          {"expected", s.expected},
          {"undo_parameters", s.undo_parameters ? *s.undo_parameters : Json()},
          {"undo_operation", s.undo_operation},
          {"summary", s.summary},
          {"fields", fields_json(s.fields)},
          {"cost", money_json(s.cost)},
          {"monthly_cost", money_json(s.monthly_cost)},
          {"ceiling", money_json(s.ceiling)},
          {"effect", s.effect},
          {"undo", s.undo},
          {"retry", s.retry},
          {"environment", s.environment}};
}

StepDraft step_draft_from_json(const Json& json) {
  StepDraft s;
  s.service = get_string(json, "service");
  s.account = get_string(json, "account", "main");
  s.operation = get_string(json, "operation");
  s.risk = risk_from_string(get_string(json, "risk")).value_or(Risk::kAuth);  // unreadable: the worst, never the least
  s.parameters = value_or_null(json, "parameters");
  s.expected = value_or_null(json, "expected");
  if (Json undo = value_or_null(json, "undo_parameters"); !undo.is_null()) s.undo_parameters = std::move(undo);
  s.undo_operation = get_string(json, "undo_operation");
  s.summary = get_string(json, "summary");
  s.fields = fields_from(get_object(json, "fields"));
  s.cost = money_from(json, "cost");
  s.monthly_cost = money_from(json, "monthly_cost");
  s.ceiling = money_from(json, "ceiling");
  s.effect = get_string(json, "effect");
  s.undo = get_string(json, "undo");
  s.retry = value_or_null(json, "retry");
  s.environment = get_string(json, "environment");
  return s;
}

Json to_json(const PlanDraft& draft) {
  Json steps = Json::array();
  for (const auto& step : draft.steps) steps.push_back(to_json(step));
  Document alternatives;
  alternatives.buttons = draft.alternatives;
  return {{"title", draft.title},
          {"steps", std::move(steps)},
          {"warnings", draft.warnings},
          {"alternatives", to_json(alternatives)}};
}

PlanDraft plan_draft_from_json(const Json& json) {
  PlanDraft draft;
  draft.title = get_string(json, "title");
  for (const auto& step : get_array(json, "steps")) draft.steps.push_back(step_draft_from_json(step));
  for (const auto& warning : get_array(json, "warnings"))
    if (warning.is_string()) draft.warnings.push_back(warning.get<std::string>());
  if (auto alternatives = document_from_json(get_object(json, "alternatives")))
    draft.alternatives = alternatives->buttons;
  return draft;
}

Json to_json(const Error& error) {
  return {{"kind", static_cast<int>(error.kind)},
          {"what", error.what},
          {"code", error.code},
          {"http_status", error.http_status},
          {"request_id", error.request_id}};
}

Error error_from_json(const Json& json) {
  Error error;
  const auto kind = get_integer(json, "kind").value_or(static_cast<int>(ErrorKind::kBug));
  error.kind = kind >= 0 && kind <= static_cast<int>(ErrorKind::kBug) ? static_cast<ErrorKind>(kind) : ErrorKind::kBug;
  error.what = get_string(json, "what");
  error.code = get_string(json, "code");
  error.http_status = static_cast<int>(get_integer(json, "http_status").value_or(0));
  error.request_id = get_string(json, "request_id");
  return error;
}

}  // namespace apiops
