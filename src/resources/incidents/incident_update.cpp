#include "vedette/correlate/correlator.h"
#include "vedette/correlate/user_changes.h"
#include "vedette/resources/alerts/comments.h"
#include "vedette/resources/alerts/united_changes.h"
#include "vedette/resources/incidents/incidents.h"

namespace vedette::resources {
namespace {

using base::ErrorCode;
using base::fail;
using base::Result;

constexpr const char* incident_type = "microsoft.graph.security.incident";
constexpr int merge_attempts_max = 10;  // when other writers are first

// An incident is redirected by a merge, which takes its alerts along; both are nothing that a status can say.
base::Status check_status(const json::Value& before, std::string_view status) {
  if (json::find_string(before, "status") == "redirected" && status != "redirected")
    return fail(ErrorCode::conflict,
                "Incident " + std::string(json::find_string(before, "id")) + " was merged into incident " +
                    std::string(json::find_string(before, "redirectIncidentId")) + ", whose status counts.")
        .with_target("status");
  if (status == "redirected" && json::find_string(before, "status") != "redirected")
    return fail(ErrorCode::bad_request, "An incident becomes 'redirected' when it is merged, not by its status.")
        .with_target("status");
  return {};
}

// What may be changed are single values and a set of texts, each replaced. displayName, description and severity follow
// from the alerts again once they are null (correlate/). What another Vedette sends may be known, or older.
Result<odata::Changed> update_incident(const json::Object& document, const json::Object& body,
                                       odata::Context& context) {
  if (body.contains("status")) {
    const json::Value before(document), after(body);
    TRY(check_status(before, json::find_string(after, "status")));
  }
  odata::Changed changed{document, {}};
  TRY(take_patch(changed.document, body, incident_properties, context));
  if (changed.document == document) return changed;
  changed.document["lastModifiedBy"] = acting_name(context.caller);
  changed.document["lastUpdateDateTime"] = base::format_date_time(context.now);
  return changed;
}

Result<odata::Changed> comment_on_incident(const json::Object& document, const json::Object& body,
                                           odata::Context& context) {
  odata::Changed changed = TRY(add_comment(document, body, context));
  if (changed.document == document) return changed;
  changed.document["lastModifiedBy"] = acting_name(context.caller);
  return changed;
}

// The reasons are kept with what was merged; the comment is one of the incident that stays.
Result<std::string> merge_once(const json::Object& parameters, odata::Context& context) {
  std::vector<std::string> ids;
  for (const json::Value& id : parameters.at("incidentIds").as_array())
    if (id.is_string()) ids.emplace_back(std::string_view(id.get_string()));
  auto change = TRY(correlate::merge_incidents(context.store, context.caller.tenant_id, ids, context.now));
  const json::Value* reasons = parameters.if_contains("mergeReasons");
  for (correlate::DocumentWrite& write : change.documents) {
    if (write.collection != correlate::incident_collection) continue;
    write.document["lastModifiedBy"] = acting_name(context.caller);
    if (reasons && write.id != change.incident) write.document["@mergeReasons"] = *reasons;
  }
  if (const json::Value* comment = parameters.if_contains("incidentComment")) {
    correlate::DocumentWrite& target = *change.find(correlate::incident_collection, change.incident);
    target.document = TRY(add_comment(target.document, {{"comment", *comment}}, context)).document;
  }
  TRY(context.store.commit(context.caller.tenant_id, change.commit(odata::actor_of(context.caller))));
  return change.incident;
}

Result<odata::OperationResult> merge_incidents(const json::Object& parameters, odata::Context& context) {
  for (int attempt = 1;; ++attempt) {
    auto target = merge_once(parameters, context);
    if (!target && target.error().code == ErrorCode::conflict && attempt < merge_attempts_max) continue;
    if (!target) return target.error();
    odata::OperationResult result;
    result.value = json::Object{{"targetIncidentId", *target}};
    return result;
  }
}

}  // namespace

odata::Behaviours incident_behaviours() {
  odata::Behaviours behaviours;
  behaviours.changes = {{incident_type, "", update_incident}, {incident_type, "comments", comment_on_incident}};
  behaviours.operations = {{"microsoft.graph.security.mergeIncidents", merge_incidents}};
  return behaviours;
}

}  // namespace vedette::resources
