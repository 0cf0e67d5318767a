#include "vedette/resources/hunting/behaviours.h"

#include <sys/resource.h>

#include <chrono>
#include <future>
#include <map>
#include <mutex>

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

  // One tenant leaves room for others, also among those who wait.
  base::Places& places_of(const std::string& tenant) {
    const std::lock_guard lock(mutex);
    return tenants.try_emplace(tenant, dependencies.tenant_queries_max, "hunting queries of the tenant are under way")
        .first->second;
  }

  const HuntingDependencies dependencies;
  base::Places places;
  HuntingMeter meter;
  std::mutex mutex;
  std::map<std::string, base::Places> tenants;
};

// The time at which a request that waited is answered: what it asks for and uses is counted from then.
base::DateTime after_waiting(base::DateTime arrival, std::chrono::steady_clock::duration waited) {
  const auto seconds = std::chrono::duration_cast<std::chrono::seconds>(waited).count();
  return {arrival.ticks + seconds * base::ticks_per_second};
}

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
  if (auto valid = parse_hunting_request(parameters, context.now); !valid) return std::move(valid).error();
  const std::string& tenant = context.caller.tenant_id;
  const auto share = TRY(hunting.places_of(tenant).take());
  const auto arrived = std::chrono::steady_clock::now();
  const auto place = TRY(hunting.places.take(base::StopCheck(context.request.stop_token, arrived + hunting_wait_max)));
  const base::DateTime now = after_waiting(context.now, std::chrono::steady_clock::now() - arrived);
  const HuntingRequest request = TRY(parse_hunting_request(parameters, now));
  TRY(hunting.meter.admit(context.store, tenant, now));
  const auto events = TRY(hunting.dependencies.event_tables(tenant));
  const std::shared_ptr<const store::EntityStore> store(std::shared_ptr<void>(), &context.store);  // outlives the query
  const auto tables = windowed(with_alert_views(events, store, tenant), request.window);
  HuntingOptions options;
  options.now = now;
  options.threads = hunting.dependencies.threads;
  const auto begun = std::chrono::steady_clock::now();
  options.stop = base::StopCheck(context.request.stop_token, begun + hunting_time_max);
  options.context = context.context_url;
  if (!hunting.dependencies.external_data.hosts.empty())
    options.external_data = external_data(hunting.dependencies.external_data);
  auto body = run_in_background(request.query, *tables, options);
  const auto took = std::chrono::steady_clock::now() - begun;
  // What could not be stored is still counted here, and stored with the next query.
  (void)hunting.meter.finish(context.store, tenant, now,
                             std::chrono::duration_cast<std::chrono::milliseconds>(took).count());
  if (!body) return with_place(with_time(std::move(body).error(), options.stop));
  return odata::OperationResult{std::nullopt, std::move(*body), hunting.meter.headers(tenant, now)};
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
