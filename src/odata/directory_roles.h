// What a user's directory role allows: a delegated call needs the scope in its token and a role of its user.
//
// The roles are three of Entra's, with their meaning there: Security Reader reads security information, Security
// Operator also responds to it (alerts, incidents, submissions, indicators, actions), Security Administrator also
// manages what others rely on (detection rules, policies, simulations). Cases with people's contents (eDiscovery,
// records, subject rights requests) have roles of their own at Microsoft; here they are the administrator's.
// A rule is about a permission's name, "<area>.<access>[.<constraint>]": new permissions fall under the rules there
// are.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace vedette::odata {

// Whether a permission lets nobody change anything: "SecurityAlert.Read.All", "BitlockerKey.ReadBasic.All".
bool is_reading(std::string_view permission);

// The roles that allow what needs `permission`, the least privileged first.
std::vector<std::string> directory_roles_for(std::string_view permission);

}  // namespace vedette::odata
