// eDiscovery cases are closed and reopened, their sources released and taken in again, and the settings of a case go
// back to what they were. What searches, holds or exports needs content that nothing here has, and answers 501.
#include "areas.h"

namespace vedette::resources {
namespace {

using base::ErrorCode;
using base::Result;

constexpr const char* case_type = "microsoft.graph.security.ediscoveryCase";

json::Value identity_of(const odata::Caller& caller) {
  const std::string& id = caller.is_user() ? caller.user_id : caller.app_id;
  const std::string& name = caller.is_user() && !caller.user_name.empty() ? caller.user_name : id;
  return json::Object{{caller.is_user() ? "user" : "application", json::Object{{"id", id}, {"displayName", name}}}};
}

base::Status require_status(const json::Object& document, std::string_view wanted, const char* what) {
  const std::string status(json::find_string(document, "status"));
  if (status == wanted || (status.empty() && wanted == "active")) return {};
  return base::fail(ErrorCode::conflict,
                    std::string("The case cannot be ") + what + ": its status is '" + status + "'.")
      .with_target("status");
}

odata::Changed with_status(const json::Object& document, const char* status, const odata::Context& context) {
  odata::Changed changed{document, {}};
  changed.document["status"] = status;
  changed.document["lastModifiedBy"] = identity_of(context.caller);
  changed.document["lastModifiedDateTime"] = base::format_date_time(context.now);
  return changed;
}

Result<odata::Changed> close(const json::Object& document, const json::Object&, odata::Context& context) {
  TRY(require_status(document, "active", "closed"));
  odata::Changed changed = with_status(document, "closed", context);
  changed.document["closedBy"] = identity_of(context.caller);
  changed.document["closedDateTime"] = base::format_date_time(context.now);
  return changed;
}

Result<odata::Changed> reopen(const json::Object& document, const json::Object&, odata::Context& context) {
  TRY(require_status(document, "closed", "reopened"));
  odata::Changed changed = with_status(document, "active", context);
  changed.document["closedBy"] = nullptr;
  changed.document["closedDateTime"] = nullptr;
  return changed;
}

// A source takes part in its case, or is released from it.
odata::Change source_status(const char* status) {
  return
      [status](const json::Object& document, const json::Object&, odata::Context& context) -> Result<odata::Changed> {
        const std::string now = base::format_date_time(context.now);
        const bool released = std::string_view(status) == "released";
        odata::Changed changed{document, {}};
        changed.document["status"] = status;
        changed.document["releasedDateTime"] = released ? json::Value(now) : json::Value();
        changed.document["lastModifiedDateTime"] = now;
        return changed;
      };
}

Result<odata::Changed> reset(const json::Object& document, const json::Object&, odata::Context& context) {
  odata::Changed changed{TRY(context.new_entity({})), {}};
  changed.document["id"] = document.at("id");
  return changed;
}

}  // namespace

odata::Behaviours ediscovery_behaviours() {
  odata::Behaviours behaviours;
  behaviours.changes = {
      {case_type, "close", close},
      {case_type, "reopen", reopen},
      {"microsoft.graph.security.ediscoveryCustodian", "activate", source_status("active")},
      {"microsoft.graph.security.ediscoveryCustodian", "release", source_status("released")},
      {"microsoft.graph.security.ediscoveryNoncustodialDataSource", "release", source_status("released")},
      {"microsoft.graph.security.ediscoveryCaseSettings", "resetToDefault", reset}};
  return behaviours;
}

}  // namespace vedette::resources
