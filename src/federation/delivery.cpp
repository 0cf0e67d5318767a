#include "delivery.h"

#include <algorithm>
#include <memory>

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
