// What an alert says that other alerts may say too: the entities in its evidence that identify something, and the few
// facts that an incident shows.
//
// The weight of an entity is a property of its kind, so it is the same in every alert:
//   1    identifies one thing: a file by its hash, an account, a device, a public address, a URL, a message, …
//   1/2  hints at one thing: a private address, an account name without its domain
// What identifies nothing yields no entity at all: SYSTEM and its kin, machine accounts, bare administrator names,
// gateways, loopback, domain controllers, hashes of empty files and of system binaries, public resolvers, content
// networks and what else schema/correlation/shared_infrastructure.list names.
#pragma once

#include <compare>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "vedette/base/result.h"
#include "vedette/base/time.h"
#include "vedette/json/value.h"

namespace vedette::correlate {

enum class EntityKind : uint8_t {
  // Weight 1.
  file_hash,
  user_sid,
  user_id,         // object id of a directory
  domain_account,  // "contoso\alice"; also said by the name alice@contoso.com
  mail_address,    // user principal names, mailboxes, senders, recipients
  device_name,     // fully qualified and short
  device_id,
  public_ip,
  url,
  domain,
  mail_message,
  cloud_resource,
  container,
  application,
  session,
  repository_account,
  provider_incident,
  // Weight 1/2.
  private_ip,
  user_name,
};

inline constexpr double full_weight = 1.0;
inline constexpr double partial_weight = 0.5;
constexpr bool is_partial(EntityKind kind) { return kind >= EntityKind::private_ip; }
constexpr double weight(EntityKind kind) { return is_partial(kind) ? partial_weight : full_weight; }

// "fileHash": in documents. "the file with hash": in sentences, before the value.
std::string_view name(EntityKind kind);
std::string_view phrase(EntityKind kind);

struct Entity {
  EntityKind kind = EntityKind::file_hash;
  std::string value;  // in its one form: lower case, addresses canonical, URLs without scheme and fragment
  auto operator<=>(const Entity&) const = default;
};

// An alert that names more partial entities than this describes a range of a network or a list of accounts; none of
// them says anything about a single thing, and none counts.
inline constexpr size_t partial_entities_max = 32;

enum class Severity : uint8_t { unknown, informational, low, medium, high };

struct AlertFacts {
  std::string title;
  Severity severity = Severity::unknown;
  base::DateTime created{};
  base::DateTime first_activity{};  // never after last_activity
  base::DateTime last_activity{};
  uint32_t tactics = 0;              // bits of tactics.h
  std::string source;                // who reported it, as shown to users
  std::vector<std::string> devices;  // for titles and counts, domain controllers included; sorted, unique
  std::vector<std::string> users;
  std::vector<Entity> entities;  // sorted, unique
  bool operator==(const AlertFacts&) const = default;
};

class SharedInfrastructure;

// Reads alerts in their wire form (microsoft.graph.security.alert). What an alert lacks or says in an unknown way is
// absent from its facts; evidence of unknown types is passed over.
class AlertReader {
 public:
  // `further_shared` are lines in the form of shared_infrastructure.list: the user's own proxies, domains, accounts.
  // `bad_request` naming the line that cannot be read.
  static base::Result<AlertReader> create(std::string_view further_shared = {});
  AlertFacts read(const json::Value& alert) const;

 private:
  std::shared_ptr<const SharedInfrastructure> shared_;
};

}  // namespace vedette::correlate
