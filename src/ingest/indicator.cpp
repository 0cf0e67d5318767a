// Source: the reference of microsoft.graph.tiIndicator.
#include "vedette/ingest/indicator.h"

#include <algorithm>
#include <vector>

#include "object_properties.h"

namespace vedette::ingest {

using base::ErrorCode;
using base::fail;
using columnar::Type;

namespace {

constexpr std::string_view actions[] = {"unknown", "allow", "block", "alert"};
constexpr std::string_view tlp_levels[] = {"unknown", "white", "green", "amber", "red"};
constexpr std::string_view diamond_models[] = {"unknown", "adversary", "capability", "infrastructure", "victim"};
constexpr std::string_view hash_types[] = {"unknown", "sha1", "sha256", "md5", "authenticodeHash256", "lsHash", "ctph"};

constexpr ObjectProperty properties[] = {
    {"externalId"},
    {"action", Type::string, actions},
    {"activityGroupNames", Type::dynamic},
    {"additionalInformation"},
    {"confidence", Type::int_},
    {"description"},
    {"diamondModel", Type::string, diamond_models},
    {"expirationDateTime", Type::datetime},
    {"isActive", Type::bool_},
    {"killChain", Type::dynamic},
    {"knownFalsePositives"},
    {"lastReportedDateTime", Type::datetime},
    {"malwareFamilyNames", Type::dynamic},
    {"passiveOnly", Type::bool_},
    {"severity", Type::int_},
    {"tags", Type::dynamic},
    {"targetProduct"},
    {"threatType"},
    {"tlpLevel", Type::string, tlp_levels},
    {"fileHashType", Type::string, hash_types},
};

// What says what to look for.
constexpr ObjectProperty observables[] = {
    {"domainName"},
    {"emailRecipient"},
    {"emailSenderAddress"},
    {"emailSenderName"},
    {"emailSourceDomain"},
    {"emailSourceIpAddress"},
    {"emailSubject"},
    {"emailXMailer"},
    {"fileHashValue"},
    {"fileMutexName"},
    {"fileName"},
    {"filePath"},
    {"networkCidrBlock"},
    {"networkDestinationAsn", Type::int_},
    {"networkDestinationCidrBlock"},
    {"networkDestinationIPv4"},
    {"networkDestinationIPv6"},
    {"networkDestinationPort", Type::int_},
    {"networkIPv4"},
    {"networkIPv6"},
    {"networkPort", Type::int_},
    {"networkSourceAsn", Type::int_},
    {"networkSourceCidrBlock"},
    {"networkSourceIPv4"},
    {"networkSourceIPv6"},
    {"networkSourcePort", Type::int_},
    {"url"},
    {"userAgent"},
};

std::string text_of(const json::Object& object, std::string_view name) {
  const auto* value = object.if_contains(name);
  return value && value->is_string() ? std::string(value->get_string()) : std::string();
}

void set_default(json::Object& object, std::string_view name, const json::Value& value) {
  if (!object.contains(name)) object[name] = value;
}

base::Status check_observable(const json::Object& indicator) {
  const auto is_there = [&](const auto& observable) { return indicator.contains(observable.name); };
  if (std::any_of(std::begin(observables), std::end(observables), is_there)) return {};
  return fail(ErrorCode::bad_request, "The indicator '" + text_of(indicator, "externalId") +
                                          "' has no observable: there is nothing to look for.");
}

void keep_members(json::Object& indicator) {
  for (const auto& property : properties) {
    const std::string value = text_of(indicator, property.name);
    if (property.members.empty() || value.empty()) continue;
    if (!is_member(property.members, value)) indicator[property.name] = "unknown";
  }
}

// What an indicator must have (RequiredProperties of tiIndicator), and its defaults.
void complete(json::Object& indicator, const AlertOrigin& origin) {
  const auto expires = base::DateTime{origin.now.ticks + indicator_days * base::ticks_per_day};
  set_default(indicator, "action", "alert");
  set_default(indicator, "description", json::Value(text_of(indicator, "externalId")));
  set_default(indicator, "expirationDateTime", json::Value(base::format_date_time(expires)));
  set_default(indicator, "ingestedDateTime", json::Value(base::format_date_time(origin.now)));
  set_default(indicator, "targetProduct", "Vedette");
  set_default(indicator, "threatType", "WatchList");
  set_default(indicator, "tlpLevel", "unknown");
  set_default(indicator, "isActive", true);
  set_default(indicator, "passiveOnly", false);
  set_default(indicator, "severity", 3);
  for (const std::string_view name : {"activityGroupNames", "killChain", "malwareFamilyNames", "tags"})
    if (!indicator.contains(name) || !indicator[name].is_array()) indicator[name] = json::Array();
  if (indicator.contains("fileHashValue")) set_default(indicator, "fileHashType", "unknown");
}

}  // namespace

base::Result<json::Object> normalize_indicator(json::Object indicator, const AlertOrigin& origin) {
  TRY(check_observable(indicator));
  keep_members(indicator);
  complete(indicator, origin);
  indicator["id"] = alert_id(origin.tenant_id, "indicators of " + origin.provider, text_of(indicator, "externalId"));
  indicator["azureTenantId"] = origin.tenant_id;
  const json::Value whole(indicator);
  const size_t bytes = json::to_text(whole).size();
  if (bytes > alert_bytes_max)
    return fail(ErrorCode::limit_exceeded, "The indicator has " + std::to_string(bytes) + " bytes; the most is " +
                                               std::to_string(alert_bytes_max) + ".");
  return indicator;
}

base::Status check_indicator_columns(const columnar::Schema& columns) {
  std::vector<ObjectProperty> all(std::begin(properties), std::end(properties));
  all.insert(all.end(), std::begin(observables), std::end(observables));
  return check_object_columns(columns, all, "indicator", "externalId");
}

}  // namespace vedette::ingest
