#include "tenant_events.h"

#include "data_folder.h"

namespace vedette::server {

base::Result<TenantEvents*> EventFolders::open(const std::string& tenant_id) {
  std::lock_guard lock(mutex_);
  auto& tenant = tenants_[tenant_id];
  if (!tenant) {
    auto opened = std::make_unique<TenantEvents>();
    tables::StoreOptions options;
    options.clock = &clock_;
    opened->store = TRY(tables::EventStore::open(io::posix_file_system(), events_folder(data_, tenant_id),
                                                 tables::Access::read_write, options));
    tenant = std::move(opened);
  }
  return tenant.get();
}

std::string EventFolders::quarantine_folder(const std::string& tenant_id) const {
  return tenant_folder(data_, tenant_id) + "/quarantine";
}

}  // namespace vedette::server
