// Accounts appear under a SID, an object id, a user principal name, as domain\name, and as a bare name, depending on
// the product. Each form becomes an entity of its own, and the bare name a partial one, so that alerts meet on any form
// they have in common.
#include "entity_set.h"
#include "text_form.h"
#include "vedette/base/guid.h"

namespace vedette::correlate {
namespace {

using Topic = SharedInfrastructure::Topic;

struct Account {
  std::string name;    // without its domain
  std::string domain;  // as in domain\name
  std::string principal_name;
  std::string sid;
};

Account read(const json::Value& value) {
  Account account{
      comparable(json::find_string(value, "accountName")), comparable(json::find_string(value, "domainName")),
      comparable(json::find_string(value, "userPrincipalName")), comparable(json::find_string(value, "userSid"))};
  if (const size_t slash = account.name.find('\\'); slash != std::string::npos) {
    account.domain = account.name.substr(0, slash);
    account.name.erase(0, slash + 1);
  }
  if (const size_t at = account.name.find('@'); at != std::string::npos) {
    if (account.principal_name.empty()) account.principal_name = account.name;
    account.name.erase(at);
  }
  if (account.name.empty()) account.name = account.principal_name.substr(0, account.principal_name.find('@'));
  return account;
}

// S-1-5-21-… (domains and machines) and S-1-12-1-… (Entra ID) are accounts; all others are well known ([MS-DTYP]
// 2.4.2.4): SYSTEM, services, groups.
bool names_an_account(std::string_view sid) { return sid.starts_with("s-1-5-21-") || sid.starts_with("s-1-12-1-"); }

// Accounts of the window manager and the font driver: DWM-1, UMFD-0.
bool is_session_account(std::string_view name) { return name.starts_with("dwm-") || name.starts_with("umfd-"); }

bool is_built_in(const Account& account, const SharedInfrastructure& shared) {
  return account.name.ends_with('$') || is_session_account(account.name) || shared.has(Topic::account, account.name) ||
         shared.has(Topic::authority, account.domain) || (!account.sid.empty() && !names_an_account(account.sid));
}

// The NetBIOS name of an Active Directory domain is by custom the first label of its DNS name.
std::string first_label(std::string_view domain) { return std::string(domain.substr(0, domain.find('.'))); }

}  // namespace

std::string comparable_id(std::string_view id) {
  const auto guid = base::parse_guid(trimmed(id));
  if (!guid) return comparable(id);
  return *guid == base::Guid{} ? std::string() : base::to_string(*guid);
}

void add_account(EntitySet& set, const json::Value& value, const SharedInfrastructure& shared) {
  const Account account = read(value);
  if (is_built_in(account, shared)) return;
  set.add(EntityKind::user_sid, account.sid);
  for (const char* id : {"azureAdUserId", "activeDirectoryObjectGuid"}) {
    set.add(EntityKind::user_id, comparable_id(json::find_string(value, id)));
  }
  if (!account.name.empty()) set.users.insert(account.name);
  if (!account.name.empty() && !account.domain.empty() && !shared.has(Topic::workgroup, account.domain)) {
    set.add(EntityKind::domain_account, first_label(account.domain) + '\\' + account.name);
  }
  const std::string& principal = account.principal_name;
  if (const size_t at = principal.find('@'); at != std::string::npos && at > 0) {
    const std::string domain = principal.substr(at + 1);
    set.add(EntityKind::mail_address, principal);
    if (!domain.empty() && !shared.has_domain(domain)) {
      set.add(EntityKind::domain_account, first_label(domain) + '\\' + principal.substr(0, at));
    }
  }
  if (!shared.has(Topic::generic, account.name)) set.add(EntityKind::user_name, account.name);
}

void add_mail_address(EntitySet& set, std::string_view text, MailRole role, const SharedInfrastructure& shared) {
  std::string address = comparable(text);
  if (const size_t open = address.rfind('<'); open != std::string::npos) {  // "Name <address>"
    address = address.substr(open + 1, address.find('>', open) - open - 1);
  }
  const size_t at = address.rfind('@');
  if (at == std::string::npos || at == 0 || at + 1 == address.size()) return;
  const std::string_view view = address;
  const bool automatic = shared.has(Topic::mailer, view.substr(0, at)) && shared.has_domain(view.substr(at + 1));
  if (role == MailRole::sender && automatic) return;
  if (role == MailRole::mailbox) set.users.insert(address.substr(0, at));
  set.add(EntityKind::mail_address, std::move(address));
}

}  // namespace vedette::correlate
