#include "vedette/resources/alerts/alerts.h"
#include "vedette/resources/alerts/comments.h"

namespace vedette::resources {
namespace {

using base::ErrorCode;
using base::fail;
using base::Result;

constexpr const char* alert_type = "microsoft.graph.security.alert";

// Statuses that are none: where an alert stands is not unknown to the one who sets it.
base::Status check_status(std::string_view status) {
  if (status != "unknown") return {};
  return fail(ErrorCode::bad_request, "The status of an alert can be set to 'new', 'inProgress' or 'resolved'.")
      .with_target("status");
}

// All that may be changed are single values, each replaced.
Result<odata::Changed> update_alert(const json::Object& document, const json::Object& body, odata::Context& context) {
  const std::string now = base::format_date_time(context.now);
  odata::Changed changed{document, {}};
  for (const auto& member : body) changed.document[member.key()] = member.value();
  if (body.contains("status")) {
    const json::Value before(document), after(body);
    const std::string_view status = json::find_string(after, "status");
    TRY(check_status(status));
    if (status != "resolved")
      changed.document["resolvedDateTime"] = nullptr;
    else if (json::find_string(before, "status") != "resolved")
      changed.document["resolvedDateTime"] = now;
  }
  changed.document["lastUpdateDateTime"] = now;
  return changed;
}

base::Error not_yet(std::string_view what) {
  return {ErrorCode::not_implemented, std::string(what) + " is not supported yet."};
}

Result<odata::Changed> create_alert(const json::Object&, odata::Context&) { return not_yet("Creating alerts by hand"); }

Result<odata::OperationResult> move_alerts(const json::Object&, odata::Context&) { return not_yet("moveAlerts"); }

}  // namespace

odata::Behaviours alert_behaviours() {
  odata::Behaviours behaviours;
  behaviours.changes = {{alert_type, "", update_alert}, {alert_type, "comments", add_comment}};
  behaviours.inserts = {{alert_type, create_alert}};
  behaviours.operations = {{"microsoft.graph.security.moveAlerts", move_alerts}};
  return behaviours;
}

}  // namespace vedette::resources
