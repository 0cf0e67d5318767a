#include "manual_alert.h"
#include "vedette/correlate/correlator.h"
#include "vedette/correlate/user_changes.h"
#include "vedette/resources/alerts/alerts.h"
#include "vedette/resources/alerts/comments.h"
#include "vedette/resources/alerts/united_changes.h"
#include "vedette/store/change_times.h"

namespace vedette::resources {
namespace {

using base::ErrorCode;
using base::fail;
using base::Result;

constexpr const char* alert_type = "microsoft.graph.security.alert";
constexpr int move_attempts_max = 10;  // when other writers are first

// Statuses that are none: where an alert stands is not unknown to the one who sets it.
base::Status check_status(std::string_view status) {
  if (status != "unknown") return {};
  return fail(ErrorCode::bad_request, "The status of an alert can be set to 'new', 'inProgress' or 'resolved'.")
      .with_target("status");
}

// All that may be changed are single values, each replaced. What another Vedette sends may be known, or older.
Result<odata::Changed> update_alert(const json::Object& document, const json::Object& body, odata::Context& context) {
  odata::Changed changed{document, {}};
  if (body.contains("status")) TRY(check_status(json::find_string(body, "status")));
  json::Object said = body;
  const json::Value* tags = context.annotations.if_contains(odata::tags_annotation);
  const bool is_passed_on = context.annotations.contains(odata::changes_annotation) && !context.caller.is_user();
  if (tags != nullptr && is_passed_on) said[odata::tags_member] = *tags;
  TRY(take_patch(changed.document, said, alert_properties, context));
  if (changed.document == document) return changed;
  if (body.contains("status")) {
    const base::DateTime at = is_passed_on ? store::change_time(changed.document, "status").at : context.now;
    if (json::find_string(changed.document, "status") != "resolved")
      changed.document["resolvedDateTime"] = nullptr;
    else if (json::find_string(document, "status") != "resolved")
      changed.document["resolvedDateTime"] = base::format_date_time(at);
  }
  changed.document["lastUpdateDateTime"] = base::format_date_time(context.now);
  return changed;
}

Result<std::string> move_once(const json::Object& parameters, odata::Context& context) {
  std::vector<std::string> ids;
  for (const json::Value& id : parameters.at("alertIds").as_array())
    if (id.is_string()) ids.emplace_back(std::string_view(id.get_string()));
  const std::string incident(json::find_string(parameters, "incidentId"));
  const json::Value* comment = parameters.if_contains("alertComment");
  const json::Value* reasons = parameters.if_contains("newCorrelationReasons");
  auto change = TRY(correlate::move_alerts(context.store, context.caller.tenant_id, ids, incident, context.now));
  for (correlate::DocumentWrite& write : change.documents) {
    if (write.collection == correlate::incident_collection)
      write.document["lastModifiedBy"] = acting_name(context.caller);
    if (write.collection != alert_collection) continue;
    if (reasons) write.document["@correlationReasons"] = *reasons;
    if (comment) write.document = TRY(add_comment(write.document, {{"comment", *comment}}, context)).document;
  }
  TRY(context.store.commit(context.caller.tenant_id, change.commit(odata::actor_of(context.caller))));
  return change.incident;
}

Result<odata::OperationResult> move_alerts(const json::Object& parameters, odata::Context& context) {
  for (int attempt = 1;; ++attempt) {
    const auto target = move_once(parameters, context);
    if (!target && target.error().code == ErrorCode::conflict && attempt < move_attempts_max) continue;
    if (!target) return target.error();
    odata::OperationResult result;
    result.value = json::Object{{"targetIncidentId", *target}};
    return result;
  }
}

}  // namespace

odata::Behaviours alert_behaviours() {
  odata::Behaviours behaviours;
  behaviours.changes = {{alert_type, "", update_alert}, {alert_type, "comments", add_comment}};
  behaviours.inserts = {{alert_type, create_manual_alert}};
  behaviours.operations = {{"microsoft.graph.security.moveAlerts", move_alerts}};
  return behaviours;
}

}  // namespace vedette::resources
