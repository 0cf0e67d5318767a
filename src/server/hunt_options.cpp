#include "hunt_options.h"

#include <filesystem>

#include "data_folder.h"
#include "entities.h"
#include "file_tables.h"
#include "vedette/base/clock.h"
#include "vedette/io/file_system.h"
#include "vedette/resources/hunting/external_data.h"
#include "vedette/resources/hunting/hunting.h"
#include "vedette/tables/event_store.h"

namespace vedette::server {

using base::ErrorCode;

kql::EngineOptions engine_options(const HuntOptions& options) {
  kql::EngineOptions engine;
  engine.now = options.now.value_or(base::SystemClock().now());
  engine.batch_rows = options.batch_rows;
  engine.threads = options.threads;
  engine.optimizer = options.optimize ? kql::Optimizer::on : kql::Optimizer::off;
  engine.stop = base::StopCheck({}, std::chrono::steady_clock::now() + std::chrono::seconds(options.timeout_seconds));
  if (!options.external_hosts.empty()) {
    resources::ExternalDataOptions external{options.external_hosts, true, {}};
    external.client.reach = http::Reach::any_address;
    engine.external_data = resources::external_data(std::move(external));
  }
  return engine;
}

namespace {

// The tenant's events; empty tables when nothing was ever stored.
base::Result<std::shared_ptr<const kql::Catalog>> stored_events(const std::string& data, const std::string& tenant) {
  std::error_code ignored;
  if (tenant.empty() || !std::filesystem::is_directory(tenant_folder(data, tenant), ignored))
    return std::shared_ptr<const kql::Catalog>(tables::empty_snapshot());
  const auto store =
      TRY(tables::EventStore::open(io::posix_file_system(), events_folder(data, tenant), tables::Access::read_only));
  return std::shared_ptr<const kql::Catalog>(store->snapshot());
}

base::Result<std::shared_ptr<const kql::Catalog>> tables_of_folder(const HuntOptions& options) {
  if (options.data.empty()) return std::shared_ptr<const kql::Catalog>(tables::empty_snapshot());
  const std::string tenant = TRY(tenant_to_read(options.data, options.tenant));
  auto events = TRY(stored_events(options.data, tenant));
  if (tenant.empty() || !io::posix_file_system().exists(entities_file(options.data))) return events;
  static const base::SystemClock clock;
  std::shared_ptr<const store::EntityStore> entities =
      TRY(open_entities(options.data, clock, store::Access::read_only));
  return resources::with_alert_views(std::move(events), std::move(entities), tenant);
}

}  // namespace

base::Result<std::shared_ptr<const kql::Catalog>> open_tables(const HuntOptions& options) {
  return with_files(TRY(tables_of_folder(options)), options.files);
}

std::string_view batch_code(ErrorCode code) {
  switch (code) {
    case ErrorCode::syntax_error:
      return "syntaxError";
    case ErrorCode::semantic_error:
    case ErrorCode::bad_request:
    case ErrorCode::not_found:
      return "semanticError";
    case ErrorCode::not_supported:
    case ErrorCode::not_implemented:
      return "notSupported";
    case ErrorCode::limit_exceeded:
    case ErrorCode::payload_too_large:
    case ErrorCode::headers_too_large:
    case ErrorCode::too_many_requests:
      return "limitExceeded";
    case ErrorCode::cancelled:
      return "cancelled";
    case ErrorCode::external_data_disabled:
      return "externalDataDisabled";
    case ErrorCode::unauthenticated:
    case ErrorCode::forbidden:
    case ErrorCode::method_not_allowed:
    case ErrorCode::conflict:
    case ErrorCode::precondition_failed:
    case ErrorCode::unsupported_media_type:
    case ErrorCode::io_error:
    case ErrorCode::corrupt_data:
    case ErrorCode::unavailable:
    case ErrorCode::internal:
      return "internalError";
  }
  return "internalError";
}

}  // namespace vedette::server
