#include "delivery.h"

#include <algorithm>
#include <memory>

#include "document_members.h"
#include "pause.h"
#include "poll_page.h"
#include "vedette/ingest/record_reader.h"

namespace vedette::federation {

using base::ErrorCode;

namespace {

store::Expression equal(const char* name, const std::string& value) {
  store::Expression property, literal, comparison;
  property.op = store::Operator::property;
  property.path = {name};
  literal.value = value;
  comparison.op = store::Operator::eq;
  comparison.kind = store::ValueKind::boolean;
  comparison.operands = {std::move(property), std::move(literal)};
  return comparison;
}

store::Expression joined(store::Operator op, std::vector<store::Expression> operands) {
  store::Expression expression;
  expression.op = op;
  expression.kind = store::ValueKind::boolean;
  expression.operands = std::move(operands);
  return expression;
}

}  // namespace

void Delivery::forget_failures() {
  attempts = 0;
  error.clear();
  next_attempt = {};
}

bool ChangeDelivery::request(int64_t change) {
  if (requested >= change) return false;
  requested = change;
  if (is_sending()) return true;
  state = "pending";
  forget_failures();
  return true;
}

void add_members(json::Object& document, const Delivery& delivery) {
  document["connector"] = delivery.instance;
  document["state"] = delivery.state;
  document["attempts"] = delivery.attempts;
  document["error"] = delivery.error.empty() ? json::Value(nullptr) : json::Value(delivery.error);
  set_time(document, "lastAttemptDateTime", delivery.last_attempt);
  set_time(document, "nextAttemptDateTime", delivery.next_attempt);
}

void add_members(json::Object& document, const ChangeDelivery& delivery) {
  add_members(document, static_cast<const Delivery&>(delivery));
  set_time(document, "synchronizedDateTime", delivery.synchronized);
  document["@requested"] = delivery.requested;
}

void read_members(const store::Entity& entity, const json::Value& document, Delivery& delivery) {
  delivery.id = entity.id;
  delivery.version = entity.version;
  delivery.instance = json::find_string(document, "connector");
  delivery.state = json::find_string(document, "state");
  delivery.attempts = number_in(document, "attempts");
  delivery.error = json::find_string(document, "error");
  delivery.last_attempt = time_in(document, "lastAttemptDateTime");
  delivery.next_attempt = time_in(document, "nextAttemptDateTime");
}

void read_members(const store::Entity& entity, const json::Value& document, ChangeDelivery& delivery) {
  read_members(entity, document, static_cast<Delivery&>(delivery));
  delivery.synchronized = time_in(document, "synchronizedDateTime");
  delivery.requested = number_in(document, "@requested");
}

std::shared_ptr<const store::Expression> equals(const char* name, const std::string& value) {
  return std::make_shared<store::Expression>(equal(name, value));
}

store::Query open_deliveries(std::string collection, const std::string& instance, int64_t top) {
  store::Query query;
  query.collection = std::move(collection);
  query.top = top;
  query.order = {{{"nextAttemptDateTime"}, store::ValueKind::date_time, store::Direction::ascending, {}}};
  auto open = joined(store::Operator::or_, {equal("state", "pending"), equal("state", "sending")});
  query.filter = std::make_shared<store::Expression>(
      joined(store::Operator::and_, {equal("connector", instance), std::move(open)}));
  return query;
}

json::Value visible_settings(const ConnectorTransport& transport, const SettingValues& values) {
  json::Object settings;
  for (const auto& setting : transport.settings) {
    const auto value = values.find(setting.name);
    if (setting.kind != SettingKind::secret && value != values.end()) settings[setting.name] = value->second;
  }
  return settings;
}

std::string idempotency_key(const std::string& tenant, const std::string& about, int64_t change,
                            const ProviderRequest& request, size_t step) {
  constexpr size_t key_digits = 32;
  const std::string text = tenant + "\n" + about + "\n" + std::to_string(change) + "\n" + std::to_string(step) + "\n" +
                           request.method + " " + request.url + "\n" + request.body;
  return ingest::content_hash(ingest::memory_input("key", text)).value_or("").substr(0, key_digits);
}

void set_read_headers(http::ClientRequest& request, const ConnectorTransport& transport) {
  request.headers.set("Accept", "application/json");
  if (!transport.poll) return;
  for (const auto& [name, value] : transport.poll->headers) request.headers.set(name, value);
}

base::Result<http::ClientRequest> current_request(const ConnectorTransport& transport, const ProviderClient& client,
                                                  const json::Object& alert) {
  constexpr std::string_view prefix = "alert.";
  const json::Value document(alert);
  auto request = TRY(transport.write_back->current.fill([&](const std::string& name) -> std::optional<json::Value> {
    const auto setting = client.setting(name);
    if (!name.starts_with(prefix)) return setting ? std::optional(json::Value(*setting)) : std::nullopt;
    std::string text = scalar_text(find_path(document, std::string_view(name).substr(prefix.size())));
    return text.empty() ? std::nullopt : std::optional(json::Value(std::move(text)));
  }));
  set_read_headers(request, transport);
  return request;
}

http::ClientRequest client_request(const ProviderRequest& wanted, const std::string& key) {
  http::ClientRequest request;
  request.method = wanted.method;
  request.url = wanted.url;
  request.body = wanted.body;
  if (!wanted.body.empty()) request.headers.set("Content-Type", "application/json");
  request.headers.set("Accept", "application/json");
  request.headers.set("Idempotency-Key", key);
  for (const auto& header : wanted.headers)
    if (header.value().is_string()) request.headers.set(header.key(), std::string(header.value().get_string()));
  return request;
}

bool is_passing(const base::Error& error) {
  switch (error.code) {
    case ErrorCode::unavailable:
    case ErrorCode::too_many_requests:
    case ErrorCode::unauthenticated:
    case ErrorCode::forbidden:
    case ErrorCode::precondition_failed:
    case ErrorCode::conflict:
    case ErrorCode::io_error:
    case ErrorCode::internal:
    case ErrorCode::cancelled:
      return true;
    default:
      return false;
  }
}

void count_failure(Delivery& delivery, const base::Error& error, base::DateTime now, const RetryPauses& pauses) {
  ++delivery.attempts;
  delivery.error = error.message;
  delivery.last_attempt = now;
  if (!is_passing(error)) return void(delivery.state = "failed");
  const auto pause = pause_after(static_cast<int>(delivery.attempts), error, pauses.least, pauses.most);
  delivery.next_attempt = {now.ticks + pause.count() * base::ticks_per_millisecond};
}

bool has_all(const json::Value& value, const json::Value& expected) {
  if (expected.is_object()) {
    const auto& members = expected.get_object();
    return value.is_object() && std::all_of(members.begin(), members.end(), [&](const auto& member) {
             const json::Value* own = value.get_object().if_contains(member.key());
             return own && has_all(*own, member.value());
           });
  }
  if (expected.is_array()) {
    const auto& elements = expected.get_array();
    return value.is_array() && std::all_of(elements.begin(), elements.end(), [&](const json::Value& element) {
             const auto& own = value.get_array();
             return std::any_of(own.begin(), own.end(), [&](const json::Value& one) { return has_all(one, element); });
           });
  }
  return value == expected;
}

}  // namespace vedette::federation
