#include "test_service.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <stdexcept>

#include "whole_document.h"

namespace vedette::odata {
namespace {

using base::ErrorCode;
using base::Result;

class OneChunk final : public http::BodyStream {
 public:
  explicit OneChunk(std::string text) : text_(std::move(text)) {}
  Result<std::optional<std::string>> next_chunk() override { return std::exchange(text_, std::nullopt); }

 private:
  std::optional<std::string> text_;
};

Result<Changed> add_comment(const json::Object& document, const json::Object& body, Context& context) {
  if (json::find_string(json::Value(body), "comment").empty())
    return base::fail(ErrorCode::bad_request, "A comment needs a text.").with_target("comment");
  Changed changed{document, {}};
  json::Value& comments = changed.document["comments"];
  if (!comments.is_array()) comments.emplace_array();
  comments.get_array().push_back(json::Object{{"comment", body.at("comment")},
                                              {"createdByDisplayName", context.caller.user_name},
                                              {"createdDateTime", base::format_date_time(context.now)}});
  return changed;
}

// As real ones do: merges, and notes the time.
Result<Changed> update_incident(const json::Object& document, const json::Object& body, Context& context) {
  Changed changed{document, {}};
  merge_patch(changed.document, body);
  changed.document["lastUpdateDateTime"] = base::format_date_time(context.now);
  return changed;
}

Result<Changed> insert_alert(const json::Object& body, Context& context) {
  Changed changed{body, {}};
  changed.document["id"] = "made-1";
  changed.document["status"] = "new";
  changed.document.emplace("severity", "unknown");
  changed.document["serviceSource"] = "unknown";
  changed.document["isExcludedFromCorrelation"] = false;
  changed.document["createdDateTime"] = base::format_date_time(context.now);
  return changed;
}

Result<OperationResult> hunt(const json::Object& parameters, Context& context) {
  std::string text = "{";
  if (!context.context_url.empty())
    text += "\"@odata.context\":" + json::to_text(json::Value(context.context_url)) + ",";
  text += "\"schema\":[],\"results\":[" + json::to_text(json::Value(parameters)) + "]}";
  OperationResult result;
  result.stream = std::make_unique<OneChunk>(std::move(text));
  return result;
}

Result<OperationResult> move(const json::Object& parameters, Context&) {
  OperationResult result;
  const std::string target(json::find_string(json::Value(parameters), "incidentId"));
  result.value = json::Object{{"targetIncidentId", target.empty() ? "99" : target}};
  return result;
}

Result<OperationResult> deposit(const json::Object&, Context& context) {
  if (context.id != "zeek") return base::fail(ErrorCode::not_found, "The connector '" + context.id + "' is unknown.");
  const auto lines = std::count(context.request.body.begin(), context.request.body.end(), '\n') + 1;
  OperationResult result;
  result.value = json::Object{{"accepted", lines}, {"mapped", lines}, {"unmapped", 0}, {"quarantined", 0}};
  return result;
}

}  // namespace

const std::vector<const edm::Model*>& shipped_models() {
  static const std::vector<const edm::Model*> models = [] {
    static std::vector<std::unique_ptr<const edm::Model>> owned;
    std::vector<const edm::Model*> out;
    for (const char* root : {"v1.0", "beta", "vedette"}) {
      auto model = edm::Model::load(edm::embedded_model(), root);
      if (!model) throw std::logic_error(model.error().message);
      owned.push_back(std::move(*model));
      out.push_back(owned.back().get());
    }
    return out;
  }();
  return models;
}

const edm::Model& shipped_model(std::string_view root) {
  for (const edm::Model* model : shipped_models())
    if (model->root() == root) return *model;
  throw std::logic_error("no such root");
}

Behaviours test_behaviours() {
  Behaviours behaviours;
  behaviours.changes = {{"microsoft.graph.security.alert", "comments", add_comment},
                        {"microsoft.graph.security.incident", "comments", add_comment},
                        {"microsoft.graph.security.incident", "", update_incident}};
  behaviours.inserts = {{"microsoft.graph.security.alert", insert_alert}};
  behaviours.operations = {{"microsoft.graph.security.runHuntingQuery", hunt},
                           {"microsoft.graph.security.moveAlerts", move}};
  behaviours.deposits = {{"ingest", deposit}};
  return behaviours;
}

TestService::TestService(std::string_view now, ServiceOptions options)
    : clock_(base::parse_iso_date_time(now).value_or(base::DateTime{base::unix_epoch_ticks})),
      store_(store::make_memory_store(Service::collections(shipped_models()), clock_)),
      service_(
          std::make_unique<CheckedService>(shipped_models(), *store_, clock_, test_behaviours(), std::move(options))) {}

void TestService::put(const std::string& tenant, const std::string& collection, const json::Object& document) {
  store::Commit commit;
  commit.entities.push_back({collection, std::string(std::string_view(document.at("id").as_string())),
                             json::to_text(whole_document(shipped_models(), collection, document)),
                             store::any_version});
  const auto done = store_->commit(tenant, commit);
  ASSERT_TRUE(done) << done.error().message;
}

}  // namespace vedette::odata
