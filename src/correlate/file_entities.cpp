// A hash identifies a file, but only an unusual file identifies an incident: tools of the operating system and common
// software take part in unrelated alerts every day.
#include <algorithm>

#include "entity_set.h"
#include "text_form.h"

namespace vedette::correlate {
namespace {

using Topic = SharedInfrastructure::Topic;

// The folder without drive, device prefix and backslashes: "/windows/system32/". filePath is the folder or the file.
std::string folder_of(std::string_view file_path, std::string_view file_name) {
  std::string path = comparable(file_path);
  std::replace(path.begin(), path.end(), '\\', '/');
  for (const std::string_view prefix : {"//?/", "/?\?/"}) {
    if (path.starts_with(prefix)) path.erase(0, prefix.size());
  }
  if (path.size() >= 2 && path[1] == ':') path.erase(0, 2);
  if (path.starts_with("/device/")) path.erase(0, std::min(path.find('/', 8), path.size()));
  if (!path.empty() && !path.starts_with('/')) return {};
  if (path.ends_with("/" + std::string(file_name))) return path.substr(0, path.size() - file_name.size());
  return path.empty() || path.ends_with('/') ? path : path + '/';
}

bool is_common(const json::Value& details, Verdict verdict, const SharedInfrastructure& shared) {
  const std::string path = comparable(json::find_string(details, "filePath"));
  std::string file_name = comparable(json::find_string(details, "fileName"));
  if (file_name.empty()) file_name = path.substr(path.find_last_of("/\\") + 1);
  const std::string folder = folder_of(path, file_name);
  const bool of_system = shared.has_folder(Topic::folder, folder);
  const bool known_name = shared.has(Topic::file, file_name) && (of_system || folder.empty());
  const auto trusted = [&](std::string_view member) {
    return shared.has(Topic::signer, comparable(json::find_string(details, member)));
  };
  const bool is_trusted = trusted("signer") || trusted("filePublisher");
  if (verdict == Verdict::malicious) return known_name || (of_system && is_trusted);
  if (of_system || known_name || is_trusted) return true;
  return verdict == Verdict::unknown && shared.has_folder(Topic::programs, folder);
}

bool is_hash(std::string_view text) {
  const bool sized = text.size() == 32 || text.size() == 40 || text.size() == 64;  // MD5, SHA-1, SHA-256
  const bool hex = text.find_first_not_of("0123456789abcdef") == std::string_view::npos;
  return sized && hex && text.find_first_not_of('0') != std::string_view::npos;
}

}  // namespace

Verdict read_verdict(const json::Value& evidence) {
  const std::string verdict = comparable(json::find_string(evidence, "verdict"));
  if (verdict == "malicious") return Verdict::malicious;
  if (verdict == "suspicious") return Verdict::suspicious;
  return verdict == "nothreatsfound" ? Verdict::harmless : Verdict::unknown;
}

void add_file_hash(EntitySet& set, std::string_view text, const SharedInfrastructure& shared) {
  const std::string hash = comparable(text);
  if (is_hash(hash) && !shared.has(Topic::hash, hash)) set.add(EntityKind::file_hash, hash);
}

void add_file(EntitySet& set, const json::Value& details, Verdict verdict, const SharedInfrastructure& shared) {
  if (verdict == Verdict::harmless || is_common(details, verdict, shared)) return;
  for (const char* member : {"sha256", "sha1", "md5"}) add_file_hash(set, json::find_string(details, member), shared);
}

}  // namespace vedette::correlate
