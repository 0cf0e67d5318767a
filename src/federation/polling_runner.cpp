// A thread that polls one instance: a sweep, then the interval; after a failure, a pause that grows.
#include <algorithm>
#include <condition_variable>
#include <mutex>
#include <thread>

#include "contained.h"
#include "incident_poller.h"
#include "instance_store.h"
#include "pause.h"
#include "poller.h"
#include "transports.h"

namespace vedette::federation {

namespace {

class PollingRunner final : public InstanceRunner {
 public:
  PollingRunner(RunnerParts parts, SettingValues values)
      : parts_(std::move(parts)),
        store_(parts_, parts_.loaded->polled),
        interval_(std::stoll(values.at("interval_seconds"))),
        client_(parts_.loaded->transport, std::move(values), parts_.options.outbound, parts_.dependencies.clock),
        thread_([this](const std::stop_token& stop) { run(stop); }) {}

  void request_stop() override { thread_.request_stop(); }

  ~PollingRunner() override {
    thread_.request_stop();
    thread_.join();
  }

  // A provider that asked for a pause is not asked before it is over. A sweep that is under way counts when it ends
  // noticeably later: whoever answers slowly is not waited for twice.
  ProviderAnswer ask(std::chrono::steady_clock::time_point deadline, const base::StopCheck& stop) override {
    constexpr std::chrono::milliseconds between_checks(50);
    const auto asked_at = std::chrono::steady_clock::now();
    std::unique_lock lock(mutex_);
    if (asked_at < held_until_) return {{}, {}, status_, std::chrono::milliseconds(0)};
    const uint64_t under_way = begun_ > ended_ ? begun_ : 0, next = begun_ + 1;
    asked_ = next;
    asked_at_ = asked_at;
    changed_.notify_all();
    const auto is_answered = [&] {
      return ended_ >= next ||
             (under_way > 0 && ended_ >= under_way && ended_at_ > asked_at + parts_.options.shared_sweep_min);
    };
    auto now = asked_at;
    while (!is_answered() && now < deadline && !stop.stopped()) {
      changed_.wait_until(lock, std::min(deadline, now + between_checks));
      now = std::chrono::steady_clock::now();
    }
    const auto latency = std::chrono::duration_cast<std::chrono::milliseconds>(now - asked_at);
    return {{}, {}, is_answered() ? status_ : gateway_timeout, latency};
  }

 private:
  static base::StopCheck until(const std::stop_token& stop) {
    return base::StopCheck(stop, std::chrono::steady_clock::time_point::max());
  }

  void run(const std::stop_token& stop) {
    const auto& dependencies = parts_.dependencies;
    Poller poller({parts_.instance.name, parts_.loaded->transport, store_, client_, dependencies.clock});
    std::optional<IncidentPoller> incidents;
    if (parts_.loaded->transport.incidents)
      incidents.emplace(IncidentPollerParts{parts_.tenant, parts_.instance, parts_.loaded, dependencies.store, client_,
                                            dependencies.clock});
    for (int failures = 0; !stop.stop_requested();) {
      begin_sweep();
      auto done = contained([&] { return poller.sweep(until(stop)); });
      end_sweep(done);
      if (done && incidents && !is_asked()) done = contained([&] { return incidents->sweep(until(stop)); });
      if (stop.stop_requested()) break;
      if (done) {
        failures = 0;
        wait(stop, interval_);
        continue;
      }
      store_.failed(done.error());
      wait(stop, pause_after(++failures, done.error(), parts_.options.retry_min, parts_.options.retry_max));
    }
    store_.health().write();
  }

  bool is_asked() {
    const std::lock_guard lock(mutex_);
    return asked_ > begun_;
  }

  void begin_sweep() {
    const std::lock_guard lock(mutex_);
    ++begun_;
  }

  void end_sweep(const base::Status& done) {
    const std::lock_guard lock(mutex_);
    ended_ = begun_;
    ended_at_ = std::chrono::steady_clock::now();
    if (ended_at_ > asked_at_ + parts_.options.shared_sweep_min) asked_ = ended_;  // nobody waits for another
    status_ = done ? ok : client_.last_status() >= 400 ? client_.last_status() : bad_gateway;
    const uint32_t pause = done ? 0 : done.error().retry_after_s;
    held_until_ = std::chrono::steady_clock::now() + std::chrono::seconds(pause);
    changed_.notify_all();
  }

  // Until somebody asks, at the longest.
  void wait(const std::stop_token& stop, std::chrono::milliseconds time) {
    std::unique_lock lock(mutex_);
    changed_.wait_for(lock, stop, time, [&] { return asked_ > begun_; });
  }

  static constexpr int ok = 200, bad_gateway = 502, gateway_timeout = 504;

  const RunnerParts parts_;
  InstanceStore store_;
  const std::chrono::seconds interval_;
  ProviderClient client_;
  std::mutex mutex_;  // of what follows
  std::condition_variable_any changed_;
  uint64_t begun_ = 0, ended_ = 0, asked_ = 0;                     // sweeps, and the one that somebody waits for
  std::chrono::steady_clock::time_point asked_at_{}, ended_at_{};  // the last time
  int status_ = ok;                                                // of the last one
  std::chrono::steady_clock::time_point held_until_{};
  std::jthread thread_;  // last: it uses the rest
};

}  // namespace

base::Result<std::unique_ptr<InstanceRunner>> start_polling(RunnerParts parts) {
  if (!parts.loaded->transport.poll)
    return base::fail(base::ErrorCode::bad_request,
                      "The connector '" + parts.instance.connector + "' cannot be polled.");
  auto values = TRY(values_of(parts.tenant, parts.instance, parts.loaded->transport, parts.dependencies.box));
  return std::unique_ptr<InstanceRunner>(std::make_unique<PollingRunner>(std::move(parts), std::move(values)));
}

}  // namespace vedette::federation
