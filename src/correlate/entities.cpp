#include "vedette/correlate/entities.h"

#include <algorithm>
#include <array>

#include "evidence.h"
#include "tactics.h"
#include "text_form.h"

namespace vedette::correlate {
namespace {

struct KindText {
  std::string_view name;
  std::string_view phrase;
};

KindText text_of(EntityKind kind) {
  switch (kind) {
    case EntityKind::file_hash:
      return {"fileHash", "the file with hash"};
    case EntityKind::user_sid:
      return {"userSid", "the account with SID"};
    case EntityKind::user_id:
      return {"userId", "the account with id"};
    case EntityKind::domain_account:
      return {"domainAccount", "the account"};
    case EntityKind::mail_address:
      return {"mailAddress", "the address"};
    case EntityKind::device_name:
      return {"deviceName", "the device"};
    case EntityKind::device_id:
      return {"deviceId", "the device with id"};
    case EntityKind::public_ip:
      return {"publicIp", "the public address"};
    case EntityKind::url:
      return {"url", "the URL"};
    case EntityKind::domain:
      return {"domain", "the domain"};
    case EntityKind::mail_message:
      return {"mailMessage", "the message"};
    case EntityKind::cloud_resource:
      return {"cloudResource", "the resource"};
    case EntityKind::container:
      return {"container", "the container"};
    case EntityKind::application:
      return {"application", "the application"};
    case EntityKind::session:
      return {"session", "the session"};
    case EntityKind::repository_account:
      return {"repositoryAccount", "the repository account"};
    case EntityKind::provider_incident:
      return {"providerIncident", "the provider's incident"};
    case EntityKind::private_ip:
      return {"privateIp", "the private address"};
    case EntityKind::user_name:
      return {"userName", "the account name"};
  }
  return {};
}

Severity read_severity(const json::Value& alert) {
  constexpr std::array<std::string_view, 5> names{"unknown", "informational", "low", "medium", "high"};
  const std::string text = comparable(json::find_string(alert, "severity"));
  const auto found = std::find(names.begin(), names.end(), text);
  return found == names.end() ? Severity::unknown : Severity(found - names.begin());
}

void read_times(AlertFacts& facts, const json::Value& alert) {
  const auto read = [&](std::string_view name) { return base::parse_iso_date_time(json::find_string(alert, name)); };
  const auto first = read("firstActivityDateTime");
  const auto last = read("lastActivityDateTime");
  const auto created = read("createdDateTime");
  const base::DateTime any = first ? *first : last ? *last : created.value_or(base::DateTime{});
  facts.created = created.value_or(any);
  facts.first_activity = first.value_or(any);
  facts.last_activity = last.value_or(facts.first_activity);
  if (facts.last_activity < facts.first_activity) std::swap(facts.first_activity, facts.last_activity);
}

void read_categories(AlertFacts& facts, const json::Value& alert) {
  facts.tactics = tactic_bit(json::find_string(alert, "category"));
  const json::Value* categories = json::find(alert, "categories");
  if (categories == nullptr || !categories->is_array()) return;
  for (const json::Value& category : categories->get_array()) {
    if (category.is_string()) facts.tactics |= tactic_bit(std::string_view(category.get_string()));
  }
}

// "Microsoft Defender for Endpoint", or the service when no product is named.
std::string read_source(const json::Value& alert) {
  const std::string_view product = trimmed(json::find_string(alert, "productName"));
  if (!product.empty()) return std::string(product);
  const std::string_view service = json::find_string(alert, "serviceSource");
  return service == "unknown" ? std::string() : std::string(service);
}

// Ids of incidents count within a provider. The services of one suite share theirs.
void add_provider_incident(EntitySet& set, const json::Value& alert) {
  const json::Value* data = json::find(alert, "additionalData");
  if (data == nullptr || !data->is_object()) return;
  const std::string_view service = json::find_string(alert, "serviceSource");
  const bool of_suite = comparable(service).starts_with("microsoft") || service == "azureAdIdentityProtection" ||
                        service == "dataLossPrevention";
  const std::string provider = of_suite ? "microsoft" : comparable(json::find_string(alert, "productName"));
  for (const auto& member : data->get_object()) {
    const std::string name = comparable(std::string_view(member.key()));
    if (name != "incidentid" && name != "providerincidentid") continue;
    std::string id;
    if (member.value().is_string()) id = comparable(std::string_view(member.value().get_string()));
    if (member.value().is_int64() || member.value().is_uint64()) id = json::to_text(member.value());
    if (!id.empty() && id != "0") set.add(EntityKind::provider_incident, provider + ':' + id);
  }
}

std::vector<Entity> without_ranges(const std::set<Entity>& entities) {
  const auto partial =
      std::count_if(entities.begin(), entities.end(), [](const Entity& entity) { return is_partial(entity.kind); });
  std::vector<Entity> result(entities.begin(), entities.end());
  if (static_cast<size_t>(partial) > partial_entities_max) {
    std::erase_if(result, [](const Entity& entity) { return is_partial(entity.kind); });
  }
  return result;
}

}  // namespace

std::string_view name(EntityKind kind) { return text_of(kind).name; }
std::string_view phrase(EntityKind kind) { return text_of(kind).phrase; }

base::Result<AlertReader> AlertReader::create(std::string_view further_shared) {
  AlertReader reader;
  reader.shared_ = std::make_shared<SharedInfrastructure>(TRY(SharedInfrastructure::load(further_shared)));
  return reader;
}

AlertFacts AlertReader::read(const json::Value& alert) const {
  EntitySet set;
  read_evidence(set, alert, *shared_);
  add_provider_incident(set, alert);
  AlertFacts facts;
  facts.title = json::find_string(alert, "title");
  facts.severity = read_severity(alert);
  read_times(facts, alert);
  read_categories(facts, alert);
  facts.source = read_source(alert);
  facts.devices.assign(set.devices.begin(), set.devices.end());
  facts.users.assign(set.users.begin(), set.users.end());
  facts.entities = without_ranges(set.entities);
  return facts;
}

}  // namespace vedette::correlate
