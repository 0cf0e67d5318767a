#include "write_back_entry.h"

#include "document_members.h"

namespace vedette::federation {

std::string encode(const WriteBackEntry& entry) {
  json::Object document{
      {"id", entry.alert_id},        {"alertId", entry.alert_id}, {"providerAlertId", entry.provider_alert_id},
      {"connector", entry.instance}, {"state", entry.state},      {"attempts", entry.attempts}};
  document["error"] = entry.error.empty() ? json::Value(nullptr) : json::Value(entry.error);
  set_time(document, "lastAttemptDateTime", entry.last_attempt);
  set_time(document, "nextAttemptDateTime", entry.next_attempt);
  set_time(document, "synchronizedDateTime", entry.synchronized);
  document["@requested"] = entry.requested;
  document["@handled"] = entry.handled;
  document["@begunFor"] = entry.begun_for;
  document["@requests"] = as_json(entry.requests);
  document["@step"] = entry.step;
  document["@sentChanges"] = entry.sent_changes;
  document["@sentComments"] = entry.sent_comments;
  document["@writtenComments"] = entry.written_comments;
  return json::to_text(document);
}

base::Result<WriteBackEntry> decode_write_back(const store::Entity& entity) {
  const json::Value value = TRY(json::parse(entity.json));
  WriteBackEntry entry;
  entry.alert_id = entity.id;
  entry.version = entity.version;
  entry.provider_alert_id = json::find_string(value, "providerAlertId");
  entry.instance = json::find_string(value, "connector");
  entry.state = json::find_string(value, "state");
  entry.attempts = number_in(value, "attempts");
  entry.error = json::find_string(value, "error");
  entry.last_attempt = time_in(value, "lastAttemptDateTime");
  entry.next_attempt = time_in(value, "nextAttemptDateTime");
  entry.synchronized = time_in(value, "synchronizedDateTime");
  entry.requested = number_in(value, "@requested");
  entry.handled = number_in(value, "@handled");
  entry.begun_for = number_in(value, "@begunFor");
  entry.step = static_cast<size_t>(number_in(value, "@step"));
  entry.requests = read_requests(value, "@requests");
  const json::Value* changes = json::find(value, "@sentChanges");
  if (changes && changes->is_object()) entry.sent_changes = changes->get_object();
  for (const auto& [name, comments] :
       {std::pair{"@sentComments", &entry.sent_comments}, std::pair{"@writtenComments", &entry.written_comments}}) {
    const json::Value* list = json::find(value, name);
    if (list && list->is_array()) *comments = list->get_array();
  }
  return entry;
}

}  // namespace vedette::federation
