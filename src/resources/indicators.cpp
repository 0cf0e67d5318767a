// tiIndicator beyond being stored: what an indicator has to have, and the bulk actions, each of which is done wholly or
// not at all but for deletions, which answer one by one. Sources: resources/tiindicator,
// tiindicator-submittiindicators, -updatetiindicators, -deletetiindicators, -deletetiindicatorsbyexternalid of the
// documentation.
#include <algorithm>

#include "areas.h"
#include "vedette/store/entity_store.h"

namespace vedette::resources {
namespace {

using base::ErrorCode;
using base::Result;
using base::Status;

constexpr const char* indicator_type = "microsoft.graph.tiIndicator";
constexpr size_t bulk_max = 100;
constexpr int commit_attempts_max = 10;

// At least one of them says what to look for.
constexpr std::string_view observables[] = {"domainName",
                                            "emailSenderAddress",
                                            "emailSenderName",
                                            "emailSourceDomain",
                                            "emailSourceIpAddress",
                                            "emailSubject",
                                            "emailXMailer",
                                            "emailRecipient",
                                            "fileHashValue",
                                            "fileMutexName",
                                            "fileName",
                                            "filePath",
                                            "networkCidrBlock",
                                            "networkDestinationAsn",
                                            "networkDestinationCidrBlock",
                                            "networkDestinationIPv4",
                                            "networkDestinationIPv6",
                                            "networkDestinationPort",
                                            "networkIPv4",
                                            "networkIPv6",
                                            "networkPort",
                                            "networkSourceAsn",
                                            "networkSourceCidrBlock",
                                            "networkSourceIPv4",
                                            "networkSourceIPv6",
                                            "networkSourcePort",
                                            "url",
                                            "userAgent"};

struct Range {
  const char* property;
  int64_t min, max;
};
constexpr Range ranges[] = {{"confidence", 0, 100}, {"severity", 0, 5}};

Status check(const json::Object& indicator) {
  const auto given = [&](std::string_view name) {
    const json::Value* value = indicator.if_contains(name);
    return value && !value->is_null();
  };
  if (std::none_of(std::begin(observables), std::end(observables), given))
    return base::fail(ErrorCode::bad_request,
                      "An indicator needs an observable: of a file, a mail, a network or an address.");
  if (given("fileHashValue") != given("fileHashType"))
    return base::fail(ErrorCode::bad_request, "'fileHashType' and 'fileHashValue' belong together.")
        .with_target("fileHashType");
  for (const Range& range : ranges) {
    const json::Value* value = indicator.if_contains(range.property);
    const int64_t* number = value ? value->if_int64() : nullptr;
    if (number && (*number < range.min || *number > range.max))
      return base::fail(ErrorCode::bad_request, std::string("'") + range.property + "' is from " +
                                                    std::to_string(range.min) + " to " + std::to_string(range.max) +
                                                    ".")
          .with_target(range.property);
  }
  return {};
}

Result<odata::Changed> create(const json::Object& document, odata::Context&) {
  TRY(check(document));
  return odata::Changed{document, {}};
}

Result<odata::Changed> update(const json::Object& document, const json::Object& body, odata::Context&) {
  odata::Changed changed{document, {}};
  odata::merge_patch(changed.document, body);
  TRY(check(changed.document));
  return changed;
}

Result<const json::Array*> values_of(const json::Object& parameters) {
  const json::Array& values = parameters.at("value").as_array();
  if (values.size() > bulk_max)
    return base::fail(ErrorCode::limit_exceeded,
                      "There are more than " + std::to_string(bulk_max) + " indicators in the request.")
        .with_target("value");
  return &values;
}

Result<odata::OperationResult> written(json::Array indicators, store::Commit commit, odata::Context& context) {
  commit.actor = odata::actor_of(context.caller);
  TRY(context.store.commit(context.caller.tenant_id, commit));
  odata::OperationResult result;
  result.value = std::move(indicators);
  return result;
}

store::EntityWrite write_of(const json::Object& indicator, int64_t version, const odata::Context& context) {
  return {context.collection, std::string(json::find_string(indicator, "id")), json::to_text(indicator), version};
}

Result<odata::OperationResult> submit(const json::Object& parameters, odata::Context& context) {
  json::Array indicators;
  store::Commit commit;
  for (const json::Value& value : *TRY(values_of(parameters))) {
    // The documentation sends many without an action; alone each needs one.
    json::Object members = value.get_object();
    const bool without_action = !members.contains("action");
    if (without_action) members["action"] = "unknown";
    json::Object indicator = TRY(context.new_entity(members));
    if (without_action) indicator["action"] = nullptr;
    TRY(check(indicator));
    commit.entities.push_back(write_of(indicator, store::must_not_exist, context));
    indicators.push_back(std::move(indicator));
  }
  return written(std::move(indicators), std::move(commit), context);
}

// The caller's own indicator, or nothing.
Result<std::optional<store::Entity>> own(const std::string& id, const odata::Context& context) {
  auto entity = TRY(context.store.get(context.caller.tenant_id, context.collection, id));
  if (entity && json::find_string(TRY(json::parse(entity->json)), odata::owner_member) != context.caller.owner())
    entity.reset();
  return entity;
}

Result<odata::OperationResult> update_many_once(const json::Object& parameters, odata::Context& context) {
  json::Array indicators;
  store::Commit commit;
  for (const json::Value& value : *TRY(values_of(parameters))) {
    const std::string id(json::find_string(value, "id"));
    const auto entity = TRY(own(id, context));
    if (!entity) return base::fail(ErrorCode::not_found, "The resource '" + id + "' does not exist.");
    json::Object changes = value.get_object();
    changes.erase("@odata.type");
    for (const char* fixed : {"azureTenantId", "ingestedDateTime"}) changes.erase(fixed);
    const json::Value before = TRY(json::parse(entity->json));
    odata::Changed changed = TRY(update(before.get_object(), changes, context));
    commit.entities.push_back(write_of(changed.document, entity->version, context));
    indicators.push_back(std::move(changed.document));
  }
  return written(std::move(indicators), std::move(commit), context);
}

Result<odata::OperationResult> update_many(const json::Object& parameters, odata::Context& context) {
  for (int attempt = 1;; ++attempt) {
    auto result = update_many_once(parameters, context);
    if (result || result.error().code != ErrorCode::conflict || attempt == commit_attempts_max) return result;
  }
}

json::Object result_info(int code, const std::string& message) {
  return {{"code", code}, {"message", message}, {"subcode", 0}};
}

Status remove(const store::Entity& entity, const odata::Context& context) {
  store::Commit commit{odata::actor_of(context.caller), {{context.collection, entity.id, std::nullopt}}, {}};
  TRY(context.store.commit(context.caller.tenant_id, commit));
  return {};
}

Result<odata::OperationResult> delete_many(const json::Object& parameters, odata::Context& context) {
  json::Array results;
  for (const json::Value& value : *TRY(values_of(parameters))) {
    const std::string id{std::string_view(value.get_string())};
    const auto entity = TRY(own(id, context));
    if (entity) TRY(remove(*entity, context));
    results.push_back(entity ? result_info(0, id) : result_info(404, "The resource '" + id + "' does not exist."));
  }
  odata::OperationResult result;
  result.value = std::move(results);
  return result;
}

store::Expression equals(const char* property, const std::string& value) {
  store::Expression key, literal, equal;
  key.op = store::Operator::property;
  key.path = {property};
  literal.value = value;
  equal.op = store::Operator::eq;
  equal.kind = store::ValueKind::boolean;
  equal.operands = {std::move(key), std::move(literal)};
  return equal;
}

Result<size_t> delete_by_external_id(const std::string& external_id, const odata::Context& context) {
  store::Expression both;
  both.op = store::Operator::and_;
  both.kind = store::ValueKind::boolean;
  both.operands = {equals("externalId", external_id), equals(odata::owner_member, context.caller.owner())};
  store::Query query;
  query.collection = context.collection;
  query.filter = std::make_shared<const store::Expression>(std::move(both));
  query.top = 1000;
  query.now = context.now;
  size_t count = 0;
  do {
    const store::QueryPage page = TRY(context.store.query(context.caller.tenant_id, query));
    for (const store::Entity& entity : page.entities) TRY(remove(entity, context));
    count += page.entities.size();
    query.after = page.next;
  } while (!query.after.empty());
  return count;
}

Result<odata::OperationResult> delete_many_by_external_id(const json::Object& parameters, odata::Context& context) {
  json::Array results;
  for (const json::Value& value : *TRY(values_of(parameters))) {
    const std::string id{std::string_view(value.get_string())};
    const bool found = TRY(delete_by_external_id(id, context)) > 0;
    results.push_back(found ? result_info(0, id)
                            : result_info(404, "There is no indicator with the externalId '" + id + "'."));
  }
  odata::OperationResult result;
  result.value = std::move(results);
  return result;
}

}  // namespace

odata::Behaviours indicator_behaviours() {
  odata::Behaviours behaviours;
  behaviours.inserts = {{indicator_type, create, odata::InsertFrom::document}};
  behaviours.changes = {{indicator_type, "", update}};
  behaviours.operations = {{"microsoft.graph.submitTiIndicators", submit},
                           {"microsoft.graph.updateTiIndicators", update_many},
                           {"microsoft.graph.deleteTiIndicators", delete_many},
                           {"microsoft.graph.deleteTiIndicatorsByExternalId", delete_many_by_external_id}};
  return behaviours;
}

}  // namespace vedette::resources
