// Threat submissions and assessments wait for a verdict (status notStarted) until something judges them; an
// administrator's review is kept as one. Source: resources/security-threatsubmission,
// security-emailthreatsubmission-review of the documentation.
#include "areas.h"
#include "vedette/resources/alerts/comments.h"

namespace vedette::resources {
namespace {

using base::Result;

odata::Insert of_content(const char* content) {
  return [content](const json::Object& document, odata::Context& context) -> Result<odata::Changed> {
    odata::Changed changed{document, {}};
    changed.document["contentType"] = content;
    changed.document["source"] = context.caller.is_user() ? "user" : "administrator";
    return changed;
  };
}

// Assessments are one set of several types, each of which is of one content.
Result<odata::Changed> assess(const json::Object& document, odata::Context&) {
  odata::Changed changed{document, {}};
  const std::string type(json::find_string(changed.document, "@odata.type"));
  const bool url = type.ends_with("urlAssessmentRequest"), file = type.ends_with(".fileAssessmentRequest");
  changed.document["contentType"] = url ? "url" : file ? "file" : "mail";
  return changed;
}

Result<odata::Changed> review(const json::Object& document, const json::Object& parameters, odata::Context& context) {
  const json::Value* category = parameters.if_contains("category");
  if (!category)
    return base::fail(base::ErrorCode::bad_request, "A review needs a 'category'.").with_target("category");
  odata::Changed changed{document, {}};
  changed.document["adminReview"] = json::Object{{"reviewBy", acting_name(context.caller)},
                                                 {"reviewDateTime", base::format_date_time(context.now)},
                                                 {"reviewResult", *category}};
  return changed;
}

}  // namespace

odata::Behaviours threat_submission_behaviours() {
  odata::Behaviours behaviours;
  constexpr auto from = odata::InsertFrom::document;
  behaviours.inserts = {{"microsoft.graph.security.emailThreatSubmission", of_content("email"), from},
                        {"microsoft.graph.security.urlThreatSubmission", of_content("url"), from},
                        {"microsoft.graph.security.fileThreatSubmission", of_content("file"), from},
                        {"microsoft.graph.threatAssessmentRequest", assess, from}};
  behaviours.changes = {{"microsoft.graph.security.emailThreatSubmission", "review", review}};
  return behaviours;
}

}  // namespace vedette::resources
