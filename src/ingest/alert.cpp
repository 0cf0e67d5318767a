#include "vedette/ingest/alert.h"

#include <openssl/evp.h>

#include <algorithm>
#include <array>
#include <set>
#include <vector>

#include "alert_properties.h"
#include "attack.h"
#include "vedette/base/guid.h"

namespace vedette::ingest {

namespace {

std::string text_of(const json::Object& object, std::string_view name) {
  const auto* value = object.if_contains(name);
  return value && value->is_string() ? std::string(value->get_string()) : std::string();
}

void set_default(json::Object& object, std::string_view name, std::string_view text) {
  if (!object.contains(name) && !text.empty()) object[name] = text;
}

json::Object& bag_of(json::Object& object, std::string_view name) {
  auto& value = object[name];
  if (!value.is_object()) value = json::Object();
  return value.get_object();
}

void keep_enumerations(json::Object& alert) {
  for (const auto& property : alert_properties()) {
    if (property.members.empty()) continue;
    const std::string value = text_of(alert, property.name);
    if (value.empty() || is_member(property.members, value)) continue;
    if (property.name == "serviceSource" || property.name == "detectionSource")
      set_default(alert, "productName", value);
    else
      bag_of(alert, "additionalData")[property.name] = value;
    alert[property.name] = "unknown";
  }
}

// The items of an array, each once, in the order of their first places. What is no array has none.
json::Array distinct(json::Value* value) {
  json::Array kept;
  if (!value || !value->is_array()) return kept;
  std::set<std::string> seen;
  for (auto& item : value->get_array())
    if (!item.is_null() && seen.insert(json::to_text(item)).second) kept.push_back(std::move(item));
  return kept;
}

bool is_evidence(const json::Object& object) {
  return text_of(object, "@odata.type").starts_with("#microsoft.graph.security.");
}

// An empty text says nothing: the member is not known. How deep a row is, is limited (alert_row_depth_max).
void drop_empty_texts(json::Value& value) {
  if (auto* array = value.if_array()) {
    for (auto& item : *array) drop_empty_texts(item);
  } else if (auto* object = value.if_object()) {
    json::Object kept;
    for (auto& member : *object) {
      drop_empty_texts(member.value());
      if (!member.value().is_string() || !member.value().get_string().empty())
        kept[member.key()] = std::move(member.value());
    }
    *object = std::move(kept);
  }
}

// What all evidence has, also the evidence inside other evidence.
void complete_evidence(json::Value& value, const std::string& created) {
  if (auto* array = value.if_array()) {
    for (auto& item : *array) complete_evidence(item, created);
    return;
  }
  if (!value.is_object()) return;
  auto& members = value.get_object();
  for (auto& member : members) complete_evidence(member.value(), created);
  if (!is_evidence(members)) return;
  set_default(members, "createdDateTime", created);
  const auto keep_member = [&](std::string_view name, MemberNames known, std::string_view otherwise) {
    if (!is_member(known, text_of(members, name))) members[name] = otherwise;
  };
  keep_member("verdict", evidence_verdicts(), "unknown");
  keep_member("remediationStatus", evidence_remediation_statuses(), "none");
  for (const std::string_view name : {"roles", "detailedRoles", "tags"})
    if (!members.contains(name) || !members[name].is_array()) members[name] = json::Array();
}

// Each entity once. Evidence of no type cannot be served as evidence.
void keep_evidence(json::Object& alert) {
  json::Array typed, untyped;
  if (auto* given = alert.if_contains("evidence")) drop_empty_texts(*given);
  for (auto& item : distinct(alert.if_contains("evidence"))) {
    if (!item.is_object()) continue;
    (is_evidence(item.get_object()) ? typed : untyped).push_back(std::move(item));
  }
  const std::string created = text_of(alert, "createdDateTime");
  for (auto& item : typed) complete_evidence(item, created);
  alert["evidence"] = std::move(typed);
  if (!untyped.empty()) bag_of(alert, "additionalData")["evidence"] = std::move(untyped);
}

void keep_arrays(json::Object& alert) {
  for (const std::string_view name : {"mitreTechniques", "systemTags", "comments"})
    alert[name] = distinct(alert.if_contains(name));
}

// The tactic that all techniques agree on; "" when they imply none.
std::string_view implied_tactic(const json::Object& alert) {
  std::string_view implied;
  for (const auto& technique : alert.at("mitreTechniques").as_array()) {
    const std::string_view tactic = technique.is_string() ? tactic_of_technique(technique.get_string()) : "";
    if (tactic.empty() || tactic == implied) continue;
    if (!implied.empty()) return {};
    implied = tactic;
  }
  return implied;
}

// The tactic's name where the record says one or its techniques imply one, else the provider's category. Microsoft's
// own products name the tactic themselves where there is one.
void set_category(json::Object& alert) {
  const std::string given = text_of(alert, "category");
  std::string_view tactic = tactic_name(given);
  if (tactic.empty() && (given.empty() || text_of(alert, "serviceSource") == "unknown")) tactic = implied_tactic(alert);
  if (tactic.empty()) return;
  if (tactic_name(given).empty() && !given.empty()) bag_of(alert, "additionalData")["category"] = given;
  alert["category"] = tactic;
}

// Ours are set where alerts are stored; the provider's go along as additional data.
void move_foreign_ids(json::Object& alert) {
  for (const std::string_view name : {"incidentId", "incidentWebUrl", "tenantId"}) {
    const std::string value = text_of(alert, name);
    if (!value.empty()) bag_of(alert, "additionalData")[name] = value;
    alert.erase(name);
  }
}

base::Status check_size(size_t bytes) {
  if (bytes <= alert_bytes_max) return {};
  return base::fail(base::ErrorCode::limit_exceeded, "The alert has " + std::to_string(bytes) + " bytes; the most is " +
                                                         std::to_string(alert_bytes_max) + ".");
}

}  // namespace

std::string alert_id(std::string_view tenant_id, std::string_view provider, std::string_view provider_alert_id) {
  std::string text;
  for (const std::string_view part : {tenant_id, provider, provider_alert_id}) {
    text += std::to_string(part.size());
    text += ':';
    text += part;
  }
  std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
  EVP_Digest(text.data(), text.size(), digest.data(), nullptr, EVP_sha256(), nullptr);
  base::Guid guid;
  std::copy_n(digest.begin(), guid.bytes.size(), guid.bytes.begin());
  // RFC 9562: version 8 (made by a rule of its own), variant 10.
  guid.bytes[6] = static_cast<uint8_t>((guid.bytes[6] & 0x0f) | 0x80);
  guid.bytes[8] = static_cast<uint8_t>((guid.bytes[8] & 0x3f) | 0x80);
  return base::to_string(guid);
}

base::Result<json::Object> normalize_alert(json::Object alert, const AlertOrigin& origin) {
  keep_enumerations(alert);
  move_foreign_ids(alert);
  alert["id"] = alert_id(origin.tenant_id, origin.provider, text_of(alert, "providerAlertId"));
  alert["tenantId"] = origin.tenant_id;
  set_default(alert, "createdDateTime", text_of(alert, "firstActivityDateTime"));
  set_default(alert, "createdDateTime", base::format_date_time(origin.now));
  set_default(alert, "lastUpdateDateTime", text_of(alert, "createdDateTime"));
  set_default(alert, "firstActivityDateTime", text_of(alert, "createdDateTime"));
  set_default(alert, "lastActivityDateTime", text_of(alert, "firstActivityDateTime"));
  set_default(alert, "status", "new");
  if (text_of(alert, "status") == "resolved")
    set_default(alert, "resolvedDateTime", text_of(alert, "lastUpdateDateTime"));
  set_default(alert, "severity", "unknown");
  set_default(alert, "serviceSource", "unknown");
  set_default(alert, "detectionSource", "unknown");
  set_default(alert, "productName", origin.provider);
  keep_arrays(alert);
  set_category(alert);
  set_default(alert, "title", text_of(alert, "category"));
  set_default(alert, "title", "Alert of " + origin.provider);
  keep_evidence(alert);
  json::Value whole(std::move(alert));
  TRY(check_size(json::to_text(whole).size()));
  return std::move(whole.get_object());
}

}  // namespace vedette::ingest
