#include "write_back_entry.h"

#include "document_members.h"

namespace vedette::federation {

std::string encode(const WriteBackEntry& entry) {
  json::Object document{{"id", entry.id}, {"alertId", entry.id}, {"providerAlertId", entry.provider_alert_id}};
  add_members(document, entry);
  document["@begunFor"] = entry.begun_for;
  document["@requests"] = as_json(entry.requests);
  document["@step"] = entry.step;
  document["@sentChanges"] = entry.sent_changes;
  document["@sentComments"] = entry.sent_comments;
  document["@writtenComments"] = entry.written_comments;
  return json::to_text(document);
}

base::Result<WriteBackEntry> WriteBackEntry::decode(const store::Entity& entity) {
  const json::Value value = TRY(json::parse(entity.json));
  WriteBackEntry entry;
  read_members(entity, value, entry);
  entry.provider_alert_id = json::find_string(value, "providerAlertId");
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
