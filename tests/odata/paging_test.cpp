// Traversals under a concurrent writer, through the API over SQLite: each shows exactly the entities that were there at
// its first page, once, in order, as they were; and a copy that follows delta() equals the collection.
#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <map>
#include <mutex>
#include <random>
#include <set>
#include <thread>

#include "../../src/odata/url.h"
#include "test_service.h"
#include "vedette/base/base64.h"

namespace vedette::odata {
namespace {

constexpr const char* severities[] = {"unknown", "informational", "low", "medium", "high"};
constexpr int ids_count = 160;

struct Alert {
  std::string id;
  int severity = 0;  // its place in the order of the members
  int title = 0;     // not indexed
  bool resolved = false;
  int64_t created = 0;  // seconds
  int64_t revision = 0;
  int64_t number = 0;  // the change that made it
};

std::string time_text(int64_t seconds) {
  const base::DateTime first = *base::parse_iso_date_time("2024-05-01T00:00:00Z");
  return base::format_date_time({first.ticks + seconds * base::ticks_per_second});
}

std::string json_of(const Alert& alert) {
  return json::to_text(json::Object{{"id", alert.id},
                                    {"severity", severities[alert.severity]},
                                    {"title", "t" + std::to_string(alert.title)},
                                    {"status", alert.resolved ? "resolved" : "new"},
                                    {"createdDateTime", time_text(alert.created)},
                                    {"detectorId", std::to_string(alert.revision)}});
}

// All that was ever written, by the number of its change.
class History {
 public:
  void add(int64_t sequence, const std::string& id, std::optional<Alert> alert) {
    auto& versions = written_[id];
    const bool is_known = !versions.empty() && versions.back().second;
    if (alert) alert->number = is_known ? versions.back().second->number : sequence;
    versions.emplace_back(sequence, std::move(alert));
    newest_ = sequence;
  }
  int64_t newest() const { return newest_; }
  std::vector<Alert> at(int64_t sequence) const {
    std::vector<Alert> out;
    for (const auto& [id, versions] : written_) {
      const auto later = std::upper_bound(versions.begin(), versions.end(), sequence,
                                          [](int64_t s, const auto& version) { return s < version.first; });
      if (later != versions.begin() && std::prev(later)->second) out.push_back(*std::prev(later)->second);
    }
    return out;
  }

 private:
  std::map<std::string, std::vector<std::pair<int64_t, std::optional<Alert>>>> written_;
  int64_t newest_ = 0;
};

struct Listing {
  const char* options;
  bool (*shows)(const Alert&);
  bool (*before)(const Alert&, const Alert&);
};

const Listing listings[] = {
    {"", [](const Alert&) { return true; },
     [](const Alert& a, const Alert& b) { return std::tuple(b.created, b.number) < std::tuple(a.created, a.number); }},
    {"&$orderby=severity%20desc,title", [](const Alert&) { return true; },
     [](const Alert& a, const Alert& b) {
       return std::tuple(-a.severity, a.title, -a.number) < std::tuple(-b.severity, b.title, -b.number);
     }},
    {"&$filter=severity%20ge%20'medium'&$orderby=createdDateTime", [](const Alert& a) { return a.severity >= 3; },
     [](const Alert& a, const Alert& b) { return std::tuple(a.created, a.number) < std::tuple(b.created, b.number); }},
    {"&$filter=status%20eq%20'new'%20and%20contains(title,'1')&$orderby=title%20desc",
     [](const Alert& a) { return !a.resolved && a.title == 1; },
     [](const Alert& a, const Alert& b) { return std::tuple(b.title, b.number) < std::tuple(a.title, a.number); }},
};

class Paging : public testing::Test {
 protected:
  Paging() {
    std::string pattern = (std::filesystem::temp_directory_path() / "paging_XXXXXX").string();
    folder_ = mkdtemp(pattern.data());
    store_ = store::open_sqlite_store(folder_ + "/entities.db", Service::collections(shipped_models()), clock_).value();
    service_ = std::make_unique<Service>(shipped_models(), *store_, clock_, test_behaviours());
    caller_.tenant_id = "t";
    caller_.roles = {"SecurityAlert.Read.All"};
  }
  ~Paging() override {
    store_.reset();
    std::filesystem::remove_all(folder_);
  }

