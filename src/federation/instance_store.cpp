#include "instance_store.h"

#include "contained.h"
#include "pause.h"
#include "provider_alerts.h"
#include "vedette/resources/alerts/alert_sink.h"

namespace vedette::federation {

namespace {

class AlertCollector final : public ingest::IngestSink {
 public:
  std::string state(const std::string&) const override { return {}; }
  base::Status commit(ingest::IngestUnit unit) override {
    std::move(unit.alerts.begin(), unit.alerts.end(), std::back_inserter(alerts));
    return {};
  }
  std::vector<json::Object> alerts;
};

}  // namespace

InstanceStore::InstanceStore(const RunnerParts& parts, std::shared_ptr<const ingest::Connector> connector)
    : parts_(parts),
      connector_(std::move(connector)),
      alerts_(resources::make_alert_sink(parts.dependencies.store, parts.tenant, parts.instance.connector)),
      provider_alerts_(make_provider_alerts(*alerts_, parts.tenant, parts.instance.name, parts.dependencies.clock)),
      sink_(ingest::make_sink(parts.sinks.events, provider_alerts_.get(), io::posix_file_system(),
                              parts.sinks.quarantine_folder)),
      health_(parts.dependencies, parts.tenant, parts.instance.name) {}

std::string InstanceStore::state_key(const char* name) const {
  return std::string(name) + "/" + parts_.instance.name + "/" + std::to_string(parts_.instance.created.ticks);
}

ingest::IngestOptions InstanceStore::options() const {
  ingest::IngestOptions options;
  options.tenant_id = parts_.tenant;
  options.provider = parts_.instance.provider;
  return options;
}

void InstanceStore::stored(const ingest::IngestSummary& summary) {
  health_.stored(summary);
  if (parts_.dependencies.on_records)
    parts_.dependencies.on_records(parts_.instance.connector, summary.mapped, summary.unmapped, summary.quarantined);
}

base::Status InstanceStore::store(const ingest::Input& input, ingest::Framing framing,
                                  std::map<std::string, std::string> state) {
  return contained([&]() -> base::Status {
    ingest::IngestOptions gathered = options();
    gathered.framing = framing;
    ingest::Pipeline pipeline(*sink_, parts_.dependencies.clock, std::move(gathered));
    stored(TRY(pipeline.store(*connector_, input, std::move(state))));
    return {};
  });
}

base::Result<ingest::IngestSummary> InstanceStore::push(const ingest::Input& input, const std::string& key) {
  return contained([&]() -> base::Result<ingest::IngestSummary> {
    ingest::Pipeline pipeline(*sink_, parts_.dependencies.clock, options());
    const std::lock_guard one_a_key(parts_.sinks.keyed_pushes);
    const auto summary = TRY(pipeline.push(*connector_, input, key));
    if (!summary.stored_before) stored(summary);
    return summary;
  });
}

bool InstanceStore::store_surely(const ingest::Input& input, ingest::Framing framing,
                                 const std::map<std::string, std::string>& state, const std::stop_token& stop) {
  Pause pause;
  for (int failures = 1;; ++failures) {
    const auto done = store(input, framing, state);
    if (done) return true;
    failed(done.error());
    if (stop.stop_requested()) return false;
    pause.wait(stop, pause_after(failures, done.error(), parts_.options.retry_min, parts_.options.retry_max));
  }
}

base::Result<std::vector<json::Object>> InstanceStore::read_alerts(std::string records) const {
  AlertCollector found;
  ingest::Pipeline pipeline(found, parts_.dependencies.clock, options());
  TRY(pipeline.store(*connector_, ingest::memory_input(parts_.instance.name, std::move(records)), {}));
  for (json::Object& alert : found.alerts) take_change_times(alert, parts_.dependencies.clock.now());
  return std::move(found.alerts);
}

void InstanceStore::failed(const base::Error& error) {
  health_.failed(error);
  tell(error);
}

void InstanceStore::tell(const base::Error& error) const {
  parts_.dependencies.on_problem(error, parts_.tenant, parts_.instance.name);
}

}  // namespace vedette::federation
