#include "retention_worker.h"

#include <chrono>
#include <condition_variable>
#include <exception>
#include <mutex>

namespace vedette::server {

namespace {

constexpr std::chrono::hours pause{1};

base::Status drop(EventFolders& events, const std::string& tenant_id, base::DateTime before) {
  try {
    return TRY(events.open(tenant_id))->store->drop_ingested_before(before);
  } catch (const std::exception& exception) {
    return base::fail(base::ErrorCode::internal, "Old events could not be dropped.").with_cause(exception.what());
  }
}

}  // namespace

void RetentionWorker::run_once() {
  if (days_ == 0) return;
  const base::DateTime before{clock_.now().ticks - days_ * base::ticks_per_day};
  const auto tenants = directory_.tenants();
  if (!tenants) return log_.problem("retention_failed", tenants.error());
  for (const auto& tenant : *tenants)
    if (const auto done = drop(events_, tenant.id, before); !done)
      log_.problem("retention_failed", done.error(), {{"tenantId", tenant.id}});
}

void RetentionWorker::start() {
  if (days_ == 0) return;
  thread_ = std::jthread([this](const std::stop_token& stop) {
    std::mutex mutex;
    std::condition_variable_any wake;
    while (!stop.stop_requested()) {
      run_once();
      std::unique_lock lock(mutex);
      wake.wait_for(lock, stop, pause, [] { return false; });
    }
  });
}

void RetentionWorker::stop() {
  thread_.request_stop();
  if (thread_.joinable()) thread_.join();
}

}  // namespace vedette::server
