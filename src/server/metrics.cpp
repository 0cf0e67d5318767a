#include "metrics.h"

#include <prometheus/counter.h>
#include <prometheus/gauge.h>
#include <prometheus/histogram.h>
#include <prometheus/registry.h>
#include <prometheus/text_serializer.h>

#include <algorithm>
#include <map>
#include <mutex>

namespace vedette::server {

// What is counted of requests of one root and status. Found by its labels once: that costs as much as a short answer.
struct RequestSeries {
  prometheus::Counter* count = nullptr;
  prometheus::Histogram* duration = nullptr;
};

struct Metrics::Families {
  RequestSeries& series_of(std::string_view root, int status);

  prometheus::Registry registry;
  prometheus::Family<prometheus::Counter>& requests =
      prometheus::BuildCounter().Name("vedette_requests_total").Help("Requests answered").Register(registry);
  prometheus::Family<prometheus::Histogram>& durations = prometheus::BuildHistogram()
                                                             .Name("vedette_request_duration_seconds")
                                                             .Help("Time until a request's status was known")
                                                             .Register(registry);
  prometheus::Family<prometheus::Counter>& records =
      prometheus::BuildCounter().Name("vedette_records_total").Help("Records pushed, by fate").Register(registry);
  prometheus::Family<prometheus::Counter>& notifications =
      prometheus::BuildCounter()
          .Name("vedette_notifications_total")
          .Help("Change notifications delivered and dropped, and requests with them that failed")
          .Register(registry);
  // Of all tenants together: who may read these need not know whose connectors there are.
  prometheus::Family<prometheus::Gauge>& connectors = prometheus::BuildGauge()
                                                          .Name("vedette_connectors")
                                                          .Help("Connectors, by how their last attempt went")
                                                          .Register(registry);
  prometheus::Gauge& healthy = connectors.Add({{"state", "healthy"}});
  prometheus::Gauge& failing = connectors.Add({{"state", "failing"}});
  prometheus::Gauge& lag = prometheus::BuildGauge()
                               .Name("vedette_connector_lag_seconds_max")
                               .Help("How long ago, at most, the last attempt began after which everything was stored")
                               .Register(registry)
                               .Add({});

  void set_connector(const std::string& tenant, const std::string& name, std::optional<bool> is_healthy, int64_t lag_s);

 private:
  struct Connector {
    bool is_healthy = false;
    int64_t lag_s = 0;
  };
  std::mutex mutex_;
  std::map<std::pair<std::string, int>, RequestSeries> requests_;
  std::map<std::pair<std::string, std::string>, Connector> connectors_;  // by tenant and name
};

void Metrics::Families::set_connector(const std::string& tenant, const std::string& name,
                                      std::optional<bool> is_healthy, int64_t lag_s) {
  const std::scoped_lock lock(mutex_);
  if (is_healthy)
    connectors_[{tenant, name}] = {*is_healthy, lag_s};
  else
    connectors_.erase({tenant, name});
  int64_t well = 0, largest = 0;
  for (const auto& [key, one] : connectors_) well += one.is_healthy, largest = std::max(largest, one.lag_s);
  healthy.Set(static_cast<double>(well));
  failing.Set(static_cast<double>(std::ssize(connectors_) - well));
  lag.Set(static_cast<double>(largest));
}

RequestSeries& Metrics::Families::series_of(std::string_view root, int status) {
  const std::scoped_lock lock(mutex_);
  RequestSeries& series = requests_[{std::string(root), status}];
  if (series.count) return series;
  const std::string name(root);
  series.duration = &durations.Add({{"root", name}},
                                   prometheus::Histogram::BucketBoundaries{.001, .005, .02, .1, .5, 2, 10, 60, 200});
  series.count = &requests.Add({{"root", name}, {"status", std::to_string(status)}});
  return series;
}

Metrics::Metrics() : families_(std::make_unique<Families>()) {}
Metrics::~Metrics() = default;

void Metrics::count_request(std::string_view root, int status, std::chrono::steady_clock::duration took) {
  const RequestSeries& series = families_->series_of(root, status);
  series.count->Increment();
  series.duration->Observe(std::chrono::duration<double>(took).count());
}

void Metrics::count_records(std::string_view connector, uint64_t mapped, uint64_t unmapped, uint64_t quarantined) {
  const auto add = [&](const char* fate, uint64_t count) {
    families_->records.Add({{"connector", std::string(connector)}, {"fate", fate}})
        .Increment(static_cast<double>(count));
  };
  add("mapped", mapped);
  add("unmapped", unmapped);
  add("quarantined", quarantined);
}

void Metrics::count_notifications(const char* outcome, uint64_t count) {
  families_->notifications.Add({{"outcome", outcome}}).Increment(static_cast<double>(count));
}

void Metrics::set_connector(const std::string& tenant, const std::string& name, std::optional<bool> healthy,
                            int64_t lag_s) {
  families_->set_connector(tenant, name, healthy, lag_s);
}

std::string Metrics::text() const { return prometheus::TextSerializer().Serialize(families_->registry.Collect()); }

}  // namespace vedette::server
