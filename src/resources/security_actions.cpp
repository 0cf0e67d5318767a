// securityAction: asked for, and cancelled before a connector began to send it (federation/action_sender.h). Source:
// resources/securityaction of the Graph documentation.
#include "areas.h"

namespace vedette::resources {
namespace {

using base::Result;

constexpr const char* action_type = "microsoft.graph.securityAction";

void enter_state(json::Object& document, const char* status, const odata::Context& context) {
  const std::string now = base::format_date_time(context.now);
  const odata::Caller& caller = context.caller;
  document["status"] = status;
  document["lastActionDateTime"] = now;
  json::Value& states = document["states"];
  if (!states.is_array()) states.emplace_array();
  states.get_array().push_back(
      json::Object{{"appId", caller.app_id},
                   {"status", status},
                   {"updatedDateTime", now},
                   {"user", caller.is_user() ? json::Value(caller.user_name) : json::Value(nullptr)}});
}

Result<odata::Changed> create(const json::Object& document, odata::Context& context) {
  odata::Changed changed{document, {}};
  if (context.caller.is_user()) changed.document["user"] = context.caller.user_name;
  enter_state(changed.document, "NotStarted", context);
  return changed;
}

// The model has no status for it: a cancelled action failed, and errorInfo says why.
Result<odata::Changed> cancel(const json::Object& document, const json::Object&, odata::Context& context) {
  const std::string status(json::find_string(document, "status"));
  if (status == "Completed" || status == "Failed")
    return base::fail(base::ErrorCode::conflict, "The action has ended already: it is '" + status + "'.")
        .with_target("status");
  if (status == "Running")
    return base::fail(base::ErrorCode::conflict, "The action is under way at its provider, and cannot be cancelled.")
        .with_target("status");
  odata::Changed changed{document, {}};
  enter_state(changed.document, "Failed", context);
  changed.document["completedDateTime"] = base::format_date_time(context.now);
  changed.document["errorInfo"] = json::Object{{"code", 0}, {"message", "The action was cancelled."}, {"subcode", 0}};
  return changed;
}

}  // namespace

odata::Behaviours security_action_behaviours() {
  odata::Behaviours behaviours;
  behaviours.inserts = {{action_type, create, odata::InsertFrom::document}};
  behaviours.changes = {{action_type, "cancelSecurityAction", cancel}};
  return behaviours;
}

}  // namespace vedette::resources
