// Devices appear under ids of several products, fully qualified and by short name. Domain controllers take part in what
// every account does, so they identify nothing.
#include <algorithm>

#include "entity_set.h"
#include "text_form.h"

namespace vedette::correlate {
namespace {

using Topic = SharedInfrastructure::Topic;

bool is_digit(char c) { return c >= '0' && c <= '9'; }

std::string comparable_name(std::string_view name) {
  std::string result = comparable(name);
  while (result.ends_with('.')) result.pop_back();
  return result;
}

// "dc", "dc01", "contoso-dc2", "mordordc", "dc01-paris": one part of the short name ends in "dc" and digits, and when
// it is not the last part, it is nothing else.
bool named_like_domain_controller(std::string_view name) {
  name = name.substr(0, name.find('.'));
  while (!name.empty()) {
    const size_t end = std::min(name.find_first_of("-_"), name.size());
    std::string_view part = name.substr(0, end);
    const bool last_part = name.substr(end).find_first_not_of("-_0123456789") == std::string_view::npos;
    while (!part.empty() && is_digit(part.back())) part.remove_suffix(1);
    if (part == "dc" || (last_part && part.ends_with("dc"))) return true;
    name.remove_prefix(std::min(end + 1, name.size()));
  }
  return false;
}

// "Domain Controller", "domainController", "DC".
bool says_domain_controller(std::string_view label) {
  std::string letters;
  for (const char c : label) {
    if (c != ' ' && c != '-' && c != '_') letters += base::ascii_lower(c);
  }
  return letters == "dc" || letters.find("domaincontroller") != std::string::npos;
}

constexpr std::array<std::string_view, 2> name_members{"deviceDnsName", "hostName"};
constexpr std::array<std::string_view, 2> id_members{"mdeDeviceId", "azureAdDeviceId"};

}  // namespace

bool is_domain_controller(const json::Value& device) {
  for (const char* member : {"roles", "detailedRoles", "tags"}) {
    const json::Value* labels = json::find(device, member);
    if (labels == nullptr || !labels->is_array()) continue;
    for (const json::Value& label : labels->get_array()) {
      if (label.is_string() && says_domain_controller(std::string_view(label.get_string()))) return true;
    }
  }
  return std::any_of(name_members.begin(), name_members.end(), [&](std::string_view member) {
    return named_like_domain_controller(comparable_name(json::find_string(device, member)));
  });
}

void ignore_device(EntitySet& set, const json::Value& device) {
  for (const std::string_view member : name_members) {
    const std::string name = comparable_name(json::find_string(device, member));
    if (name.empty()) continue;
    set.ignored.insert(name);
    set.ignored.insert(name.substr(0, name.find('.')));
  }
  for (const std::string_view member : id_members) set.ignored.insert(comparable_id(json::find_string(device, member)));
  if (const auto address = parse_ip_address(json::find_string(device, "lastIpAddress"))) {
    set.ignored.insert(to_string(*address));
  }
}

void add_device_name(EntitySet& set, std::string_view text, const SharedInfrastructure& shared) {
  const std::string name = comparable_name(text);
  if (name.empty() || shared.has(Topic::device, name)) return;
  if (parse_ip_address(name)) return add_ip_address(set, name, shared);
  const std::string short_name = name.substr(0, name.find('.'));
  if (named_like_domain_controller(name) || short_name.empty()) return;
  set.add(EntityKind::device_name, name);
  set.add(EntityKind::device_name, short_name);
}

void add_device(EntitySet& set, const json::Value& device, const SharedInfrastructure& shared) {
  std::string shown;
  for (const std::string_view member : name_members) {
    const std::string name = comparable_name(json::find_string(device, member));
    if (shown.empty()) shown = parse_ip_address(name) ? name : name.substr(0, name.find('.'));
  }
  if (shown.empty()) shown = comparable_id(json::find_string(device, "mdeDeviceId"));
  if (!shown.empty()) set.devices.insert(shown);
  if (is_domain_controller(device)) return;
  for (const std::string_view member : name_members) add_device_name(set, json::find_string(device, member), shared);
  for (const std::string_view member : id_members) {
    set.add(EntityKind::device_id, comparable_id(json::find_string(device, member)));
  }
  // A public address is that of the site's NAT, which all its devices share.
  const auto address = parse_ip_address(json::find_string(device, "lastIpAddress"));
  if (address && reach(*address) == Reach::private_) set.add(EntityKind::private_ip, to_string(*address));
  if (const json::Value* machine = json::find(device, "vmMetadata")) {
    for (const char* id : {"vmId", "resourceId"}) {
      set.add(EntityKind::cloud_resource, comparable_id(json::find_string(*machine, id)));
    }
  }
}

}  // namespace vedette::correlate
