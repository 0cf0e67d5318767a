#include "metrics.h"

#include <prometheus/counter.h>
#include <prometheus/gauge.h>
#include <prometheus/histogram.h>
#include <prometheus/registry.h>
#include <prometheus/text_serializer.h>

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
  prometheus::Family<prometheus::Gauge>& healths = prometheus::BuildGauge()
                                                       .Name("vedette_connector_healthy")
                                                       .Help("Whether a connector's last attempt went well")
                                                       .Register(registry);
  prometheus::Family<prometheus::Gauge>& lags =
      prometheus::BuildGauge()
          .Name("vedette_connector_lag_seconds")
          .Help("How long ago the last attempt began after which everything was stored")
          .Register(registry);

 private:
  std::mutex mutex_;
  std::map<std::pair<std::string, int>, RequestSeries> requests_;
};

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
  const prometheus::Labels labels{{"tenant", tenant}, {"connector", name}};
  auto& health = families_->healths.Add(labels);
  auto& lag = families_->lags.Add(labels);
  if (!healthy) {
    families_->healths.Remove(&health);
    families_->lags.Remove(&lag);
    return;
  }
  health.Set(*healthy ? 1 : 0);
  lag.Set(static_cast<double>(lag_s));
}

std::string Metrics::text() const { return prometheus::TextSerializer().Serialize(families_->registry.Collect()); }

}  // namespace vedette::server
