// The tactics of MITRE ATT&CK (enterprise) in the order of an attack, and the kinds of threat that some products give
// as an alert's category instead.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

namespace vedette::correlate {

// The bit of a category, whatever its case and separators ("CredentialAccess", "credential-access"); 0 when unknown.
uint32_t tactic_bit(std::string_view category);
// In the order of an attack, as shown in titles: "Credential access".
std::vector<std::string_view> tactic_names(uint32_t bits);
// Kinds of threat, as opposed to tactics.
std::vector<std::string_view> threat_names(uint32_t bits);

}  // namespace vedette::correlate
