#include "data_folder.h"

#include <algorithm>
#include <filesystem>
#include <system_error>
#include <vector>

namespace vedette::server {

using base::ErrorCode;
using base::fail;

namespace {

bool is_letter_or_digit(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9'); }

}  // namespace

bool is_tenant_id(std::string_view id) {
  return !id.empty() && id.size() <= tenant_id_bytes_max && is_letter_or_digit(id.front()) &&
         std::all_of(id.begin(), id.end(),
                     [](char c) { return is_letter_or_digit(c) || c == '-' || c == '_' || c == '.'; });
}

base::Result<std::string> choose_tenant(const std::string& data, const std::string& tenant) {
  if (!tenant.empty() && !is_tenant_id(tenant))
    return fail(ErrorCode::bad_request, "'" + tenant + "' is no tenant id: at most " +
                                            std::to_string(tenant_id_bytes_max) +
                                            " letters, digits, '-', '_' and '.', beginning with a letter or digit.");
  if (!tenant.empty()) return tenant;
  std::error_code ignored;
  std::vector<std::string> found;
  for (const auto& entry : std::filesystem::directory_iterator(std::filesystem::path(data) / "tenants", ignored)) {
    std::string name = entry.path().filename().string();
    if (is_tenant_id(name) && entry.is_directory(ignored)) found.push_back(std::move(name));
  }
  if (found.size() > 1)
    return fail(ErrorCode::bad_request, "The data folder has several tenants; name one with --tenant.");
  return found.empty() ? std::string() : found.front();
}

std::string tenant_folder(const std::string& data, std::string_view tenant) {
  return data + "/tenants/" + std::string(tenant);
}

std::string events_folder(const std::string& data, std::string_view tenant) {
  return tenant_folder(data, tenant) + "/events";
}

}  // namespace vedette::server
