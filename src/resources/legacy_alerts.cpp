// Alerts in the first form of the API: a view of the alerts that are stored in the second, filtered where they are and
// changed there. Sources: alert-update, alert-updatealerts of the Graph documentation.
#include <algorithm>

#include "areas.h"
#include "legacy_alert_shape.h"
#include "vedette/resources/alerts/alerts.h"
#include "vedette/resources/alerts/comments.h"
#include "vedette/store/entity_store.h"

namespace vedette::resources {
namespace {

using base::ErrorCode;
using base::Result;
using store::Expression;
using store::Operator;

constexpr const char* legacy_type = "microsoft.graph.alert";
constexpr size_t bulk_max = 100;
constexpr int commit_attempts_max = 10;

base::Error no_counterpart(const std::string& path, const char* what) {
  return base::fail(ErrorCode::bad_request, std::string(what) + " '" + path + "' is not supported for these alerts.");
}

std::string joined(const std::vector<std::string>& path) {
  std::string out;
  for (const std::string& name : path) out += (out.empty() ? "" : "/") + name;
  return out;
}

// The property that an expression compares, where it is one with members of its own.
const SameProperty* compared(const Expression& expression) {
  for (const Expression& operand : expression.operands)
    if (operand.op == Operator::property) return find_same(joined(operand.path));
  return nullptr;
}

Result<Expression> stored_filter(const Expression& shown) {
  Expression stored = shown;
  if (shown.op == Operator::property) {
    const SameProperty* same = shown.variable.empty() ? find_same(joined(shown.path)) : nullptr;
    if (!same) return no_counterpart(joined(shown.path), "Filtering by");
    stored.path = {std::string(same->stored)};
    return stored;
  }
  const SameProperty* property = compared(shown);
  for (Expression& operand : stored.operands) {
    auto* text = operand.op == Operator::literal ? std::get_if<std::string>(&operand.value) : nullptr;
    if (text && property)
      *text = stored_member(*property, *text);
    else
      operand = TRY(stored_filter(operand));
  }
  return stored;
}

Result<store::OrderBy> stored_order(store::OrderBy shown) {
  const SameProperty* same = find_same(joined(shown.path));
  if (!same) return no_counterpart(joined(shown.path), "Ordering by");
  shown.path = {std::string(same->stored)};
  for (std::string& member : shown.ranking) member = std::string(stored_member(*same, member));
  return shown;
}

// vendorInformation is what every change of the first form has to have, and what the second does not know.
bool is_stored_form(const json::Object& body) { return !body.contains("vendorInformation") && !body.empty(); }

base::Status check_vendor(const json::Object& body) {
  const json::Value all(body);
  const json::Value* vendor = json::find(all, "vendorInformation");
  if (vendor && vendor->is_object() && !json::find_string(*vendor, "provider").empty() &&
      !json::find_string(*vendor, "vendor").empty())
    return {};
  return base::fail(ErrorCode::bad_request, "'vendorInformation' with 'provider' and 'vendor' is missing.")
      .with_target("vendorInformation");
}

base::Status set_status(json::Object& alert, std::string_view status, const odata::Context& context) {
  if (status == "unknown")
    return base::fail(ErrorCode::bad_request, "The status of an alert cannot be set to 'unknown'.")
        .with_target("status");
  const bool closed = status == "resolved" || status == "dismissed";
  if (closed && json::find_string(alert, "status") != "resolved")
    alert["resolvedDateTime"] = base::format_date_time(context.now);
  if (!closed) alert["resolvedDateTime"] = nullptr;
  alert["status"] = closed ? "resolved" : stored_member(*find_same("status"), status);
  return {};
}

// The documentation lets these two texts be set, nothing else.
base::Status add_comments(json::Object& alert, const json::Array& comments, odata::Context& context) {
  for (const json::Value& comment : comments) {
    const std::string_view text = comment.is_string() ? std::string_view(comment.get_string()) : std::string_view();
    if (text != "Closed in IPC" && text != "Closed in MCAS")
      return base::fail(ErrorCode::bad_request, "A comment can be 'Closed in IPC' or 'Closed in MCAS'.")
          .with_target("comments");
    alert = TRY(add_comment(alert, {{"comment", text}}, context)).document;
  }
  return {};
}

Result<odata::Changed> update(const json::Object& document, const json::Object& body, odata::Context& context) {
  TRY(check_vendor(body));
  odata::Changed changed{document, {}};
  json::Object& alert = changed.document;
  if (const json::Value* status = body.if_contains("status"); status && status->is_string())
    TRY(set_status(alert, std::string_view(status->get_string()), context));
  if (const json::Value* assigned = body.if_contains("assignedTo")) alert["assignedTo"] = *assigned;
  if (const json::Value* closed = body.if_contains("closedDateTime")) alert["resolvedDateTime"] = *closed;
  if (const json::Value* tags = body.if_contains("tags"))
    TRY(take_patch(alert, {{odata::tags_member, *tags}}, alert_properties, context));
  if (const json::Value* feedback = body.if_contains("feedback"))
    alert["classification"] =
        feedback->is_string()
            ? json::Value(stored_member(*find_same("feedback"), std::string_view(feedback->get_string())))
            : json::Value(nullptr);
  if (const json::Value* comments = body.if_contains("comments"); comments && comments->is_array())
    TRY(add_comments(alert, comments->get_array(), context));
  stamp_differences(alert, document, alert_properties, context);
  alert["lastUpdateDateTime"] = base::format_date_time(context.now);
  return changed;
}

// As PATCH of one refuses them.
base::Status check_updatable(const json::Object& alert, const edm::Model& model) {
  const edm::NavigationProperty& set = *model.find_resource("security")->type->find_navigation("alerts");
  for (const auto& member : alert) {
    const std::string name{std::string_view(member.key())};
    const edm::Property* property = set.target->find_property(name);
    if (name.starts_with('@') || name == set.target->key || (property && is_updatable(*property, set.capabilities)))
      continue;
    return base::fail(ErrorCode::bad_request, "The property '" + name + "' is read-only.").with_target("value/" + name);
  }
  return {};
}

Result<odata::OperationResult> update_many_once(const json::Array& values, odata::Context& context) {
  store::Commit commit;
  commit.actor = odata::actor_of(context.caller);
  json::Array shown;
  for (const json::Value& value : values) {
    const std::string id(json::find_string(value, "id"));
    TRY(check_updatable(value.get_object(), context.model));
    const auto entity = TRY(context.store.get(context.caller.tenant_id, context.collection, id));
    if (!entity) return base::fail(ErrorCode::not_found, "The resource '" + id + "' does not exist.");
    const json::Value before = TRY(json::parse(entity->json));
    const odata::Changed changed = TRY(update(before.get_object(), value.get_object(), context));
    commit.entities.push_back({context.collection, id, json::to_text(changed.document), entity->version});
    shown.push_back(legacy_alert(changed.document));
  }
  TRY(context.store.commit(context.caller.tenant_id, commit));
  odata::OperationResult result;
  result.value = std::move(shown);
  return result;
}

// All of them or none.
Result<odata::OperationResult> update_many(const json::Object& parameters, odata::Context& context) {
  const json::Array& values = parameters.at("value").as_array();
  if (values.size() > bulk_max)
    return base::fail(ErrorCode::limit_exceeded,
                      "There are more than " + std::to_string(bulk_max) + " alerts in the request.")
        .with_target("value");
  for (int attempt = 1;; ++attempt) {
    auto result = update_many_once(values, context);
    if (result || result.error().code != ErrorCode::conflict || attempt == commit_attempts_max) return result;
  }
}

}  // namespace

odata::Behaviours legacy_alert_behaviours(GatherAlerts gather) {
  odata::Behaviours behaviours;
  behaviours.views = {{legacy_type, legacy_alert, stored_filter, stored_order, is_stored_form, "security/alerts_v2",
                       std::move(gather)}};
  behaviours.changes = {{legacy_type, "", update}};
  behaviours.operations = {{"microsoft.graph.updateAlerts", update_many}};
  return behaviours;
}

}  // namespace vedette::resources
