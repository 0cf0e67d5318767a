#include "incident_document.h"

#include <algorithm>
#include <array>

#include "vedette/store/change_times.h"

namespace vedette::correlate {
namespace {

constexpr std::array<std::string_view, 5> severities{"unknown", "informational", "low", "medium", "high"};

bool is_edited(const StoredIncident& incident, std::string_view name) {
  const json::Value* value = incident.document.if_contains(name);
  if (value == nullptr || value->is_null()) return false;
  const json::Value* derived = incident.derived.if_contains(name);
  return derived == nullptr || *derived != *value;
}

bool says_nothing(const json::Value* value) {
  if (value == nullptr || value->is_null()) return true;
  if (value->is_string()) return value->get_string().empty() || value->get_string() == "unknown";
  return false;
}

bool set(json::Object& object, std::string_view name, json::Value value) {
  json::Value& member = object[name];
  if (member == value) return false;
  member = std::move(value);
  return true;
}

json::Value text_or_null(const std::string& text) { return text.empty() ? json::Value() : json::Value(text); }

std::string status_of(const json::Object& incident) {
  const json::Value* status = incident.if_contains("status");
  return status != nullptr && status->is_string() ? std::string(std::string_view(status->get_string())) : "active";
}

json::Array& array_of(json::Object& object, std::string_view name) {
  json::Value& value = object[name];
  return value.is_array() ? value.get_array() : value.emplace_array();
}

// The value comes with the time at which a user changed it. Where a later change gives way to it, it is one itself:
// what has one time has one value, wherever incidents are kept in step.
void take_value(StoredIncident& into, const StoredIncident& merged, std::string_view name) {
  const json::Value* value = merged.document.if_contains(name);
  if (value == nullptr || !set(into.document, name, *value)) return;
  const auto time = store::change_time(merged.document, name), before = store::change_time(into.document, name);
  if (time.is_known() || before.is_known())
    store::set_change_time(into.document, name, store::next_change(into.document, name, time));
}

void add_tags(StoredIncident& into, const StoredIncident& merged, std::string_view name) {
  const json::Value* tags = merged.document.if_contains(name);
  if (tags == nullptr || !tags->is_array()) return;
  json::Array& target = array_of(into.document, name);
  for (const json::Value& tag : tags->get_array()) {
    if (std::find(target.begin(), target.end(), tag) == target.end()) target.push_back(tag);
    if (!tag.is_string()) continue;
    const std::string key = store::member_key(name, std::string_view(tag.get_string()));
    const auto time = store::change_time(merged.document, key);
    if (time > store::change_time(into.document, key)) store::set_change_time(into.document, key, time);
  }
}

void add_comments(StoredIncident& into, const StoredIncident& merged) {
  const json::Value* comments = merged.document.if_contains("comments");
  if (comments == nullptr || !comments->is_array()) return;
  json::Array& target = array_of(into.document, "comments");
  target.insert(target.end(), comments->get_array().begin(), comments->get_array().end());
  std::stable_sort(target.begin(), target.end(), [](const json::Value& a, const json::Value& b) {
    return json::find_string(a, "createdDateTime") < json::find_string(b, "createdDateTime");
  });
}

}  // namespace

Derived derived_values(std::string title, std::string description, Severity severity) {
  return {{"displayName", std::move(title)},
          {"description", std::move(description)},
          {"severity", severities[static_cast<size_t>(severity)]}};
}

json::Object new_incident(const IncidentFrame& frame, const Derived& derived) {
  const std::string now = base::format_date_time(frame.now);
  return {{"id", frame.id},
          {"tenantId", frame.tenant},
          {"status", "active"},
          {"incidentWebUrl", text_or_null(frame.web_url)},
          {"redirectIncidentId", nullptr},
          {"displayName", derived.at("displayName")},
          {"createdDateTime", base::format_date_time(frame.created)},
          {"lastUpdateDateTime", now},
          {"assignedTo", nullptr},
          {"classification", "unknown"},
          {"determination", "unknown"},
          {"severity", derived.at("severity")},
          {"customTags", json::Array()},
          {"systemTags", json::Array()},
          {"description", derived.at("description")},
          {"lastModifiedBy", nullptr},
          {"resolvingComment", nullptr},
          {"summary", nullptr},
          {"priorityScore", nullptr},
          {"comments", json::Array()}};
}

bool update_incident(StoredIncident& incident, const IncidentFrame& frame, const Derived& derived) {
  bool changed = false;
  for (const auto& member : derived) {
    const std::string_view name = member.key();
    if (!is_edited(incident, name)) changed |= set(incident.document, name, member.value());
  }
  changed |= set(incident.document, "createdDateTime", text_or_null(base::format_date_time(frame.created)));
  changed |= set(incident.document, "incidentWebUrl", text_or_null(frame.web_url));
  if (incident.derived != derived) {
    incident.derived = derived;
    changed = true;
  }
  if (changed) set(incident.document, "lastUpdateDateTime", text_or_null(base::format_date_time(frame.now)));
  return changed;
}

void take_over(StoredIncident& into, const StoredIncident& merged) {
  for (const std::string_view name : {"displayName", "description", "severity"}) {
    if (!is_edited(into, name) && is_edited(merged, name)) take_value(into, merged, name);
  }
  for (const std::string_view name : {"assignedTo", "resolvingComment", "summary"}) {
    const json::Value* value = merged.document.if_contains(name);
    if (says_nothing(into.document.if_contains(name)) && !says_nothing(value)) take_value(into, merged, name);
  }
  if (says_nothing(into.document.if_contains("classification")) &&
      says_nothing(into.document.if_contains("determination"))) {
    for (const std::string_view name : {"classification", "determination"}) take_value(into, merged, name);
  }
  const std::string here = status_of(into.document);
  const std::string there = status_of(merged.document);
  if ((here == "resolved" && there != "resolved") || (here == "active" && there == "inProgress")) {
    take_value(into, merged, "status");
  }
  add_tags(into, merged, "customTags");
  add_tags(into, merged, "systemTags");
  add_comments(into, merged);
}

void redirect(json::Object& incident, std::string_view target, base::DateTime now) {
  incident["status"] = "redirected";
  incident["redirectIncidentId"] = target;
  incident["lastUpdateDateTime"] = base::format_date_time(now);
}

}  // namespace vedette::correlate
