// resources.list and resource.show for Stripe. Objects are reduced to named fields: they hold people's data and client
// secrets.
#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "connectors/services/stripe/stripe_adapter.h"
#include "engine/base/text.h"

namespace apiops::stripe {

namespace {

constexpr std::size_t kListedPages = 10;

std::optional<Time> created(const Json& row) {
  const auto seconds = get_integer(row, "created");
  return seconds ? std::optional(from_seconds(*seconds)) : std::nullopt;
}

std::string amount(const Json& row, std::string_view field) {
  return to_text(from_minor_units(get_integer(row, field).value_or(0), get_string(row, "currency", "usd")));
}

Tone tone_of(const std::string& state) {
  for (const auto* bad : {"disabled", "failed", "past_due", "unpaid", "uncollectible", "incomplete"}) {
    if (state == bad) return Tone::kBad;
  }
  return Tone::kPlain;
}

Resource base(std::string kind, const Json& row, std::string label) {
  Resource made{
      std::move(kind), get_string(row, "id"), std::move(label), get_string(row, "status"), Tone::kPlain, {}, {},
      created(row)};
  made.tone = tone_of(made.state);
  return made;
}

Resource webhook_of(const Json& row) {
  const Endpoint endpoint = endpoint_of(row);
  Resource made = base("webhooks", row, endpoint.url);
  made.fields.emplace_back("Events", clip(join(endpoint.events, ", "), 200));
  made.fields.emplace_back("API version",
                           endpoint.api_version.empty() ? "the account's default" : endpoint.api_version);
  if (!endpoint.description.empty()) made.fields.emplace_back("Description", endpoint.description);
  return made;
}

Resource subscription_of(const Json& row) {
  Resource made = base("subscriptions", row, get_string(row, "id"));
  made.fields.emplace_back("Customer", get_string(row, "customer", "unknown"));
  if (get_bool(row, "cancel_at_period_end").value_or(false)) made.fields.emplace_back("Ends", "at the period's end");
  return made;
}

Resource invoice_of(const Json& row) {
  Resource made = base("invoices", row, get_string(row, "number", get_string(row, "id")));
  made.fields.emplace_back("Due", amount(row, "amount_due"));
  made.fields.emplace_back("Tries", std::to_string(get_integer(row, "attempt_count").value_or(0)));
  made.fields.emplace_back("Customer", get_string(row, "customer", "unknown"));
  if (made.state == "open" && get_integer(row, "attempt_count").value_or(0) > 0) made.tone = Tone::kBad;
  return made;
}

Resource payment_of(const Json& row) {
  Resource made = base("payments", row, amount(row, "amount"));
  const auto intent = get_string(row, "payment_intent");
  if (!intent.empty()) made.fields.emplace_back("Payment intent", intent);
  if (const auto code = get_string(row, "failure_code"); !code.empty()) {
    const auto reason = get_string(get_object(row, "outcome"), "reason");
    made.fields.emplace_back("Failed with", reason.empty() ? code : code + " (" + reason + ")");
  }
  if (get_integer(row, "amount_refunded").value_or(0) > 0)
    made.fields.emplace_back("Refunded", amount(row, "amount_refunded"));
  if (get_bool(row, "disputed").value_or(false)) made.fields.emplace_back("Disputed", "yes");
  return made;
}

Resource intent_of(const Json& row) {
  Resource made = base("payments", row, amount(row, "amount"));
  if (const auto charge = get_string(row, "latest_charge"); !charge.empty())
    made.fields.emplace_back("Latest charge", charge);
  const Json& error = get_object(row, "last_payment_error");
  if (const auto code = get_string(error, "code"); !code.empty()) {
    const auto decline = get_string(error, "decline_code");
    made.fields.emplace_back("Failed with", decline.empty() ? code : code + " (" + decline + ")");
    made.tone = Tone::kBad;
  }
  return made;
}

Resource event_of(const Json& row) {
  Resource made = base("events", row, get_string(row, "type"));
  const long long pending = get_integer(row, "pending_webhooks").value_or(0);
  made.state = pending > 0 ? "undelivered" : "delivered";
  made.fields.emplace_back("Waits for", count_of(pending, "endpoint"));
  return made;
}

bool matches(const Resource& resource, const std::string& wanted) {
  if (wanted.empty()) return true;
  for (const auto* text : {&resource.id, &resource.label, &resource.state}) {
    if (lower_ascii(*text).find(wanted) != std::string::npos) return true;
  }
  return std::ranges::any_of(
      resource.fields, [&](const auto& field) { return lower_ascii(field.second).find(wanted) != std::string::npos; });
}

struct Source {
  std::string kind, path;
  Resource (*read)(const Json&);
};

std::optional<Source> source_of(const std::string& kind) {
  if (kind == "webhooks") return Source{kind, "/v1/webhook_endpoints", webhook_of};
  if (kind == "subscriptions") return Source{kind, "/v1/subscriptions", subscription_of};
  if (kind == "invoices") return Source{kind, "/v1/invoices", invoice_of};
  if (kind == "payments") return Source{kind, "/v1/charges", payment_of};
  return std::nullopt;
}

std::optional<Source> source_of_id(const std::string& id) {
  if (id.starts_with("we_")) return Source{"webhooks", "/v1/webhook_endpoints/", webhook_of};
  if (id.starts_with("sub_")) return Source{"subscriptions", "/v1/subscriptions/", subscription_of};
  if (id.starts_with("in_")) return Source{"invoices", "/v1/invoices/", invoice_of};
  if (id.starts_with("pi_")) return Source{"payments", "/v1/payment_intents/", intent_of};
  if (id.starts_with("ch_") || id.starts_with("py_")) return Source{"payments", "/v1/charges/", payment_of};
  if (id.starts_with("evt_")) return Source{"events", "/v1/events/", event_of};
  return std::nullopt;
}

}  // namespace

std::vector<std::string> StripeAdapter::resource_kinds() const {
  return {"webhooks", "subscriptions", "invoices", "payments"};
}

asio::awaitable<Result<Page<Resource>>> StripeAdapter::resources(std::string kind, std::string filter) {
  const auto source = source_of(kind);
  if (!source) co_return failure(ErrorKind::kUnsupported, fmt::format("Stripe has no {}.", kind));
  const std::string wanted = lower_ascii(filter);
  // Without a status the list hides cancelled subscriptions.
  net::Headers query;
  if (kind == "subscriptions") query.emplace_back("status", "all");
  auto listed = co_await api_.list(source->path, std::move(query), kListedPages);
  if (!listed) co_return std::unexpected(listed.error());
  Page<Resource> page;
  page.scanned[kind] = static_cast<long long>(listed->rows.size());
  page.last = !listed->more;
  page.cut = listed->more;
  if (listed->more) page.notes.push_back(fmt::format("The newest {} were read; there are more.", listed->rows.size()));
  for (const auto& row : listed->rows) {
    Resource resource = source->read(row);
    if (matches(resource, wanted)) page.items.push_back(std::move(resource));
  }
  co_return page;
}

asio::awaitable<Result<Resource>> StripeAdapter::resource(std::string id) {
  const auto source = source_of_id(id);
  if (!source)
    co_return failure(ErrorKind::kUnsupported, fmt::format("Stripe ids of this kind can't be shown: {}.", id));
  auto reply = co_await api_.get(source->path + net::encode_component(id));
  if (!reply) co_return std::unexpected(reply.error());
  co_return source->read(reply->body);
}

}  // namespace apiops::stripe
