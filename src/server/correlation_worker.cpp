#include "correlation_worker.h"

#include <chrono>

namespace vedette::server {

namespace {

// How long an alert may wait for its incident when nothing else is to be done.
constexpr std::chrono::milliseconds pause{250};

}  // namespace

CorrelationWorker::CorrelationWorker(store::EntityStore& store, const auth::Directory& directory,
                                     const base::Clock& clock, correlate::CorrelatorOptions options, Log& log)
    : store_(store), directory_(directory), clock_(clock), options_(std::move(options)), log_(log) {}

CorrelationWorker::~CorrelationWorker() { stop(); }

base::Status CorrelationWorker::run_tenant(const std::string& tenant_id) {
  auto& correlator = correlators_[tenant_id];
  if (!correlator) correlator = TRY(correlate::Correlator::create(store_, tenant_id, clock_, options_));
  TRY(correlator->run(base::StopCheck(stop_, std::chrono::steady_clock::time_point::max())));
  return {};
}

base::Status CorrelationWorker::run_once() {
  for (const auto& tenant : TRY(directory_.tenants())) TRY(run_tenant(tenant.id));
  return {};
}

void CorrelationWorker::start() {
  thread_ = std::jthread([this](const std::stop_token& stop) { loop(stop); });
}

void CorrelationWorker::stop() {
  thread_.request_stop();
  if (thread_.joinable()) thread_.join();
}

// A tenant that fails does not keep the others waiting.
void CorrelationWorker::loop(const std::stop_token& stop) {
  stop_ = stop;
  std::mutex mutex;
  std::condition_variable_any wake;
  while (!stop.stop_requested()) {
    const auto tenants = directory_.tenants();
    if (!tenants) log_.problem("correlation_failed", tenants.error());
    for (const auto& tenant : tenants ? *tenants : std::vector<auth::Tenant>()) {
      const auto done = run_tenant(tenant.id);
      if (!done && !stop.stop_requested()) log_.problem("correlation_failed", done.error(), {{"tenantId", tenant.id}});
    }
    std::unique_lock lock(mutex);
    wake.wait_for(lock, stop, pause, [] { return false; });
  }
}

}  // namespace vedette::server
