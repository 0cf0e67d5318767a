#include "vedette/resources/alerts/comments.h"
#include "vedette/resources/incidents/incidents.h"

namespace vedette::resources {
namespace {

using base::ErrorCode;
using base::fail;
using base::Result;

constexpr const char* incident_type = "microsoft.graph.security.incident";

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

// What may be changed are single values and collections of texts, each replaced. displayName, description and severity
// follow from the alerts again once they are null (correlate/).
Result<odata::Changed> update_incident(const json::Object& document, const json::Object& body,
                                       odata::Context& context) {
  if (body.contains("status")) {
    const json::Value before(document), after(body);
    TRY(check_status(before, json::find_string(after, "status")));
  }
  odata::Changed changed{document, {}};
  for (const auto& member : body) changed.document[member.key()] = member.value();
  changed.document["lastModifiedBy"] = acting_name(context.caller);
  changed.document["lastUpdateDateTime"] = base::format_date_time(context.now);
  return changed;
}

Result<odata::Changed> comment_on_incident(const json::Object& document, const json::Object& body,
                                           odata::Context& context) {
  odata::Changed changed = TRY(add_comment(document, body, context));
  changed.document["lastModifiedBy"] = acting_name(context.caller);
  return changed;
}

Result<odata::OperationResult> merge_incidents(const json::Object&, odata::Context&) {
  return fail(ErrorCode::not_implemented, "mergeIncidents is not supported yet.");
}

}  // namespace

odata::Behaviours incident_behaviours() {
  odata::Behaviours behaviours;
  behaviours.changes = {{incident_type, "", update_incident}, {incident_type, "comments", comment_on_incident}};
  behaviours.operations = {{"microsoft.graph.security.mergeIncidents", merge_incidents}};
  return behaviours;
}

}  // namespace vedette::resources
