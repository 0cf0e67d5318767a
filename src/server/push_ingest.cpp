#include "push_ingest.h"

#include "vedette/ingest/connector.h"
#include "vedette/ingest/pipeline.h"
#include "vedette/resources/alerts/alert_sink.h"

namespace vedette::server {

using base::ErrorCode;
using base::fail;

namespace {

constexpr size_t idempotency_key_bytes_max = 255;

// The codings are found by the body's own first bytes; the field must not promise another one.
base::Status check_content_encoding(const http::Request& request) {
  const std::string_view coding = request.headers.get("Content-Encoding", "identity");
  for (const std::string_view known : {"identity", "gzip", "x-gzip", "zstd"})
    if (http::equal_ignoring_case(coding, known)) return {};
  return fail(ErrorCode::unsupported_media_type,
              "Content-Encoding '" + std::string(coding) + "' is not supported; gzip and zstd are.");
}

// A body is refused whole when its compression is broken or hides too much; what is inside is judged record by record.
base::Result<ingest::Input> body_of(const http::Request& request) {
  ingest::ReadLimits limits;
  limits.decompressed_bytes_max = push_decompressed_bytes_max;
  auto input = ingest::decompressed(ingest::memory_input("push", request.body), limits);
  if (input) return input;
  const bool too_large = input.error().code == ErrorCode::limit_exceeded;
  return fail(too_large ? ErrorCode::payload_too_large : ErrorCode::bad_request, input.error().message);
}

base::Result<std::string> idempotency_key(const http::Request& request) {
  const std::string_view key = request.headers.get("Idempotency-Key");
  if (key.size() > idempotency_key_bytes_max)
    return fail(ErrorCode::bad_request,
                "An Idempotency-Key has at most " + std::to_string(idempotency_key_bytes_max) + " characters.");
  return std::string(key);
}

json::Value as_value(const ingest::IngestSummary& summary) {
  return json::Object{{"accepted", summary.records},
                      {"mapped", summary.mapped},
                      {"unmapped", summary.unmapped},
                      {"quarantined", summary.quarantined}};
}

}  // namespace

namespace {

// Every push leaves segments of its own: small ones are joined before they are many. What was stored stays stored, so
// a failure is the operator's to know, not the sender's.
void merge_now_and_then(TenantEvents& to, Log& log) {
  if ((to.pushed.fetch_add(1) + 1) % pushes_between_merges != 0) return;
  if (const auto merged = to.store->merge_small_segments(); !merged) log.problem("merge_failed", merged.error());
}

}  // namespace

odata::OperationBehaviour push_ingest(EventFolders& events, const federation::ConnectorLibrary& connectors,
                                      base::Places& pushes, const base::Clock& clock, Metrics& metrics, Log& log) {
  const auto run = [&](const json::Object&, odata::Context& context) -> base::Result<odata::OperationResult> {
    TRY(check_content_encoding(context.request));
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
    const auto body = TRY(body_of(context.request));
    ingest::Pipeline pipeline(*sink, clock, std::move(options));
    const std::unique_lock one_a_key =
        key.empty() ? std::unique_lock<std::mutex>() : std::unique_lock(to->keyed_pushes);
    const auto summary = TRY(pipeline.push(*connector, body, key));
    merge_now_and_then(*to, log);
    metrics.count_records(connector->config().name, summary.mapped, summary.unmapped, summary.quarantined);
    return odata::OperationResult{as_value(summary), nullptr};
  };
  return {"ingest", run};
}

}  // namespace vedette::server
