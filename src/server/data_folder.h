// What stands where in a data folder, and which of its tenants a command means.
//
//   DIR/entities.sqlite            the entity store: tenants, applications, keys, alerts, incidents
//   DIR/tenants/<tenantId>/events  the tenant's events; a tenant id is a GUID
//
// A folder without entities.sqlite may have tenants all the same: they are folders, their names are their ids.
#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>

#include "vedette/auth/application_secrets.h"
#include "vedette/auth/directory.h"
#include "vedette/auth/users.h"
#include "vedette/base/clock.h"
#include "vedette/base/result.h"
#include "vedette/store/entity_store.h"

namespace vedette::server {

inline constexpr size_t tenant_id_bytes_max = 64;

// Letters, digits, '-', '_' and '.', beginning with a letter or digit: nothing that could be another path.
bool is_tenant_id(std::string_view id);

std::string entities_file(const std::string& data);
std::string tenant_folder(const std::string& data, std::string_view tenant_id);
std::string events_folder(const std::string& data, std::string_view tenant_id);

// The tenants, applications and users of a data folder. A server may be running on it.
class FolderDirectory {
 public:
  // Created when it does not exist, the folder as well.
  static base::Result<std::unique_ptr<FolderDirectory>> open(const std::string& data,
                                                             store::Access access = store::Access::read_write);
  // To read: null when the folder has none; `not_found` when there is no folder.
  static base::Result<std::unique_ptr<FolderDirectory>> open_existing(const std::string& data);

  auth::Directory& get() { return directory_; }
  auth::Users& users() { return users_; }
  auth::ApplicationSecrets& secrets() { return secrets_; }

 private:
  FolderDirectory(std::unique_ptr<base::Clock> clock, std::unique_ptr<store::EntityStore> store)
      : clock_(std::move(clock)),
        store_(std::move(store)),
        directory_(*store_, *clock_),
        users_(*store_, *clock_),
        secrets_(*store_, *clock_) {}

  const std::unique_ptr<base::Clock> clock_;
  const std::unique_ptr<store::EntityStore> store_;
  auth::Directory directory_;
  auth::Users users_;
  auth::ApplicationSecrets secrets_;
};

// The id of the tenant that `id_or_name` says, or of the folder's only one when it is "".
// Errors: `not_found`; `bad_request` when none is named and there are several.
//
// To write: a tenant named "default" is created in a folder that has none.
base::Result<std::string> tenant_to_write(const std::string& data, std::string_view id_or_name);
// To read: nothing is created; "" when the folder has no tenant.
base::Result<std::string> tenant_to_read(const std::string& data, std::string_view id_or_name);

}  // namespace vedette::server
