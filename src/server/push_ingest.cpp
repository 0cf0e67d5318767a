#include "push_ingest.h"

#include "pushed_body.h"
#include "vedette/ingest/connector.h"
#include "vedette/ingest/pipeline.h"
#include "vedette/resources/alerts/alert_sink.h"

namespace vedette::server {

using base::ErrorCode;
using base::fail;

namespace {

constexpr size_t idempotency_key_bytes_max = 255;

base::Result<std::string> idempotency_key(const http::Request& request) {
  const std::string_view key = request.headers.get("Idempotency-Key");
  if (key.size() > idempotency_key_bytes_max)
    return fail(ErrorCode::bad_request,
                "An Idempotency-Key has at most " + std::to_string(idempotency_key_bytes_max) + " characters.");
  return std::string(key);
}

}  // namespace

void merge_now_and_then(TenantEvents& to, Log& log) {
  if ((to.pushed.fetch_add(1) + 1) % pushes_between_merges != 0) return;
  if (const auto merged = to.store->merge_small_segments(); !merged) log.problem("merge_failed", merged.error());
}

odata::OperationBehaviour push_ingest(EventFolders& events, const federation::ConnectorLibrary& connectors,
                                      base::Places& pushes, const base::Clock& clock, Metrics& metrics, Log& log) {
  const auto run = [&](const json::Object&, odata::Context& context) -> base::Result<odata::OperationResult> {
    const std::string key = TRY(idempotency_key(context.request));
    const auto connector = TRY(connectors.load_mapping(context.id));
    const std::string& tenant = context.caller.tenant_id;
    TenantEvents* const to = TRY(events.open(tenant));
    const auto place = TRY(pushes.take()), tenant_place = TRY(to->pushes.take());
    const auto alerts = resources::make_alert_sink(context.store, tenant, connector->config().name);
    const auto sink =
        ingest::make_sink(*to->store, alerts.get(), io::posix_file_system(), events.quarantine_folder(tenant));
    ingest::IngestOptions options;
    options.tenant_id = tenant;
    options.stop = context.request.stop;
    const auto body = TRY(pushed_body(context.request));
    ingest::Pipeline pipeline(*sink, clock, std::move(options));
    const std::unique_lock one_a_key =
        key.empty() ? std::unique_lock<std::mutex>() : std::unique_lock(to->keyed_pushes);
    const auto summary = TRY(pipeline.push(*connector, body, key));
    merge_now_and_then(*to, log);
    metrics.count_records(connector->config().name, summary.mapped, summary.unmapped, summary.quarantined);
    return odata::OperationResult{push_answer(summary), nullptr};
  };
  return {"ingest", run};
}

}  // namespace vedette::server
