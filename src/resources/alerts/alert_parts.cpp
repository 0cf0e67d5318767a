#include "alert_parts.h"

#include <map>
#include <string>

#include "vedette/ingest/alert.h"

namespace vedette::resources {
namespace {

// What the evidence is, whenever it was seen → the evidence, as it was seen first.
using EvidenceSet = std::map<std::string, json::Object>;

std::string time_text(const json::Object& object, std::string_view name) {
  const json::Value* value = object.if_contains(name);
  return value != nullptr && value->is_string() ? std::string(value->get_string()) : std::string();
}

// Texts of times in wire form compare as the times do.
void add_evidence(EvidenceSet& set, const json::Object& alert) {
  const json::Value* evidence = alert.if_contains("evidence");
  if (evidence == nullptr || !evidence->is_array()) return;
  for (const json::Value& item : evidence->get_array()) {
    if (!item.is_object()) continue;
    json::Object identity = item.get_object();
    identity.erase("createdDateTime");
    const auto [known, is_new] = set.try_emplace(json::to_text(identity), item.get_object());
    const std::string created = time_text(item.get_object(), "createdDateTime");
    if (!is_new && created < time_text(known->second, "createdDateTime")) known->second["createdDateTime"] = created;
  }
}

// In the order of its texts: it must not depend on which part came first.
bool set_evidence(json::Object& alert, EvidenceSet set) {
  json::Array evidence;
  for (auto& [identity, item] : set) {
    if (evidence.size() == united_evidence_max) {
      json::Value& additional = alert["additionalData"];
      if (!additional.is_object()) additional.emplace_object();
      additional.get_object()["evidenceLeftOut"] = true;
      break;
    }
    evidence.push_back(std::move(item));
  }
  json::Value& stands = alert["evidence"];
  if (stands.is_array() && stands.get_array() == evidence) return false;
  stands = std::move(evidence);
  return true;
}

enum class Keep : uint8_t { earlier, later };

bool unite_time(json::Object& into, const json::Object& other, std::string_view name, Keep keep) {
  const std::string here = time_text(into, name), there = time_text(other, name);
  if (there.empty() || here == there) return false;
  if (!here.empty() && (keep == Keep::earlier) == (here < there)) return false;
  into[name] = there;
  return true;
}

}  // namespace

bool is_part(const json::Object& alert) {
  const json::Value* part = alert.if_contains(ingest::part_member);
  return part != nullptr && part->is_bool() && part->get_bool();
}

bool unite_parts(json::Object& into, const json::Object& other) {
  EvidenceSet set;
  add_evidence(set, into);
  add_evidence(set, other);
  bool changed = set_evidence(into, std::move(set));
  changed |= unite_time(into, other, "createdDateTime", Keep::earlier);
  changed |= unite_time(into, other, "firstActivityDateTime", Keep::earlier);
  changed |= unite_time(into, other, "lastActivityDateTime", Keep::later);
  return changed;
}

}  // namespace vedette::resources
