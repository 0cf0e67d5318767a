#include "vedette/federation/federation.h"

#include <algorithm>
#include <chrono>
#include <future>
#include <map>
#include <mutex>
#include <set>

#include "contained.h"
#include "feed_follower.h"
#include "health.h"
#include "instance_runner.h"
#include "pause.h"
#include "transports.h"

namespace vedette::federation {

using base::Result;
using base::Status;

namespace {

constexpr int not_started = 503;  // of an instance that is asked

// Threads that cannot be made, above all: the others go on.
template <class Work>
auto looked_after(const Work& work) {
  return contained(work, "The connectors could not be looked after.");
}

}  // namespace

struct Federation::Impl {
  Impl(FederationDependencies given, FederationOptions wanted)
      : dependencies(std::move(given)), options(std::move(wanted)), library(dependencies.data) {}

  struct Running {
    int64_t version = 0;
    base::DateTime created{};
    std::vector<std::shared_ptr<InstanceRunner>> runners;  // none: it could not be started
    // Also of one that could not be started: what users want of its provider waits for it.
    bool writes_back = false, writes_incidents = false;
    bool live = false;
    ActionTaker taker;
    std::chrono::steady_clock::time_point tried{};
  };
  using Key = std::pair<std::string, std::string>;  // tenant, instance

  Status look();
  Status look_at(const std::string& tenant, std::set<Key>& found);
  void replace(const Key& key, std::optional<Running> by);
  Status start(const std::string& tenant, const Instance& instance, Running& now);
  FeedFollower& feed_of(const std::string& tenant);
  Result<bool> follow_feeds();
  std::shared_ptr<InstanceRunner> taker_of(const Key& key);  // null: none that takes pushes

