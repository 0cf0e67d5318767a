// Whether evidence says only what its records say: every word of every text in it stands in them.
#pragma once

#include <algorithm>
#include <array>
#include <cctype>
#include <string>
#include <string_view>
#include <vector>

#include "vedette/json/value.h"

namespace vedette::ingest {

inline std::string lower_case(std::string_view text) {
  std::string lower(text);
  std::transform(lower.begin(), lower.end(), lower.begin(),
                 [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return lower;
}

// Members whose texts are words of the API, or times in its form.
inline bool says_nothing_of_its_own(std::string_view member) {
  constexpr std::array words{"@odata.type", "verdict",      "remediationStatus", "roles",
                             "algorithm",   "resourceType", "platform",          "type",
                             "protocol",    "locationType", "serviceType"};
  return std::find(words.begin(), words.end(), member) != words.end() || member.ends_with("DateTime") ||
         member == "cloudProvider";
}

// Words (letters and digits) of the texts in `value` that `records`, in lower case, do not have.
inline void find_invented(const json::Value& value, const std::string& records, std::vector<std::string>& invented) {
  if (const auto* array = value.if_array()) {
    for (const auto& item : *array) find_invented(item, records, invented);
  } else if (const auto* object = value.if_object()) {
    for (const auto& member : *object)
      if (!says_nothing_of_its_own(member.key())) find_invented(member.value(), records, invented);
  } else if (const auto* text = value.if_string()) {
    std::string word;
    for (const char c : lower_case(*text) + " ") {
      const bool is_of_word = std::isalnum(static_cast<unsigned char>(c)) != 0;
      if (is_of_word) word += c;
      if (is_of_word || word.empty()) continue;
      if (records.find(word) == std::string::npos) invented.push_back(word);
      word.clear();
    }
  }
}

inline std::vector<std::string> invented_words(const json::Object& alert, std::string_view records) {
  std::vector<std::string> invented;
  find_invented(alert.at("evidence"), lower_case(records), invented);
  return invented;
}

}  // namespace vedette::ingest
