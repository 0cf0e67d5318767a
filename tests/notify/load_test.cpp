// Many updates to many subscriptions, on the store of the program, with receivers that are good, slow, fail, hang,
// redirect and restart, and a notifier that restarts too: each has everything in the end, in order.
//
// Short here; `./dev soak notifications` sets VEDETTE_SOAK_UPDATES to 10,000. It prints how long an update took to good
// receivers, and how many notifications a second were taken.
#include <cstdlib>
#include <iostream>
#include <random>

#include "delivered.h"
#include "world.h"

namespace vedette::notify::test {
namespace {

using Clock = std::chrono::steady_clock;

constexpr size_t good_count = 12, entities = 100;

size_t updates() {
  const char* text = std::getenv("VEDETTE_SOAK_UPDATES");
  return text ? std::strtoul(text, nullptr, 10) : 500;
}

std::string fresh_file() {
  const std::string path = testing::TempDir() + "vedette-notify-" + std::to_string(getpid()) + ".db";
  for (const char* ending : {"", "-wal", "-shm"}) std::remove((path + ending).c_str());
  return path;
}

std::unique_ptr<store::EntityStore> open_store() {
  static base::SystemClock clock;
  auto opened = store::open_sqlite_store(fresh_file(), collections(), clock);
  EXPECT_TRUE(opened) << opened.error().message << opened.error().cause;
  return std::move(*opened);
}

class Load : public World {
 protected:
  Load() : World(open_store()) {}

  // When each version of each entity was committed.
  void write(size_t count) {
    for (size_t i = 0; i < count; ++i, ++written_) {
      const std::string id = "alert-" + std::to_string(written_ % entities);
      put(id, {{"title", std::to_string(written_)}, {"severity", "high"}});
      committed_[id].push_back(Clock::now());
    }
  }
  std::map<std::string, int64_t> newest() const {
    std::map<std::string, int64_t> out;
    for (const auto& [id, times] : committed_) out[id] = static_cast<int64_t>(times.size());
    return out;
  }
  bool has_all(const Receiver& receiver) const {
    return receiver.count() >= written_ && Delivered(receiver.taken()).newest() == newest();
  }
  void expect_all(const Receiver& receiver, const std::string& name) const {
    const Delivered delivered(receiver.taken());
    EXPECT_EQ(delivered.disorder(), "") << name;
    EXPECT_EQ(delivered.newest(), newest()) << name;
    std::cout << name << ": " << receiver.taken().size() << " taken, " << delivered.repeated() << " of them again\n";
  }
  std::vector<double> latencies_ms(const Receiver& receiver) const {
    std::vector<double> out;
    for (const Notification& one : receiver.taken()) {
      const auto& times = committed_.at(one.entity());
      const auto took = one.at - times[static_cast<size_t>(one.version()) - 1];
      out.push_back(std::chrono::duration<double, std::milli>(took).count());
    }
    return out;
  }

  std::map<std::string, std::vector<Clock::time_point>> committed_;
  size_t written_ = 0;
};

double percentile(std::vector<double>& sorted, double part) {
  return sorted[static_cast<size_t>(part * static_cast<double>(sorted.size() - 1))];
}

// Fails in `per_cent` of the requests, by sleeping longer than it is waited for or by its status.
Receiver::Answer unreliable(unsigned per_cent, std::chrono::milliseconds sleeps, const std::atomic<bool>& over) {
  const auto random = std::make_shared<std::atomic<unsigned>>(per_cent);
  return [=, &over](const http::Request& request) {
    const unsigned number = random->fetch_add(37);
    if (number % 100 >= per_cent) return 200;
    const auto end = Clock::now() + sleeps;
    while (Clock::now() < end && !over && !request.stop.stopped())
      std::this_thread::sleep_for(std::chrono::milliseconds(5));
    return 500;
  };
}

TEST_F(Load, ReachesEveryReceiverInOrder) {
  std::atomic<bool> over = false;
  std::vector<std::unique_ptr<Receiver>> good, bad;
  for (size_t i = 0; i < good_count; ++i) good.push_back(std::make_unique<Receiver>());
  for (int i = 0; i < 3; ++i)
    bad.push_back(std::make_unique<Receiver>(unreliable(30, std::chrono::milliseconds(0), over)));
  for (int i = 0; i < 2; ++i) bad.push_back(std::make_unique<Receiver>(unreliable(20, std::chrono::seconds(2), over)));
  bad.push_back(std::make_unique<Receiver>([&](const http::Request&) {
    std::this_thread::sleep_for(std::chrono::milliseconds(100));
    return 200;
  }));
  bad.push_back(std::make_unique<Receiver>([&](const http::Request&) { return over ? 200 : 302; }));
  auto restarting = std::make_unique<Receiver>();
  const uint16_t port = restarting->port();
  for (const auto& receiver : good) subscribe(receiver->url("/"));
  for (const auto& receiver : bad) subscribe(receiver->url("/"));
  subscribe(restarting->url("/"));
  restarting.reset();

  const auto begun = Clock::now();
  start();
  write(updates() / 2);
  stop();
  start();
  write(updates() / 2);
  restarting = std::make_unique<Receiver>(Receiver::Answer(), port);
  for (const auto& receiver : good)
    EXPECT_TRUE(eventually([&] { return has_all(*receiver); }, std::chrono::seconds(60)));
  const double seconds = std::chrono::duration<double>(Clock::now() - begun).count();
  over = true;
  for (const auto& receiver : bad)
    EXPECT_TRUE(eventually([&] { return has_all(*receiver); }, std::chrono::seconds(120)));
  EXPECT_TRUE(eventually([&] { return has_all(*restarting); }, std::chrono::seconds(60)));

  std::vector<double> latencies;
  for (const auto& receiver : good) {
    const auto own = latencies_ms(*receiver);
    latencies.insert(latencies.end(), own.begin(), own.end());
    EXPECT_EQ(Delivered(receiver->taken()).disorder(), "");
  }
  for (size_t i = 0; i < bad.size(); ++i) expect_all(*bad[i], "bad " + std::to_string(i));
  expect_all(*restarting, "restarting");
  std::sort(latencies.begin(), latencies.end());
  std::cout << written_ << " updates, " << good_count << " good receivers of 20: p50 " << percentile(latencies, 0.5)
            << " ms, p99 " << percentile(latencies, 0.99) << " ms, " << static_cast<double>(latencies.size()) / seconds
            << " notifications a second to the good ones\n";
  EXPECT_THAT(problems(), testing::IsEmpty());
}

}  // namespace
}  // namespace vedette::notify::test
