#include "action_result.h"

#include "document_members.h"

namespace vedette::federation {

std::string action_result_id(const std::string& action_id, const std::string& instance) {
  return action_id + "~" + instance;
}

std::string encode(const ActionResult& result) {
  json::Array shown;
  for (const ProviderRequest& request : result.requests)
    shown.push_back(json::Value(request.method + " " + request.url + (request.body.empty() ? "" : " " + request.body)));
  json::Object document{
      {"id", result.id}, {"actionId", result.action_id}, {"dryRun", result.dry_run}, {"requests", std::move(shown)}};
  add_members(document, result);
  set_time(document, "createdDateTime", result.asked);
  set_time(document, "completedDateTime", result.completed);
  document["@requests"] = as_json(result.requests);
  document["@step"] = result.step;
  return json::to_text(document);
}

base::Result<ActionResult> ActionResult::decode(const store::Entity& entity) {
  const json::Value value = TRY(json::parse(entity.json));
  ActionResult result;
  read_members(entity, value, result);
  result.action_id = json::find_string(value, "actionId");
  const json::Value* dry_run = json::find(value, "dryRun");
  result.dry_run = dry_run && dry_run->is_bool() && dry_run->get_bool();
  result.asked = time_in(value, "createdDateTime");
  result.completed = time_in(value, "completedDateTime");
  result.step = static_cast<size_t>(number_in(value, "@step"));
  result.requests = read_requests(value, "@requests");
  return result;
}

json::Object action_parameters(const json::Value& action) {
  json::Object parameters;
  const json::Value* list = json::find(action, "parameters");
  if (!list || !list->is_array()) return parameters;
  for (const json::Value& pair : list->get_array())
    if (const json::Value* value = json::find(pair, "value")) parameters[json::find_string(pair, "name")] = *value;
  return parameters;
}

void enter_action_status(json::Object& action, const char* status, const std::string& by, base::DateTime now) {
  const std::string time = base::format_date_time(now);
  action["status"] = status;
  action["lastActionDateTime"] = time;
  json::Value& states = action["states"];
  if (!states.is_array()) states.emplace_array();
  states.get_array().push_back(
      json::Object{{"appId", nullptr}, {"status", status}, {"updatedDateTime", time}, {"user", by}});
}

void end_action(json::Object& action, const std::string& error, const std::string& by, base::DateTime now) {
  enter_action_status(action, error.empty() ? "Completed" : "Failed", by, now);
  action["completedDateTime"] = base::format_date_time(now);
  if (!error.empty()) action["errorInfo"] = json::Object{{"code", 0}, {"message", error}, {"subcode", 0}};
}

}  // namespace vedette::federation
