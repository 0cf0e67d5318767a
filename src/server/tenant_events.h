// The event stores of the tenants that this process serves. It is their one writer, until it ends.
#pragma once

#include <atomic>
#include <map>
#include <memory>
#include <mutex>
#include <string>

#include "vedette/base/clock.h"
#include "vedette/base/places.h"
#include "vedette/base/result.h"
#include "vedette/tables/event_store.h"
#include "worker_shares.h"

namespace vedette::server {

struct TenantEvents {
  std::unique_ptr<tables::EventStore> store;
  base::Places pushes{tenant_pushes_max, "bodies of this tenant are being stored"};
  std::atomic<uint64_t> pushed = 0;  // bodies stored by this process
  std::mutex keyed_pushes;           // held from the look-up of an Idempotency-Key until it is stored
};

// Threads: any. What open() gives lives as long as this.
class EventFolders {
 public:
  // `clock` outlives it, and says when rows came in.
  EventFolders(std::string data, const base::Clock& clock) : data_(std::move(data)), clock_(clock) {}

  // The tenant's store, opened at its first use. conflict when another process writes it.
  base::Result<TenantEvents*> open(const std::string& tenant_id);
  // Where the tenant's quarantined records lie.
  std::string quarantine_folder(const std::string& tenant_id) const;

 private:
  const std::string data_;
  const base::Clock& clock_;
  std::mutex mutex_;
  std::map<std::string, std::unique_ptr<TenantEvents>> tenants_;
};

}  // namespace vedette::server