  const FederationDependencies dependencies;
  const FederationOptions options;
  const ConnectorLibrary library;
  std::vector<std::string> known_tenants;
  std::mutex mutex;  // of `running`, which other threads look at
  std::map<Key, Running> running;
  std::map<std::string, FeedFollower> feeds;  // by tenant
};

Status Federation::Impl::start(const std::string& tenant, const Instance& instance, Running& now) {
  // As long as its connector cannot be read.
  now.writes_back = now.writes_incidents = instance.write_back;
  now.taker = {instance.name, instance.connector, instance.name, {}, {}};
  auto loaded = TRY(library.load(instance.connector));
  now.writes_back = instance.write_back && loaded->write_back;
  now.writes_incidents = instance.write_back && loaded->transport.incidents;
  const auto& config = loaded->connector->config();
  now.taker = {instance.name, config.vendor, provider_of(instance, config.provider), config.provider, loaded};
  auto sinks = TRY(dependencies.sinks(tenant));
  const RunnerParts parts{dependencies, options, tenant, instance, std::move(loaded), sinks};
  now.runners.push_back(TRY(transport_kind(instance.transport).start(parts)));
  if (auto delivering = TRY(start_delivering(parts))) now.runners.push_back(std::move(delivering));
  return {};
}

// What was there ends outside of the lock, for it may take a while.
void Federation::Impl::replace(const Key& key, std::optional<Running> by) {
  std::optional<Running> before;
  const std::lock_guard lock(mutex);
  if (const auto found = running.find(key); found != running.end()) {
    before = std::move(found->second);
    running.erase(found);
  }
  if (by) running.emplace(key, std::move(*by));
}

FeedFollower& Federation::Impl::feed_of(const std::string& tenant) {
  return feeds.try_emplace(tenant, dependencies.store, dependencies.clock, tenant).first->second;
}

Status Federation::Impl::look_at(const std::string& tenant, std::set<Key>& found) {
  TRY(feed_of(tenant).begin());
  for (const Instance& instance : TRY(load_instances(dependencies.store, tenant))) {
    const Key key(tenant, instance.name);
    found.insert(key);
    const auto known = running.find(key);
    const auto now_at = std::chrono::steady_clock::now();
    if (known != running.end() && known->second.version == instance.version &&
        known->second.created == instance.created &&
        (!known->second.runners.empty() || now_at < known->second.tried + options.start_again))
      continue;
    if (known != running.end()) replace(key, {});  // two of one instance would be in each other's way
    Running now;
    now.version = instance.version;
    now.created = instance.created;
    now.live = instance.live;
    now.tried = now_at;
    const auto started = start(tenant, instance, now);
    if (!started) now.runners.clear();
    replace(key, std::move(now));
    if (started) continue;
    Health(dependencies, tenant, instance.name).failed(started.error());
    dependencies.on_problem(started.error(), tenant, instance.name);
  }
  return {};
}

Status Federation::Impl::look() {
  std::set<Key> found;
  known_tenants = TRY(dependencies.tenants());
  std::set<std::string> unknown;  // tenants whose instances could not be read: theirs go on
  for (const std::string& tenant : known_tenants) {
    const auto looked = look_at(tenant, found);
    if (looked) continue;
    unknown.insert(tenant);
    dependencies.on_problem(looked.error(), tenant, "");
  }
  std::vector<Key> gone;
  for (const auto& [key, now] : running)
    if (!found.contains(key) && !unknown.contains(key.first)) gone.push_back(key);
  for (const Key& key : gone) {
    replace(key, {});
    if (dependencies.on_health) dependencies.on_health(key.first, key.second, std::nullopt, 0);
  }
  return {};
}

// True when there is more to read at once.
Result<bool> Federation::Impl::follow_feeds() {
  std::map<std::string, FeedReaders> tenants;
  for (const std::string& tenant : known_tenants) tenants[tenant];
  for (const auto& [key, now] : running) {
    if (now.writes_back) tenants[key.first].writers.insert(key.second);
    if (now.writes_incidents) tenants[key.first].incident_writers.insert(key.second);
    tenants[key.first].takers.push_back(now.taker);
  }
  bool more = false;
  for (const auto& [tenant, readers] : tenants) {
    const auto followed = looked_after([&] { return feed_of(tenant).follow(readers); });
    if (followed)
      more |= *followed;
    else
      dependencies.on_problem(followed.error(), tenant, "");
  }
  return more;
}

Federation::Federation(FederationDependencies dependencies, FederationOptions options)
    : impl_(std::make_unique<Impl>(std::move(dependencies), std::move(options))) {}
Federation::~Federation() = default;

void Federation::run(const std::stop_token& stop) {
  Pause pause;
  auto next_look = std::chrono::steady_clock::now();
  while (!stop.stop_requested()) {
    if (std::chrono::steady_clock::now() >= next_look) {
      const auto looked = looked_after([&] { return impl_->look(); });
      if (!looked) impl_->dependencies.on_problem(looked.error(), "", "");
      next_look = std::chrono::steady_clock::now() + impl_->options.look;
    }
    const auto more = looked_after([&] { return impl_->follow_feeds(); });
    if (!more) impl_->dependencies.on_problem(more.error(), "", "");
    if (!more || !*more) pause.wait(stop, std::min(impl_->options.feed, impl_->options.look));
  }
  std::map<Impl::Key, Impl::Running> ended;
  {
    const std::lock_guard lock(impl_->mutex);
    ended.swap(impl_->running);
  }
  for (const auto& [key, now] : ended)
    for (const auto& runner : now.runners) runner->request_stop();
}

std::string ProviderAnswer::warning() const {
  return "199 - \"" + vendor + "/" + provider + "/" + std::to_string(status) + "/" + std::to_string(latency.count()) +
         "\"";
}

bool Federation::has_live(const std::string& tenant) const {
  const std::lock_guard lock(impl_->mutex);
  return std::any_of(impl_->running.begin(), impl_->running.end(),
                     [&](const auto& one) { return one.first.first == tenant && one.second.live; });
}

std::shared_ptr<InstanceRunner> Federation::Impl::taker_of(const Key& key) {
  const std::lock_guard lock(mutex);
  const auto found = running.find(key);
  if (found == running.end() || found->second.runners.empty() || !found->second.runners.front()->takes_pushes())
    return nullptr;
  return found->second.runners.front();
}

bool Federation::takes_pushes(const std::string& tenant, const std::string& instance) const {
  return impl_->taker_of({tenant, instance}) != nullptr;
}

Result<ingest::IngestSummary> Federation::push(const std::string& tenant, const std::string& instance,
                                               const http::Request& request, const BodyOf& body_of) {
  const auto taker = impl_->taker_of({tenant, instance});
  if (!taker) return base::fail(base::ErrorCode::not_found, "There is no connector that takes what is sent here.");
  return taker->push(request, body_of);
}

std::vector<ProviderAnswer> Federation::ask_live(const std::string& tenant, const base::StopCheck& stop) {
  std::vector<std::pair<ActionTaker, std::shared_ptr<InstanceRunner>>> live;  // null: it could not be started
  {
    const std::lock_guard lock(impl_->mutex);
    for (const auto& [key, now] : impl_->running)
      if (key.first == tenant && now.live)
        live.emplace_back(now.taker, now.runners.empty() ? nullptr : now.runners.front());
  }
  const auto deadline = std::chrono::steady_clock::now() + live_deadline;
  std::vector<std::future<ProviderAnswer>> asked;
  for (auto& [taker, runner] : live)
    asked.push_back(std::async(std::launch::async, [runner, deadline, &stop] {
      return runner ? runner->ask(deadline, stop) : ProviderAnswer{{}, {}, not_started, std::chrono::milliseconds(0)};
    }));
  std::vector<ProviderAnswer> answers;
  for (size_t i = 0; i < live.size(); ++i) {
    ProviderAnswer answer = asked[i].get();
    answer.vendor = live[i].first.vendor;
    answer.provider = live[i].first.provider;
    if (answer.status != 0) answers.push_back(std::move(answer));
  }
  return answers;
}

}  // namespace vedette::federation
