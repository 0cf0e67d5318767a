#include "vedette/resources/incidents/incident_copies.h"

#include <algorithm>

#include "vedette/odata/behaviour.h"
#include "vedette/resources/alerts/provider_difference.h"
#include "vedette/resources/incidents/incidents.h"
#include "vedette/store/change_times.h"

namespace vedette::resources {
namespace {

json::Value shown_value(const json::Object& incident, std::string_view name) {
  const json::Value* value = incident.if_contains(name);
  return value == nullptr ? json::Value() : *value;
}

json::Array shown_array(const json::Object& incident, std::string_view name) {
  const json::Value* value = incident.if_contains(name);
  return value != nullptr && value->is_array() ? value->get_array() : json::Array();
}

bool is_merged(const json::Object& incident) { return json::find_string(incident, "status") == "redirected"; }

// What every incident says before anybody changed it.
bool is_initial(const json::Value& value) {
  return value.is_null() || value == json::Value("") || value == json::Value("unknown") ||
         value == json::Value("active");
}

bool has_member(const json::Array& set, const json::Value& member) {
  return std::find(set.begin(), set.end(), member) != set.end();
}

// Of a copy without times: those of its last update, for what differs from the copy before.
void add_times(json::Object& incident, const json::Object& before) {
  const auto updated = base::parse_iso_date_time(json::find_string(incident, "lastUpdateDateTime"));
  if (!updated) return;
  const store::ChangeTime time{*updated, ""};
  for (const std::string_view name : incident_values) {
    const json::Value value = shown_value(incident, name);
    if (before.empty() ? !is_initial(value) : value != shown_value(before, name))
      store::set_change_time(incident, name, time);
  }
  const std::string_view set = incident_properties.set;
  const json::Array now = shown_array(incident, set), then = shown_array(before, set);
  const auto change = [&](const json::Value& member) {
    if (member.is_string())
      store::set_change_time(incident, store::member_key(set, std::string_view(member.get_string())), time);
  };
  for (const json::Value& member : now)
    if (!has_member(then, member)) change(member);
  for (const json::Value& member : then)
    if (!has_member(now, member)) change(member);
}

// Comments made here that the copy does not have, neither as they are nor as the echo of what was sent there.
std::vector<const json::Value*> own_comments(const json::Array& here, const json::Array& there,
                                             std::vector<size_t>* echoes = nullptr) {
  std::vector<const json::Value*> ours;
  for (const json::Value& comment : here)
    if (!has_member(there, comment)) ours.push_back(&comment);
  return without_echoes(ours, there, echoes);
}

// The copy without the comments that came from here.
json::Object without_own_comments(const json::Object& document, const IncidentCopy& copy) {
  json::Object incident = copy.incident;
  const json::Array here = shown_array(document, "comments"), there = shown_array(incident, "comments");
  std::vector<size_t> echoes;
  own_comments(here, there, &echoes);
  json::Array foreign;
  for (size_t at = 0; at < there.size(); ++at)
    if (std::find(echoes.begin(), echoes.end(), at) == echoes.end()) foreign.push_back(there[at]);
  incident["comments"] = std::move(foreign);
  return incident;
}

}  // namespace

IncidentCopy read_incident_copy(const json::Value& shown, const json::Object& before, base::DateTime now) {
  IncidentCopy copy;
  const auto take = [&](std::string_view name) {
    if (const json::Value* value = json::find(shown, name)) copy.incident[name] = *value;
  };
  for (const std::string_view name : incident_values) take(name);
  for (const std::string_view name : {incident_properties.set, std::string_view("id"), std::string_view("comments"),
                                      std::string_view("lastUpdateDateTime"), std::string_view("lastModifiedBy"),
                                      std::string_view(odata::changes_annotation)})
    take(name);
  copy.has_times = take_change_times(copy.incident, now);
  if (!copy.has_times) add_times(copy.incident, before);
  return copy;
}

json::Object kept_copy(const IncidentCopy& copy) {
  json::Object kept{{"lastUpdateDateTime", shown_value(copy.incident, "lastUpdateDateTime")}};
  for (const std::string_view name : incident_values) kept[name] = shown_value(copy.incident, name);
  kept[incident_properties.set] = shown_array(copy.incident, incident_properties.set);
  return kept;
}

bool says_anything(const IncidentCopy& copy) {
  const json::Value* times = copy.incident.if_contains(store::changes_member);
  const bool is_changed = times != nullptr && times->is_object() && !times->get_object().empty();
  return !is_merged(copy.incident) && (is_changed || !shown_array(copy.incident, "comments").empty() ||
                                       !shown_array(copy.incident, incident_properties.set).empty());
}

bool unite_incident(json::Object& document, const IncidentCopy& copy, base::DateTime now) {
  if (is_merged(document) || is_merged(copy.incident)) return false;
  const bool changed = copy.has_times
                           ? unite_changes(document, copy.incident, incident_properties)
                           : unite_changes(document, without_own_comments(document, copy), incident_properties);
  if (!changed) return false;
  document["lastModifiedBy"] = shown_value(copy.incident, "lastModifiedBy");
  document["lastUpdateDateTime"] = base::format_date_time(now);
  return true;
}

Difference incident_difference(const json::Object& document, const IncidentCopy& copy) {
  if (is_merged(document) || is_merged(copy.incident)) return {};
  Difference difference = later_changes(document, copy.incident, incident_properties);
  if (copy.has_times) return difference;
  json::Object changes;
  for (const auto& change : difference.changes) {
    const std::string_view name = change.key();
    if (!name.starts_with('@') && change.value() != shown_value(copy.incident, name)) changes[name] = change.value();
  }
  difference.changes = std::move(changes);
  difference.comments.clear();
  const json::Array here = shown_array(document, "comments"), there = shown_array(copy.incident, "comments");
  for (const json::Value* comment : own_comments(here, there))
    difference.comments.push_back(json::Object{{"comment", json::find_string(*comment, "comment")}});
  return difference;
}

}  // namespace vedette::resources
