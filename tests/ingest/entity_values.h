// What a record names, found out without a connector: values that are addresses, hashes, URLs or paths by their looks,
// and those of members that name accounts, devices and things. What is in JSON inside a text counts too.
#pragma once

#include <algorithm>
#include <array>
#include <cctype>
#include <string>
#include <string_view>
#include <vector>

#include "evidence_check.h"
#include "vedette/base/ip_address.h"
#include "vedette/json/value.h"

namespace vedette::ingest {

struct EntityValue {
  std::string path, value;  // where it stands ("event.UserName"), and what it is
};

// The last part of a member's name, in lower case, without what separates its words: "host.name" → "hostname".
inline std::string plain_name(std::string_view name) {
  std::string plain;
  for (const char c : name)
    if (std::isalnum(static_cast<unsigned char>(c))) plain += static_cast<char>(std::tolower(c));
  return plain;
}

inline bool is_hexadecimal(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](unsigned char c) { return std::isxdigit(c) != 0; });
}

inline bool is_hash(std::string_view name, std::string_view text) {
  const bool says_so = name.find("md5") != name.npos || name.find("sha") != name.npos || name.find("hash") != name.npos;
  const bool is_long = text.size() == 32 || text.size() == 40 || text.size() == 64;
  return says_so && is_long && is_hexadecimal(text) && text.find_first_not_of('0') != text.npos;
}

inline bool is_address(std::string_view name, std::string_view text) {
  return base::parse_ip_address(text) && name.find("version") == name.npos && text != "0.0.0.0" && text != "::";
}

inline bool is_path(std::string_view name, std::string_view text) {
  const bool says_so = name.find("path") != name.npos || name.find("image") != name.npos ||
                       name.find("exe") != name.npos || name.find("filename") != name.npos;
  return says_so && !text.starts_with("http") && (text.starts_with('/') || text.find('\\') != text.npos);
}

// Members whose values are names of entities, whatever they look like.
inline bool names_an_entity(std::string_view name) {
  static constexpr std::array<std::string_view, 30> names{"srcuser",
                                                          "dstuser",
                                                          "suser",
                                                          "duser",
                                                          "username",
                                                          "accountname",
                                                          "userprincipalname",
                                                          "computername",
                                                          "computerdnsname",
                                                          "hostname",
                                                          "agentname",
                                                          "procname",
                                                          "procexepath",
                                                          "fdname",
                                                          "containerid",
                                                          "containername",
                                                          "processname",
                                                          "filename",
                                                          "instanceid",
                                                          "domainname",
                                                          "domain",
                                                          "sni",
                                                          "rrname",
                                                          "username",
                                                          "processcommandline",
                                                          "commandline",
                                                          "proccmdline",
                                                          "from",
                                                          "relateduser",
                                                          "em"};
  return std::find(names.begin(), names.end(), name) != names.end();
}

inline bool says_nothing(std::string_view text) {
  return text.empty() || text == "null" || text == "NA" || text == "-" || text == "''";
}

inline bool is_entity(std::string_view name, std::string_view text) {
  return is_address(name, text) || is_hash(name, text) || is_path(name, text) || names_an_entity(name) ||
         text.starts_with("http://") || text.starts_with("https://");
}

inline void find_entities(const json::Value& value, const std::string& path, std::vector<EntityValue>& found) {
  if (const auto* array = value.if_array()) {
    for (const auto& item : *array) find_entities(item, path, found);
  } else if (const auto* object = value.if_object()) {
    for (const auto& member : *object)
      find_entities(member.value(), (path.empty() ? "" : path + ".") + std::string(member.key()), found);
  } else if (const auto* text = value.if_string()) {
    const bool is_document = text->starts_with('{') || text->starts_with('[');
    const auto inner = is_document ? json::parse(*text) : base::Result<json::Value>(json::Value());
    if (is_document && inner) return find_entities(*inner, path, found);
    // "kibana.alert.rule.name" and "host.name" say what they are in their last two words.
    const size_t dot = path.rfind('.');
    const size_t before = dot == path.npos || dot == 0 ? path.npos : path.rfind('.', dot - 1);
    const std::string last = plain_name(dot == path.npos ? path : path.substr(dot + 1));
    const std::string two = plain_name(before == path.npos ? path : path.substr(before + 1));
    if (!says_nothing(*text) && (is_entity(last, *text) || names_an_entity(two)))
      found.push_back({path, std::string(*text)});
  }
}

// Whether `texts`, all in lower case, say the value: whole, or a path as its folder and its name.
inline bool is_said(const std::string& texts, std::string_view value) {
  const std::string lower = lower_case(value);
  if (texts.find(lower) != texts.npos) return true;
  const size_t slash = lower.find_last_of("\\/");
  if (slash == lower.npos) {
    const size_t at = lower.find('@');  // an account and its domain
    return at != lower.npos && texts.find(lower.substr(0, at)) != texts.npos &&
           texts.find(lower.substr(at + 1)) != texts.npos;
  }
  return texts.find(lower.substr(0, slash)) != texts.npos && texts.find(lower.substr(slash + 1)) != texts.npos;
}

// All texts of a value, one a line, in lower case.
inline void append_texts(const json::Value& value, std::string& texts) {
  if (const auto* array = value.if_array()) {
    for (const auto& item : *array) append_texts(item, texts);
  } else if (const auto* object = value.if_object()) {
    for (const auto& member : *object) append_texts(member.value(), texts);
  } else {
    texts += lower_case(value.is_string() ? std::string_view(value.get_string()) : json::to_text(value)) + "\n";
  }
}

}  // namespace vedette::ingest
