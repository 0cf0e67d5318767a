#include "legacy_alert_shape.h"

#include <algorithm>
#include <iterator>
#include <string>
#include <utility>

#include "vedette/odata/behaviour.h"

namespace vedette::resources {
namespace {

constexpr SameMember statuses[] = {
    {"newAlert", "new"}, {"inProgress", "inProgress"}, {"resolved", "resolved"}, {"unknown", "unknown"}};
constexpr SameMember feedbacks[] = {{"truePositive", "truePositive"},
                                    {"falsePositive", "falsePositive"},
                                    {"benignPositive", "informationalExpectedActivity"},
                                    {"unknown", "unknown"}};

constexpr SameProperty properties[] = {
    {"id", "id"},
    {"assignedTo", "assignedTo"},
    {"azureTenantId", "tenantId"},
    {"category", "category"},
    {"closedDateTime", "resolvedDateTime"},
    {"createdDateTime", "createdDateTime"},
    {"description", "description"},
    {"eventDateTime", "firstActivityDateTime"},
    {"feedback", "classification", feedbacks},
    {"lastEventDateTime", "lastActivityDateTime"},
    {"lastModifiedDateTime", "lastUpdateDateTime"},
    {"severity", "severity"},
    {"status", "status", statuses},
    {"title", "title"},
    {"vendorInformation/provider", "productName"},
};

std::string_view text(const json::Value& value, std::string_view name) { return json::find_string(value, name); }

json::Value member(const json::Value& value, std::string_view name) {
  const json::Value* found = value.is_object() ? json::find(value, name) : nullptr;
  return found ? *found : json::Value();
}

json::Value hash_of(const json::Value& file) {
  for (const char* kind : {"sha256", "sha1", "md5"})
    if (const std::string_view value = text(file, kind); !value.empty())
      return json::Object{{"hashType", kind}, {"hashValue", value}};
  return {};
}

void append(json::Object& into, std::string_view name, json::Object item) {
  json::Value& items = into[name];
  if (!items.is_array()) items.emplace_array();
  items.get_array().push_back(std::move(item));
}

void add_device(json::Object& into, const json::Value& evidence) {
  const std::string_view name = text(evidence, "deviceDnsName");
  const std::string_view host = text(evidence, "hostName");
  append(into, "hostStates",
         {{"fqdn", name},
          {"netBiosName", host.empty() ? name.substr(0, name.find('.')) : host},
          {"os", member(evidence, "osPlatform")},
          {"privateIpAddress", member(evidence, "lastIpAddress")},
          {"publicIpAddress", member(evidence, "lastExternalIpAddress")},
          {"riskScore", member(evidence, "riskScore")}});
}

void add_user(json::Object& into, const json::Value& evidence) {
  const json::Value account = member(evidence, "userAccount");
  append(into, "userStates",
         {{"aadUserId", member(account, "azureAdUserId")},
          {"accountName", member(account, "accountName")},
          {"domainName", member(account, "domainName")},
          {"onPremisesSecurityIdentifier", member(account, "userSid")},
          {"userPrincipalName", member(account, "userPrincipalName")}});
}

void add_file(json::Object& into, const json::Value& evidence) {
  const json::Value file = member(evidence, "fileDetails");
  append(into, "fileStates",
         {{"fileHash", hash_of(file)}, {"name", member(file, "fileName")}, {"path", member(file, "filePath")}});
}

// The first form numbers processes in 32 bits; some sensors number them in more.
json::Value process_id(const json::Value& evidence, std::string_view name) {
  json::Value id = member(evidence, name);
  return id.is_int64() && std::in_range<int32_t>(id.get_int64()) ? id : json::Value();
}

void add_process(json::Object& into, const json::Value& evidence) {
  const json::Value file = member(evidence, "imageFile");
  append(into, "processes",
         {{"accountName", member(member(evidence, "userAccount"), "accountName")},
          {"commandLine", member(evidence, "processCommandLine")},
          {"createdDateTime", member(evidence, "processCreationDateTime")},
          {"fileHash", hash_of(file)},
          {"name", member(file, "fileName")},
          {"parentProcessCreatedDateTime", member(evidence, "parentProcessCreationDateTime")},
          {"parentProcessId", process_id(evidence, "parentProcessId")},
          {"parentProcessName", member(member(evidence, "parentProcessImageFile"), "fileName")},
          {"path", member(file, "filePath")},
          {"processId", process_id(evidence, "processId")}});
}

void add_address(json::Object& into, const json::Value& evidence) {
  append(into, "networkConnections", {{"destinationAddress", member(evidence, "ipAddress")}});
}

void add_url(json::Object& into, const json::Value& evidence) {
  append(into, "networkConnections", {{"destinationUrl", member(evidence, "url")}});
}

struct EvidenceKind {
  std::string_view type;
  void (*add)(json::Object&, const json::Value&);
};
constexpr EvidenceKind evidence_kinds[] = {
    {"deviceEvidence", add_device},   {"userEvidence", add_user},  {"fileEvidence", add_file},
    {"processEvidence", add_process}, {"ipEvidence", add_address}, {"urlEvidence", add_url},
};

void add_evidence(json::Object& into, const json::Value& alert) {
  const json::Value evidence = member(alert, "evidence");
  if (!evidence.is_array()) return;
  for (const json::Value& item : evidence.get_array()) {
    std::string_view type = text(item, "@odata.type");
    type.remove_prefix(std::min(type.rfind('.') + 1, type.size()));
    for (const EvidenceKind& kind : evidence_kinds)
      if (kind.type == type) kind.add(into, item);
  }
}

json::Array texts_of(const json::Value& value) { return value.is_array() ? value.get_array() : json::Array(); }

json::Array comments_of(const json::Value& alert) {
  json::Array comments;
  for (const json::Value& comment : texts_of(member(alert, "comments"))) comments.push_back(member(comment, "comment"));
  return comments;
}

json::Value legacy_value(const SameProperty& property, const json::Value& alert) {
  json::Value value = member(alert, property.stored);
  if (!value.is_string() || property.members.empty()) return value;
  for (const SameMember& same : property.members)
    if (same.stored == std::string_view(value.get_string())) return json::Value(same.legacy);
  return json::Value("unknown");
}

}  // namespace

const SameProperty* find_same(std::string_view legacy) {
  const auto* found = std::find_if(std::begin(properties), std::end(properties),
                                   [&](const SameProperty& p) { return p.legacy == legacy; });
  return found == std::end(properties) ? nullptr : found;
}

std::string_view stored_member(const SameProperty& property, std::string_view legacy) {
  for (const SameMember& same : property.members)
    if (same.legacy == legacy) return same.stored;
  return legacy;
}

json::Object legacy_alert(const json::Object& stored) {
  const json::Value alert(stored);
  json::Object out;
  for (const SameProperty& property : properties)
    if (property.legacy.find('/') == std::string_view::npos) out[property.legacy] = legacy_value(property, alert);
  const std::string_view product = text(alert, "productName"), source = text(alert, "serviceSource");
  const bool own = source.empty() || source == "unknown";
  out["vendorInformation"] = json::Object{{"provider", product.empty() ? source : product},
                                          {"vendor", own ? product : std::string_view("Microsoft")}};
  out["comments"] = comments_of(alert);
  out["tags"] = texts_of(member(alert, odata::tags_member));
  if (const std::string_view url = text(alert, "alertWebUrl"); !url.empty()) out["sourceMaterials"] = json::Array{url};
  if (const std::string_view id = text(alert, "incidentId"); !id.empty()) out["incidentIds"] = json::Array{id};
  if (const std::string_view actions = text(alert, "recommendedActions"); !actions.empty())
    out["recommendedActions"] = json::Array{actions};
  out["activityGroupName"] = member(alert, "actorDisplayName");
  if (const std::string_view family = text(alert, "threatFamilyName"); !family.empty())
    append(out, "malwareStates", {{"family", family}, {"name", member(alert, "threatDisplayName")}});
  add_evidence(out, alert);
  return out;
}

}  // namespace vedette::resources
