// What another Vedette says of when users changed an alert counts, whichever way the alert comes.
#include "vedette/store/change_times.h"

#include "world.h"

namespace vedette::federation::test {
namespace {

constexpr const char* peer_alerts = R"(
source
| project providerAlertId = tostring(Record.id), title = "T", status = tostring(Record.status),
    assignedTo = tostring(Record.owner), lastUpdateDateTime = todatetime(Record.updated),
    additionalData = bag_pack("@vedette.changes", Record.changes)
)";

// It was changed as a whole after the user did so here, but its status before.
constexpr const char* first = R"({"id":"a","status":"new","owner":"","updated":"2026-05-01T10:00:00Z","changes":{}})";
constexpr const char* second =
    R"({"id":"a","status":"resolved","owner":"bo","updated":"2026-05-01T13:00:00Z","changes":{)"
    R"("status":{"at":"2026-05-01T11:00:00Z","by":"u"},"assignedTo":{"at":"2026-05-01T13:00:00Z","by":"u"}}})";

class ChangeTimes : public World {
 protected:
  void connect(const std::string& section, const std::map<std::string, std::string>& settings,
               const std::map<std::string, std::string>& secrets, const std::string& transport) {
    write_connector(
        "peer", {{"connector.toml", "vendor = \"V\"\nprovider = \"Peer\"\n" + section}, {"alerts.kql", peer_alerts}});
    const auto added = add("edr", "peer", settings, secrets, transport);
    ASSERT_TRUE(added) << added.error().message;
    start();
  }
  // As the API does it for a user.
  void set_status(const char* status) {
    json::Object document = alert("a");
    const auto version = store_->get("t", "alerts", of_alert("a", "id")).value()->version;
    document["status"] = status;
    store::set_change_time(document, "status", {clock_.now(), "t"});
    document["lastUpdateDateTime"] = base::format_date_time(clock_.now());
    store::Commit commit{{store::Actor::Kind::user, "ann"}, {}, {}};
    commit.entities.push_back({"alerts", of_alert("a", "id"), json::to_text(document), version});
    ASSERT_TRUE(store_->commit("t", commit));
  }
  void expect_united(const std::function<void(const std::string& line)>& bring) {
    bring(first);
    ASSERT_TRUE(eventually([&] { return !alert("a").empty(); })) << testing::PrintToString(problems());
    set_status("inProgress");
    bring(second);
    EXPECT_TRUE(eventually([&] { return of_alert("a", "assignedTo") == "bo"; }));
    EXPECT_EQ(of_alert("a", "status"), "inProgress");
    EXPECT_EQ(store::change_time(alert("a"), "assignedTo").by, "u");
    EXPECT_EQ(json::to_text(alert("a").at("additionalData")).find("changes"), std::string::npos);
  }
};

TEST_F(ChangeTimes, CountInFollowedFiles) {
  options_.tail_look = std::chrono::milliseconds(5);
  connect("[tail]\n", {{"path", folder_ + "/peer.log"}}, {}, "tail");
  expect_united([&](const std::string& line) { std::ofstream(folder_ + "/peer.log", std::ios::app) << line << "\n"; });
}

TEST_F(ChangeTimes, CountInPushedBodies) {
  connect("[push]\nsignature = \"X-Key\"\nalgorithm = \"none\"\n", {}, {{"signing_secret", "k"}}, "push");
  ASSERT_TRUE(eventually([&] { return federation_->takes_pushes("t", "edr"); }));
  expect_united([&](const std::string& line) {
    http::Request request;
    request.method = "POST";
    request.body = line;
    request.headers.set("X-Key", "k");
    const auto taken = federation_->push(
        "t", "edr", request,
        [](const http::Request& of) -> base::Result<ingest::Input> { return ingest::memory_input("body", of.body); });
    ASSERT_TRUE(taken) << taken.error().message;
  });
}

}  // namespace
}  // namespace vedette::federation::test
