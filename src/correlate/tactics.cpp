#include "tactics.h"

#include <array>
#include <string>

#include "text_form.h"

namespace vedette::correlate {
namespace {

constexpr std::array<std::string_view, 14> tactics{
    "Reconnaissance",       "Resource development", "Initial access",    "Execution", "Persistence",
    "Privilege escalation", "Defense evasion",      "Credential access", "Discovery", "Lateral movement",
    "Collection",           "Command and control",  "Exfiltration",      "Impact"};
constexpr std::array<std::string_view, 5> threats{"Ransomware", "Malware", "Phishing", "Exploit", "Unwanted software"};

std::string letters_of(std::string_view text) {
  std::string letters;
  for (const char c : text) {
    if (base::ascii_lower(c) >= 'a' && base::ascii_lower(c) <= 'z') letters += base::ascii_lower(c);
  }
  return letters;
}

}  // namespace

uint32_t tactic_bit(std::string_view category) {
  const std::string letters = letters_of(category);
  for (size_t i = 0; i < tactics.size(); ++i) {
    if (letters == letters_of(tactics[i])) return 1u << i;
  }
  for (size_t i = 0; i < threats.size(); ++i) {
    if (letters == letters_of(threats[i])) return 1u << (tactics.size() + i);
  }
  return 0;
}

std::vector<std::string_view> tactic_names(uint32_t bits) {
  std::vector<std::string_view> names;
  for (size_t i = 0; i < tactics.size(); ++i) {
    if ((bits >> i & 1) != 0) names.push_back(tactics[i]);
  }
  return names;
}

std::vector<std::string_view> threat_names(uint32_t bits) {
  std::vector<std::string_view> names;
  for (size_t i = 0; i < threats.size(); ++i) {
    if ((bits >> (tactics.size() + i) & 1) != 0) names.push_back(threats[i]);
  }
  return names;
}

}  // namespace vedette::correlate
