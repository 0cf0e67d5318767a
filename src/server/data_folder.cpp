#include "data_folder.h"

#include <algorithm>
#include <filesystem>
#include <system_error>
#include <vector>

#include "entities.h"
#include "vedette/io/file_system.h"

namespace vedette::server {

using base::ErrorCode;
using base::fail;

namespace {

bool is_letter_or_digit(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9'); }

bool is_folder(const std::string& path) {
  std::error_code ignored;
  return std::filesystem::is_directory(path, ignored);
}

base::Error unknown_tenant(std::string_view id_or_name) {
  return fail(ErrorCode::not_found, "There is no tenant '" + std::string(id_or_name) +
                                        "' in the data folder; `vedette tenant create` makes one.");
}

base::Error several_tenants() {
  return fail(ErrorCode::bad_request, "The data folder has several tenants; name one with --tenant.");
}

bool has_directory(const std::string& data) { return io::posix_file_system().exists(entities_file(data)); }

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

// Among the folders; "" when there is none.
base::Result<std::string> choose_folder(const std::string& data, std::string_view id) {
  const std::vector<std::string> found = TRY(tenants_in(data));
  if (id.empty() && found.size() > 1) return several_tenants();
  if (id.empty()) return found.empty() ? std::string() : found.front();
  if (std::find(found.begin(), found.end(), id) == found.end()) return unknown_tenant(id);
  return std::string(id);
}

}  // namespace

bool is_tenant_id(std::string_view id) {
  return !id.empty() && id.size() <= tenant_id_bytes_max && is_letter_or_digit(id.front()) &&
         std::all_of(id.begin(), id.end(),
                     [](char c) { return is_letter_or_digit(c) || c == '-' || c == '_' || c == '.'; });
}

std::string entities_file(const std::string& data) { return data + "/entities.sqlite"; }

std::string tenant_folder(const std::string& data, std::string_view tenant_id) {
  return data + "/tenants/" + std::string(tenant_id);
}

std::string events_folder(const std::string& data, std::string_view tenant_id) {
  return tenant_folder(data, tenant_id) + "/events";
}

base::Result<std::unique_ptr<FolderDirectory>> FolderDirectory::open(const std::string& data, store::Access access) {
  auto clock = std::make_unique<base::SystemClock>();
  auto store = TRY(open_entities(data, *clock, access));
  return std::unique_ptr<FolderDirectory>(new FolderDirectory(std::move(clock), std::move(store)));
}

base::Result<std::unique_ptr<FolderDirectory>> FolderDirectory::open_existing(const std::string& data) {
  if (!is_folder(data)) return fail(ErrorCode::not_found, "There is no data folder '" + data + "'.");
  if (!has_directory(data)) return std::unique_ptr<FolderDirectory>();
  return open(data, store::Access::read_only);
}

base::Result<std::string> tenant_to_write(const std::string& data, std::string_view id_or_name) {
  if (!has_directory(data)) {
    std::string folder = TRY(choose_folder(data, id_or_name));
    if (!folder.empty()) return folder;
  }
  const auto directory = TRY(FolderDirectory::open(data));
  auto tenant = directory->get().resolve_tenant(id_or_name);
  if (tenant) return std::move(tenant->id);
  if (tenant.error().code == ErrorCode::not_found) return unknown_tenant(id_or_name);
  return tenant.error();
}

base::Result<std::string> tenant_to_read(const std::string& data, std::string_view id_or_name) {
  const auto directory = TRY(FolderDirectory::open_existing(data));
  if (!directory) return choose_folder(data, id_or_name);
  if (!id_or_name.empty()) {
    const auto tenant = TRY(directory->get().find_tenant(id_or_name));
    return tenant ? tenant->id : choose_folder(data, id_or_name);
  }
  const auto tenants = TRY(directory->get().tenants());
  if (tenants.size() > 1) return several_tenants();
  return tenants.empty() ? choose_folder(data, "") : tenants.front().id;
}

}  // namespace vedette::server
