#include "write_back_entry.h"

namespace vedette::federation {

namespace {

int64_t number(const json::Value& value, const char* name) {
  const json::Value* member = json::find(value, name);
  return member && member->is_int64() ? member->get_int64() : 0;
}

base::DateTime time_of(const json::Value& value, const char* name) {
  return base::parse_iso_date_time(json::find_string(value, name)).value_or(base::DateTime{});
}

void set_time(json::Object& document, const char* name, base::DateTime time) {
  if (time != base::DateTime{})
    document[name] = base::format_date_time(time);
  else
    document[name] = nullptr;
}

}  // namespace

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
  json::Array requests;
  for (const ProviderRequest& request : entry.requests) requests.push_back(as_json(request));
  document["@requests"] = std::move(requests);
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
  entry.attempts = number(value, "attempts");
  entry.error = json::find_string(value, "error");
  entry.last_attempt = time_of(value, "lastAttemptDateTime");
  entry.next_attempt = time_of(value, "nextAttemptDateTime");
  entry.synchronized = time_of(value, "synchronizedDateTime");
  entry.requested = number(value, "@requested");
  entry.handled = number(value, "@handled");
  entry.begun_for = number(value, "@begunFor");
  entry.step = static_cast<size_t>(number(value, "@step"));
  const json::Value* requests = json::find(value, "@requests");
  if (requests && requests->is_array())
    for (const json::Value& request : requests->get_array()) entry.requests.push_back(read_request(request));
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