  // One commit of a few entities: new, changed, moved in the order, deleted.
  void write(std::mt19937_64& random) {
    const std::scoped_lock lock(mutex_);
    store::Commit commit;
    std::vector<std::pair<std::string, std::optional<Alert>>> written;
    for (size_t count = 1 + random() % 4; count > 0; --count) {
      const std::string id = "a" + std::to_string(random() % ids_count);
      const auto same = [&](const auto& other) { return other.first == id; };
      if (std::any_of(written.begin(), written.end(), same)) continue;
      const Alert alert{id,
                        static_cast<int>(random() % 5),
                        static_cast<int>(random() % 4),
                        random() % 2 == 0,
                        static_cast<int64_t>(random() % 50),
                        ++revision_};
      const bool deleted = random() % 4 == 0 && there_.contains(id);
      commit.entities.push_back({"alerts", id, deleted ? std::nullopt : std::optional(json_of(alert)), -1});
      written.emplace_back(id, deleted ? std::nullopt : std::optional(alert));
      deleted ? (void)there_.erase(id) : (void)there_.insert(id);
    }
    int64_t sequence = store_->commit("t", commit).value() - static_cast<int64_t>(written.size());
    for (auto& [id, alert] : written) history_.add(++sequence, id, std::move(alert));
  }

  json::Object get(const std::string& target) {
    http::Request request;
    request.method = "GET";
    request.target = target.substr(target.find("/v1.0/"));
    const http::Response response = service_->handle(request, caller_);
    if (response.status != 200) ADD_FAILURE() << target << ": " << response.body;
    auto body = json::parse(response.body);
    return body ? std::move(body->get_object()) : json::Object();
  }

  static std::string link(const json::Object& page, std::string_view member) {
    const json::Value* value = page.if_contains(member);
    return value ? std::string(std::string_view(value->get_string())) : std::string();
  }

  // The change that the snapshot of a link's token was taken after.
  static int64_t snapshot_of(const std::string& next) {
    const auto token = base::decode_base64url(next.substr(next.rfind('=') + 1)).value_or("");
    const auto cursor = base::decode_base64url(token.substr(token.find(':') + 1)).value_or("[]");
    const auto parts = json::parse(cursor);
    return std::stoll(std::string(std::string_view(parts->get_array().at(1).get_string())));
  }

  void traverse(const Listing& listing, size_t top, std::mt19937_64& random) {
    int64_t least = 0, snapshot = 0;
    {
      const std::scoped_lock lock(mutex_);
      least = history_.newest();
    }
    std::string shown;
    std::string target =
        "/v1.0/security/alerts_v2?$count=true&$top=" + std::to_string(top) + "&$select=id,detectorId" + listing.options;
    std::vector<int64_t> counts;
    for (bool first = true; !target.empty(); first = false) {
      const json::Object page = get(target);
      target = link(page, "@odata.nextLink");
      if (first && target.empty()) return;  // all in one page
      if (first) snapshot = snapshot_of(target);
      counts.push_back(page.at("@odata.count").get_int64());
      for (const json::Value& alert : page.at("value").get_array())
        shown += std::string(json::find_string(alert, "id")) + ":" +
                 std::string(json::find_string(alert, "detectorId")) + " ";
      ++pages_;
      if (random() % 8 == 0) write(random);  // beside the writer, who may be slow
    }
    ++traversals_;
    const std::scoped_lock lock(mutex_);
    ASSERT_GE(snapshot, least);
    ASSERT_LE(snapshot, history_.newest());
    if (history_.newest() > snapshot) ++disturbed_;
    std::vector<Alert> wanted = history_.at(snapshot);
    std::erase_if(wanted, [&](const Alert& alert) { return !listing.shows(alert); });
    std::sort(wanted.begin(), wanted.end(), listing.before);
    std::string expected;
    for (const Alert& alert : wanted) expected += alert.id + ":" + std::to_string(alert.revision) + " ";
    ASSERT_EQ(shown, expected) << listing.options;
    for (const int64_t count : counts) ASSERT_EQ(count, static_cast<int64_t>(wanted.size()));
  }

