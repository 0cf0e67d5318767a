#include "vedette/notify/notifier.h"

#include <condition_variable>
#include <exception>
#include <mutex>

#include "tenant_notifier.h"

namespace vedette::notify {

using base::Status;

namespace {

constexpr std::chrono::seconds tenants_pause{1}, failure_pause{2};
constexpr uint64_t answer_bytes_max = 64 << 10;

http::ClientOptions client_options(const NotifierOptions& options) {
  http::ClientOptions client = options.client;
  client.connect_timeout = std::min(client.connect_timeout, options.answer_timeout);
  client.timeout = options.answer_timeout;
  client.body_bytes_max = answer_bytes_max;
  return client;
}

}  // namespace

struct Notifier::Impl final : Outbox {
  Impl(NotifierDependencies given, NotifierOptions wanted)
      : dependencies(std::move(given)), options(std::move(wanted)), client(client_options(options)) {}

  bool has_place(const std::string& tenant, bool unproven) const override {
    if (bytes >= options.in_flight_bytes_max || in_flight >= options.in_flight_max) return false;
    const auto of_tenant = tenant_in_flight.find(tenant);
    const size_t own = of_tenant == tenant_in_flight.end() ? 0 : of_tenant->second;
    if (own >= options.tenant_in_flight_max) return false;
    return !unproven || unproven_in_flight < options.in_flight_max / 2;
  }

  uint64_t send(http::ClientRequest request, Completion about) override {
    about.flight = ++flights;
    ++in_flight;
    ++tenant_in_flight[about.tenant];
    unproven_in_flight += about.unproven ? 1 : 0;
    bytes += about.bytes;
    const auto begun = std::chrono::steady_clock::now();
    const uint64_t flight = about.flight;
    client.send(
        std::move(request), [this, begun, about = std::move(about)](base::Result<http::ClientResponse> answer) mutable {
          about.answer = std::move(answer);
          about.took = std::chrono::duration_cast<std::chrono::milliseconds>(std::chrono::steady_clock::now() - begun);
          const std::scoped_lock lock(mutex);
          completions.push_back(std::move(about));
          wake.notify_one();
        });
    return flight;
  }

  // When it is looked at again. A failure makes it wait, and no other.
  struct Tenant {
    Tenant(const std::string& id, Impl& all) : notifier(id, all.dependencies, all.options, all.figures) {}

    TenantNotifier notifier;
    SteadyTime next_poll{}, next_tidy{};
    bool failing = false;
  };

  void land(const Completion& completion) {
    --in_flight;
    --tenant_in_flight[completion.tenant];
    unproven_in_flight -= completion.unproven ? 1 : 0;
    bytes -= completion.bytes;
    if (const auto tenant = tenants.find(completion.tenant); tenant != tenants.end())
      tenant->second.notifier.complete(completion);
  }

  void drain() {
    std::vector<Completion> landed;
    {
      const std::scoped_lock lock(mutex);
      landed.swap(completions);
    }
    for (const Completion& completion : landed) land(completion);
  }

  // One step for a tenant; what fails is told, and keeps no other tenant waiting.
  template <class Step>
  bool attempt(const std::string& tenant, const Step& step) {
    Status done;
    try {
      done = step();
    } catch (const std::exception& exception) {
      done = base::fail(base::ErrorCode::internal, "Notifications failed.").with_cause(exception.what());
    }
    if (!done) dependencies.on_problem(done.error(), tenant);
    return done.has_value();
  }

  void refresh_tenants() {
    attempt("", [&]() -> Status {
      for (const std::string& id : TRY(dependencies.tenants())) tenants.try_emplace(id, id, *this);
      return {};
    });
  }

  // Reads the feed when it is time, and writes what is new.
  void step(const std::string& id, Tenant& tenant) {
    const auto now = std::chrono::steady_clock::now();
    const bool polls = now >= tenant.next_poll;
    if (tenant.failing && !polls) return;
    bool more = false;
    const bool well = !polls || attempt(id, [&]() -> Status {
      more = TRY(tenant.notifier.poll());
      if (now < tenant.next_tidy && !tenant.notifier.has_to_tidy()) return {};
      tenant.next_tidy = now + options.tidy;
      return tenant.notifier.tidy();
    });
    tenant.failing = !attempt(id, [&] { return tenant.notifier.flush(); }) || !well;
    const auto after = std::chrono::steady_clock::now();
    if (tenant.failing)
      tenant.next_poll = after + failure_pause;
    else if (polls)
      tenant.next_poll = more ? after : after + options.poll;
  }

  // When to go on at the latest. Each time another tenant is the first to find places.
  SteadyTime deliver() {
    auto next = SteadyTime::max();
    if (tenants.empty()) return next;
    auto at = tenants.upper_bound(turn);
    if (at == tenants.end()) at = tenants.begin();
    turn = at->first;
    for (size_t i = 0; i < tenants.size(); ++i) {
      attempt(at->first, [&]() -> Status {
        at->second.notifier.deliver(*this);
        return {};
      });
      next = std::min(next, at->second.notifier.next_due());
      if (++at == tenants.end()) at = tenants.begin();
    }
    return next;
  }

  void run(const std::stop_token& stop) {
    SteadyTime next_tenants{};
    while (!stop.stop_requested()) {
      drain();
      auto now = std::chrono::steady_clock::now();
      if (now >= next_tenants) refresh_tenants(), next_tenants = now + tenants_pause;
      SteadyTime next_poll = next_tenants;
      for (auto& [id, tenant] : tenants) {
        step(id, tenant);
        next_poll = std::min(next_poll, tenant.next_poll);
      }
      const SteadyTime due = deliver();
      publish();
      now = std::chrono::steady_clock::now();
      // What is due and was not sent found no place: a completion makes one.
      wait(stop, due > now ? std::min(due, next_poll) : next_poll);
    }
    drain();
    for (auto& [id, tenant] : tenants) attempt(id, [&, &one = tenant.notifier] { return one.flush(); });
  }

  void wait(const std::stop_token& stop, SteadyTime until) {
    std::unique_lock lock(mutex);
    wake.wait_until(lock, stop, until, [&] { return !completions.empty(); });
  }

  void publish() {
    for (const auto& [outcome, count] : {std::pair{"delivered", figures.delivered}, std::pair{"failed", figures.failed},
                                         std::pair{"dropped", figures.dropped}})
      if (dependencies.on_outcome && count > 0) dependencies.on_outcome(outcome, count);
    figures = {};
  }

  const NotifierDependencies dependencies;
  const NotifierOptions options;
  std::map<std::string, Tenant> tenants;
  Figures figures;  // that are not published yet
  uint64_t flights = 0, bytes = 0;
  size_t in_flight = 0, unproven_in_flight = 0;
  std::map<std::string, size_t> tenant_in_flight;
  std::string turn;  // the tenant that was asked first the last time

  std::mutex mutex;  // of what follows
  std::condition_variable_any wake;
  std::vector<Completion> completions;
  http::AsyncClient client;  // last: its callbacks use the rest
};

Notifier::Notifier(NotifierDependencies dependencies, NotifierOptions options)
    : impl_(std::make_unique<Impl>(std::move(dependencies), std::move(options))) {}

Notifier::~Notifier() = default;

void Notifier::run(const std::stop_token& stop) { impl_->run(stop); }

}  // namespace vedette::notify
