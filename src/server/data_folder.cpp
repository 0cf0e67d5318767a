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

// A folder without tenants is fine; one that cannot be read is not.
base::Result<std::vector<std::string>> tenants_in(const std::string& data) {
  std::error_code error, ignored;
  std::vector<std::string> found;
  std::filesystem::directory_iterator entries(std::filesystem::path(data) / "tenants", error);
  for (; !error && entries != std::filesystem::directory_iterator(); entries.increment(error)) {
    std::string name = entries->path().filename().string();
    if (is_tenant_id(name) && entries->is_directory(ignored)) found.push_back(std::move(name));
  }
  if (error && error != std::errc::no_such_file_or_directory)
    return fail(ErrorCode::io_error, "The tenants of the data folder '" + data + "' cannot be read.")
        .with_cause(error.message());
  return found;
}

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
  std::vector<std::string> found = TRY(tenants_in(data));
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
