// A thread that delivers to one instance's provider what users want of it.
#include <thread>

#include "action_sender.h"
#include "contained.h"
#include "incident_sender.h"
#include "instance_store.h"
#include "pause.h"
#include "write_back_sender.h"

namespace vedette::federation {

namespace {

class DeliveryRunner final : public InstanceRunner {
 public:
  DeliveryRunner(RunnerParts parts, SettingValues values)
      : parts_(std::move(parts)),
        store_(parts_),
        client_(parts_.loaded->transport, std::move(values), parts_.options.outbound, parts_.dependencies.clock),
        write_back_(delivery_parts(), store_),
        incidents_(delivery_parts()),
        actions_(delivery_parts()),
        thread_([this](const std::stop_token& stop) { run(stop); }) {}

  void request_stop() override { thread_.request_stop(); }

  ~DeliveryRunner() override {
    thread_.request_stop();
    thread_.join();
  }

 private:
  DeliveryParts delivery_parts() {
    return {parts_.tenant,
            parts_.instance.name,
            parts_.loaded,
            parts_.dependencies.store,
            client_,
            parts_.dependencies.clock,
            {parts_.options.retry_min, parts_.options.retry_max}};
  }

  template <class Sender>
  base::Result<size_t> deliver(Sender& sender, const base::StopCheck& stop) {
    return contained([&] { return sender.send_due(stop); });
  }

  // Actions come before changes.
  base::Result<size_t> deliver_all(const base::StopCheck& stop) {
    size_t delivered = parts_.loaded->actions ? TRY(deliver(actions_, stop)) : 0;
    if (!parts_.instance.write_back) return delivered;
    if (parts_.loaded->write_back) delivered += TRY(deliver(write_back_, stop));
    if (parts_.loaded->transport.incidents) delivered += TRY(deliver(incidents_, stop));
    return delivered;
  }

  void run(const std::stop_token& stop) {
    const base::StopCheck check(stop, std::chrono::steady_clock::time_point::max());
    Pause pause;
    for (int failures = 0; !stop.stop_requested();) {
      const auto delivered = deliver_all(check);
      if (stop.stop_requested()) break;
      if (!delivered) {
        store_.tell(delivered.error());
        pause.wait(stop,
                   pause_after(++failures, delivered.error(), parts_.options.retry_min, parts_.options.retry_max));
        continue;
      }
      failures = 0;
      if (*delivered == 0) pause.wait(stop, parts_.options.feed);
    }
  }

  const RunnerParts parts_;
  InstanceStore store_;
  ProviderClient client_;
  WriteBackSender write_back_;
  IncidentSender incidents_;
  ActionSender actions_;
  std::jthread thread_;  // last: it uses the rest
};

}  // namespace

base::Result<std::unique_ptr<InstanceRunner>> start_delivering(RunnerParts parts) {
  const bool writes_back = parts.instance.write_back && parts.loaded->write_back;
  if (!writes_back && !parts.loaded->actions) return std::unique_ptr<InstanceRunner>();
  auto values = TRY(values_of(parts.tenant, parts.instance, parts.loaded->transport, parts.dependencies.box));
  return std::unique_ptr<InstanceRunner>(std::make_unique<DeliveryRunner>(std::move(parts), std::move(values)));
}

}  // namespace vedette::federation
