// The entities of one alert while its evidence is read.
#pragma once

#include <set>
#include <string>
#include <string_view>

#include "shared_infrastructure.h"
#include "vedette/correlate/entities.h"

namespace vedette::correlate {

struct EntitySet {
  std::set<Entity> entities;
  std::set<std::string> devices;  // names to show
  std::set<std::string> users;
  // Names, ids and addresses of devices that serve everyone (domain controllers): they are no entities, wherever else
  // the alert names them.
  std::set<std::string> ignored;

  void add(EntityKind kind, std::string value) {
    if (!value.empty() && !ignored.contains(value)) entities.insert({kind, std::move(value)});
  }
};

// account_entities.cpp: members are those of microsoft.graph.security.userAccount.
void add_account(EntitySet& set, const json::Value& account, const SharedInfrastructure& shared);
enum class MailRole : uint8_t { mailbox, sender };
void add_mail_address(EntitySet& set, std::string_view address, MailRole role, const SharedInfrastructure& shared);

// device_entities.cpp: members are those of deviceEvidence.
bool is_domain_controller(const json::Value& device);
void ignore_device(EntitySet& set, const json::Value& device);
void add_device(EntitySet& set, const json::Value& device, const SharedInfrastructure& shared);
void add_device_name(EntitySet& set, std::string_view name, const SharedInfrastructure& shared);

// network_entities.cpp
void add_ip_address(EntitySet& set, std::string_view text, const SharedInfrastructure& shared);
void add_host(EntitySet& set, std::string_view host, const SharedInfrastructure& shared);
void add_url(EntitySet& set, std::string_view url, const SharedInfrastructure& shared);

// file_entities.cpp: members are those of fileDetails.
enum class Verdict : uint8_t { unknown, suspicious, malicious, harmless };
Verdict read_verdict(const json::Value& evidence);
void add_file(EntitySet& set, const json::Value& details, Verdict verdict, const SharedInfrastructure& shared);
void add_file_hash(EntitySet& set, std::string_view hash, const SharedInfrastructure& shared);

// A GUID in canonical form, or another identifier in lower case; "" for the nil GUID.
std::string comparable_id(std::string_view id);

}  // namespace vedette::correlate
