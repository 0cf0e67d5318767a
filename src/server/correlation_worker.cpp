#include "correlation_worker.h"

#include <algorithm>
#include <chrono>
#include <exception>

namespace vedette::server {

namespace {

// How long an alert may wait for its incident when nothing else is to be done, and after failures.
constexpr std::chrono::milliseconds pause_min{250}, pause_max{60'000};

// The job's fence: an exception is an error like others.
template <class Work>
base::Status fenced(const Work& work) {
  try {
    return work();
  } catch (const std::exception& exception) {
    return base::fail(base::ErrorCode::internal, "Correlation failed.").with_cause(exception.what());
  }
}

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

bool CorrelationWorker::run_once() {
  const auto tenants = directory_.tenants();
  if (!tenants) return log_.problem("correlation_failed", tenants.error()), false;
  bool well = true;
  for (const auto& tenant : *tenants) {
    const auto done = fenced([&] { return run_tenant(tenant.id); });
    if (done || stop_.stop_requested()) continue;
    log_.problem("correlation_failed", done.error(), {{"tenantId", tenant.id}});
    well = false;
  }
  return well;
}

void CorrelationWorker::start() {
  thread_ = std::jthread([this](const std::stop_token& stop) { loop(stop); });
}

void CorrelationWorker::stop() {
  thread_.request_stop();
  if (thread_.joinable()) thread_.join();
}

void CorrelationWorker::loop(const std::stop_token& stop) {
  stop_ = stop;
  std::mutex mutex;
  std::condition_variable_any wake;
  for (auto pause = pause_min; !stop.stop_requested();) {
    pause = run_once() ? pause_min : std::min(pause * 2, pause_max);
    std::unique_lock lock(mutex);
    wake.wait_for(lock, stop, pause, [] { return false; });
  }
}

}  // namespace vedette::server
