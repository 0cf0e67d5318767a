// MITRE ATT&CK: the tactics' names as alerts have them, and the tactic that a technique implies.
#pragma once

#include <string_view>

namespace vedette::ingest {

// "credential_access", "Credential Access", "TA0006" → "CredentialAccess"; "" for what is no tactic.
std::string_view tactic_name(std::string_view text);

// "T1110.003" → "CredentialAccess"; "" for techniques that serve several tactics, and for unknown ones.
std::string_view tactic_of_technique(std::string_view technique_id);

}  // namespace vedette::ingest
