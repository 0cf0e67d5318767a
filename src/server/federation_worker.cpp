#include "federation_worker.h"

#include "vedette/io/file_system.h"

namespace vedette::server {

std::string secrets_key_file(const std::string& data) { return data + "/secrets.key"; }

base::Result<std::unique_ptr<FederationWorker>> FederationWorker::create(const Parts& parts,
                                                                         const OutboundReach& reach) {
  auto box = TRY(federation::SecretBox::open(io::posix_file_system(), secrets_key_file(parts.data)));
  federation::FederationDependencies out{parts.store, parts.clock, std::move(box), parts.data, {}, {}, {}, {}};
  out.tenants = [&directory = parts.directory]() -> base::Result<std::vector<std::string>> {
    std::vector<std::string> ids;
    for (const auto& tenant : TRY(directory.tenants())) ids.push_back(tenant.id);
    return ids;
  };
  out.sinks = [&events = parts.events](const std::string& tenant) -> base::Result<federation::TenantSinks> {
    TenantEvents* const opened = TRY(events.open(tenant));
    return federation::TenantSinks{*opened->store, events.quarantine_folder(tenant), opened->keyed_pushes};
  };
  out.on_problem = [&log = parts.log](const base::Error& error, const std::string& tenant,
                                      const std::string& instance) {
    log.problem("connector_failed", error, {{"tenantId", tenant}, {"connector", instance}});
  };
  out.on_records = [&metrics = parts.metrics](const std::string& connector, uint64_t mapped, uint64_t unmapped,
                                              uint64_t quarantined) {
    metrics.count_records(connector, mapped, unmapped, quarantined);
  };
  out.on_health = [&metrics = parts.metrics](const std::string& tenant, const std::string& instance,
                                             std::optional<bool> healthy, int64_t lag_s) {
    metrics.set_connector(tenant, instance, healthy, lag_s);
  };
  federation::FederationOptions options;
  options.outbound.client = TRY(client_options(reach));
  options.outbound.allow_http = reach.allow_http;
  auto federation = std::make_unique<federation::Federation>(std::move(out), std::move(options));
  return std::unique_ptr<FederationWorker>(new FederationWorker(std::move(federation)));
}

std::vector<std::string> FederationWorker::gather_alerts(const std::string& tenant, const base::StopCheck& stop) {
  constexpr int errors_from = 400;
  if (!federation_->has_live(tenant)) return {};
  const auto place = asks_.take();
  if (!place) return {"199 - \"Vedette/Vedette/429/0\""};
  std::vector<std::string> warnings;
  for (const auto& answer : federation_->ask_live(tenant, stop))
    if (answer.status >= errors_from) warnings.push_back(answer.warning());
  return warnings;
}

void FederationWorker::start() {
  thread_ = std::jthread([this](const std::stop_token& stop) { federation_->run(stop); });
}

void FederationWorker::stop() {
  thread_.request_stop();
  if (thread_.joinable()) thread_.join();
}

}  // namespace vedette::server
