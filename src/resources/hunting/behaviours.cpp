#include "vedette/resources/hunting/behaviours.h"

#include <sys/resource.h>

#include <chrono>
#include <future>

#include "vedette/base/places.h"
#include "vedette/resources/hunting/hunting.h"

namespace vedette::resources {
namespace {

using base::Result;

// The place in the query is part of what clients are told.
base::Error with_place(base::Error error) {
  if (!error.span) return error;
  error.message = "Line " + std::to_string(error.span->line) + ", column " + std::to_string(error.span->column) + ": " +
                  error.message;
  error.span.reset();
  error.target = "query";
  return error;
}

// A query that was ended by its time is told how long it might have taken.
base::Error with_time(base::Error error, const base::StopCheck& stop) {
  if (error.code == base::ErrorCode::limit_exceeded && stop.stopped())
    error.message = "The query ran longer than " + std::to_string(hunting_time_max.count()) +
                    " s, the most that a hunting query may.";
  return error;
}

struct Hunting {
  explicit Hunting(HuntingDependencies given)
      : dependencies(std::move(given)),
        places(dependencies.queries_max, "hunting queries are running", dependencies.queries_waiting_max),
        meter(dependencies.quota) {}
  const HuntingDependencies dependencies;
  base::Places places;
  HuntingMeter meter;
};

// On a thread that leaves the processors to those who bring records in or ask for little: a hunt takes what it gets.
auto run_in_background(std::string_view query, const kql::Catalog& tables, const HuntingOptions& options) {
  constexpr int niceness = 10;
  return std::async(std::launch::async,
                    [&] {
                      (void)setpriority(PRIO_PROCESS, 0, niceness);  // of the thread
                      return run_hunting_query(query, tables, options);
                    })
      .get();
}

Result<odata::OperationResult> run(Hunting& hunting, const json::Object& parameters, odata::Context& context) {
  const HuntingRequest request = TRY(parse_hunting_request(parameters, context.now));
  const std::string& tenant = context.caller.tenant_id;
  const base::StopCheck client_left(context.request.stop_token, std::chrono::steady_clock::time_point::max());
  const auto place = TRY(hunting.places.take(client_left));
  TRY(hunting.meter.admit(context.store, tenant, context.now));
  const auto events = TRY(hunting.dependencies.event_tables(tenant));
  const std::shared_ptr<const store::EntityStore> store(std::shared_ptr<void>(), &context.store);  // outlives the query
  const auto tables = windowed(with_alert_views(events, store, tenant), request.window);
  HuntingOptions options;
  options.now = context.now;
  options.threads = hunting.dependencies.threads;
  const auto begun = std::chrono::steady_clock::now();
  options.stop = base::StopCheck(context.request.stop_token, begun + hunting_time_max);
  options.context = context.context_url;
  auto body = run_in_background(request.query, *tables, options);
  const auto took = std::chrono::steady_clock::now() - begun;
  // What could not be stored is still counted here, and stored with the next query.
  (void)hunting.meter.finish(context.store, tenant, context.now,
                             std::chrono::duration_cast<std::chrono::milliseconds>(took).count());
  if (!body) return with_place(with_time(std::move(body).error(), options.stop));
  return odata::OperationResult{std::nullopt, std::move(*body), hunting.meter.headers(tenant, context.now)};
}

}  // namespace

odata::Behaviours hunting_behaviours(HuntingDependencies dependencies) {
  odata::Behaviours behaviours;
  behaviours.operations.push_back(
      {"microsoft.graph.security.runHuntingQuery",
       [hunting = std::make_shared<Hunting>(std::move(dependencies))](
           const json::Object& parameters, odata::Context& context) { return run(*hunting, parameters, context); }});
  return behaviours;
}

}  // namespace vedette::resources