  // A copy of the collection, or of what a filter shows of it.
  struct Copy {
    std::string link;
    bool (*shows)(const Alert&);
    std::map<std::string, std::string> revisions = {};
  };

  void follow(Copy& copy) {
    for (std::string next = copy.link; !next.empty();) {
      const json::Object page = get(next);
      for (const json::Value& alert : page.at("value").get_array()) {
        const std::string id(json::find_string(alert, "id"));
        if (json::find(alert, "@removed"))
          copy.revisions.erase(id);
        else
          copy.revisions[id] = json::find_string(alert, "detectorId");
      }
      next = link(page, "@odata.nextLink");
      if (next.empty()) copy.link = link(page, "@odata.deltaLink");
    }
    ++deltas_;
  }

  // While nothing is written, the copy has to be the collection.
  void compare(Copy& copy) {
    const std::scoped_lock lock(mutex_);
    follow(copy);
    std::map<std::string, std::string> wanted;
    for (const Alert& alert : history_.at(history_.newest()))
      if (copy.shows(alert)) wanted[alert.id] = std::to_string(alert.revision);
    ASSERT_EQ(copy.revisions, wanted);
    ++rounds_;
  }

  void read_all(int traversals) {
    std::mt19937_64 random(5);
    constexpr const char* delta = "/v1.0/security/alerts_v2/delta?$select=id,detectorId&$top=30";
    Copy copies[] = {{delta, [](const Alert&) { return true; }},
                     {std::string(delta) + "&$filter=severity%20ge%20'medium'%20and%20status%20eq%20'new'",
                      [](const Alert& a) { return a.severity >= 3 && !a.resolved; }}};
    while (traversals_ < traversals && !HasFailure()) {
      traverse(listings[random() % std::size(listings)], 5 + random() % 40, random);
      Copy& copy = copies[random() % 2];
      if (random() % 8 == 0) follow(copy);
      if (random() % 16 == 0) compare(copy);
      if (random() % 256 == 0 && &copy == copies) copy = {delta, copy.shows};  // onto an empty copy again
    }
  }

  std::string folder_;
  base::FixedClock clock_{*base::parse_iso_date_time("2024-05-10T00:00:00Z")};
  std::unique_ptr<store::EntityStore> store_;
  std::unique_ptr<Service> service_;
  Caller caller_;
  std::mutex mutex_;  // of what follows: the history is that of the store
  History history_;
  std::set<std::string> there_;
  int64_t revision_ = 0;
  int traversals_ = 0, disturbed_ = 0, pages_ = 0, deltas_ = 0, rounds_ = 0;
};

TEST_F(Paging, ShowsEachEntityOnceWhileOthersWrite) {
  const char* asked = std::getenv("VEDETTE_SOAK_PAGING");
  std::mt19937_64 random(3);
  for (int i = 0; i < 100; ++i) write(random);
  const auto begin = std::chrono::steady_clock::now();
  std::atomic<bool> done{false};
  std::thread writer([&] {
    while (!done) {
      write(random);
      std::this_thread::yield();
    }
  });
  read_all(asked ? std::atoi(asked) : 100);
  done = true;
  writer.join();
  EXPECT_GT(disturbed_, traversals_ / 4);
  const auto took = std::chrono::steady_clock::now() - begin;
  const auto ms = std::chrono::duration_cast<std::chrono::milliseconds>(took).count();
  if (asked && !HasFailure())
    std::printf(R"({"soak": "paging", "traversals": %d, "withWritesMeanwhile": %d, "pages": %d, "deltas": %d, )"
                R"("deltaRoundsCompared": %d, "changes": %lld, "differences": 0, "ms": %lld})"
                "\n",
                traversals_, disturbed_, pages_, deltas_, rounds_, static_cast<long long>(history_.newest()),
                static_cast<long long>(ms));
}

}  // namespace
}  // namespace vedette::odata
