// What providers say of their incidents becomes attributes of the incident that holds their alerts, whichever comes
// first, and what users changed stays.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "../../store/store_in_front.h"
#include "vedette/base/clock.h"
#include "vedette/correlate/correlator.h"
#include "vedette/ingest/incident.h"
#include "vedette/resources/alerts/alert_sink.h"

namespace vedette::resources {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

constexpr const char* tenant = "t1";
const ingest::AlertOrigin origin{tenant, "P", *base::parse_iso_date_time("2024-03-10T00:00:00Z")};

class IncidentCopies : public testing::Test {
 protected:
  static json::Object alert(const std::string& name, const std::string& device, const std::string& incident = "") {
    json::Object row{{"providerAlertId", name},
                     {"title", name},
                     {"severity", "low"},
                     {"createdDateTime", "2024-03-09T00:00:00Z"},
                     {"evidence", json::Array{json::Object{{"@odata.type", "#microsoft.graph.security.deviceEvidence"},
                                                           {"hostName", device}}}}};
    auto made = ingest::normalize_alert(std::move(row), origin).value();
    if (!incident.empty()) made[ingest::incident_member] = incident;
    return made;
  }
  static json::Object incident(json::Object said, json::Array alerts = {}) {
    said["providerIncidentId"] = "i1";
    said["providerAlertIds"] = std::move(alerts);
    if (!said.contains("lastUpdateDateTime")) said["lastUpdateDateTime"] = "2024-03-09T10:00:00Z";
    return ingest::normalize_incident(std::move(said), origin).value();
  }
  void accept(std::vector<json::Object> alerts) {
    const auto done = make_alert_sink(*store, tenant, "p")->accept(std::move(alerts));
    ASSERT_TRUE(done) << done.error().message;
  }
  // A copy that is newer than alert()'s.
  static json::Object later(json::Object alert) {
    alert["lastUpdateDateTime"] = "2024-03-09T12:00:00.0000000Z";
    return alert;
  }
  std::vector<std::string> named() const { return store->state_names(tenant, "incidents.named.").value(); }
  void accept_incident(json::Object said, json::Array alerts = {}) {
    const auto done =
        make_alert_sink(*store, tenant, "p")->accept_incidents({incident(std::move(said), std::move(alerts))});
    ASSERT_TRUE(done) << done.error().message;
  }
  void correlate() { ASSERT_TRUE((*correlate::Correlator::create(*store, tenant, clock))->run()); }

  json::Value get(std::string_view collection, const std::string& id) const {
    const auto entity = store->get(tenant, collection, id).value();
    return entity ? *json::parse(entity->json) : json::Value();
  }
  std::string incident_of(const std::string& name) const {
    return std::string(json::find_string(get("alerts", ingest::alert_id(tenant, "P", name)), "incidentId"));
  }
  std::string says(const std::string& id, std::string_view member) const {
    return std::string(json::find_string(get("incidents", id), member));
  }
  void user_changes(const std::string& id, json::Object members) {
    json::Object document = get("incidents", id).as_object();
    for (const auto& member : members) document[member.key()] = member.value();
    document["lastModifiedBy"] = "ana";
    store::Commit commit;
    commit.entities.push_back({"incidents", id, json::to_text(document), store::any_version});
    ASSERT_TRUE(store->commit(tenant, commit));
  }

  base::FixedClock clock{origin.now};
  const std::unique_ptr<store::EntityStore> store =
      store::make_memory_store({{"alerts", {}}, {"incidents", {}}, {"incidentLinks", {}}}, clock);
  store::StoreInFront busy{*store};
};

TEST_F(IncidentCopies, WithoutAlertsAreAnIncidentWithout) {
  accept_incident({{"displayName", "Theft"}, {"status", "resolved"}, {"customTags", json::Array{"a"}}});
  correlate();
  EXPECT_EQ(says("1", "displayName"), "Theft");
  EXPECT_EQ(says("1", "status"), "resolved");
  EXPECT_EQ(says("1", "severity"), "unknown");
  EXPECT_EQ(says("1", "lastUpdateDateTime"), "2024-03-10T00:00:00.0000000Z");
  const int64_t before = store->newest_sequence(tenant).value();
  accept_incident({{"displayName", "Theft"}, {"status", "resolved"}, {"customTags", json::Array{"a"}}});
  EXPECT_EQ(store->newest_sequence(tenant).value(), before) << "nothing new";
}

TEST_F(IncidentCopies, NameAlertsThatAreHere) {
  accept({alert("a", "ws1"), alert("b", "ws2"), alert("c", "ws3")});
  correlate();
  accept_incident({{"displayName", "Theft"}, {"severity", "high"}}, {"b", "c"});
  EXPECT_EQ(incident_of("b"), "2");
  EXPECT_EQ(incident_of("c"), "2");
  EXPECT_EQ(says("3", "status"), "redirected");
  EXPECT_EQ(says("2", "displayName"), "Theft");
  correlate();
  EXPECT_EQ(says("2", "displayName"), "Theft") << "what is said is not derived again";
  EXPECT_EQ(says("2", "severity"), "high");
  EXPECT_EQ(incident_of("a"), "1");
}

TEST_F(IncidentCopies, NameAlertsThatComeLater) {
  accept_incident({{"displayName", "Theft"}}, {"a"});
  accept({alert("a", "ws1"), alert("b", "ws1"), alert("c", "ws2")});
  correlate();
  EXPECT_EQ(incident_of("a"), "1");
  EXPECT_EQ(incident_of("b"), "1") << "alerts of the incident link as others do";
  EXPECT_NE(incident_of("c"), "1");
  EXPECT_EQ(says("1", "displayName"), "Theft");
  EXPECT_EQ(says("1", "severity"), "low") << "of what is not said, what the alerts say";
  EXPECT_THAT(store->state_names(tenant, "incidents.waiting.").value(), IsEmpty());
}

TEST_F(IncidentCopies, AreNamedByAlerts) {
  accept({alert("a", "ws1", "i1"), alert("b", "ws2", "i1")});
  correlate();
  accept_incident({{"displayName", "Theft"}});
  EXPECT_EQ(incident_of("b"), "1");
  EXPECT_EQ(says("1", "displayName"), "Theft");
  EXPECT_THAT(store->state_names(tenant, "incidents.named.").value(), IsEmpty());
  accept({alert("c", "ws3", "i1")});
  EXPECT_EQ(incident_of("c"), "1");
}

TEST_F(IncidentCopies, AreNamedByAlertsThatWereHereBefore) {
  accept({alert("a", "ws1"), alert("b", "ws2"), alert("c", "ws3")});
  correlate();
  accept({later(alert("a", "ws1", "i1"))});
  EXPECT_EQ(named().size(), 1u);
  accept_incident({{"displayName", "Theft"}});
  EXPECT_EQ(says(incident_of("a"), "displayName"), "Theft");
  accept({later(alert("b", "ws2", "i1"))});
  EXPECT_EQ(incident_of("b"), incident_of("a"));
  EXPECT_NE(incident_of("c"), incident_of("a"));
  EXPECT_EQ(says(incident_of("a"), "displayName"), "Theft");
  EXPECT_THAT(named(), IsEmpty());
  const int64_t before = store->newest_sequence(tenant).value();
  accept({later(alert("b", "ws2", "i1"))});
  EXPECT_EQ(store->newest_sequence(tenant).value(), before) << "nothing new";
}

TEST_F(IncidentCopies, AreNamedByMoreAlertsThanACommitTakes) {
  std::vector<json::Object> many;
  for (size_t i = 0; i < 2 * ingest::incident_alerts_max + 1; ++i)
    many.push_back(alert("a" + std::to_string(i), "ws", "i1"));
  accept(std::move(many));
  accept_incident({{"displayName", "Theft"}});
  EXPECT_EQ(incident_of("a0"), "1");
  EXPECT_EQ(incident_of("a2000"), "1");
  EXPECT_THAT(named(), IsEmpty());
}

TEST_F(IncidentCopies, AreNamedWhileTheyAreWritten) {
  busy.before_next_commits = {[&] {
    accept_incident({{"displayName", "Theft"}});
    return base::Status();
  }};
  ASSERT_TRUE(make_alert_sink(busy, tenant, "p")->accept({alert("a", "ws1", "i1")}));
  EXPECT_EQ(incident_of("a"), "1");
  EXPECT_THAT(named(), IsEmpty());
}

TEST_F(IncidentCopies, AreWrittenWhileTheyAreNamed) {
  busy.before_next_commits = {[&] {
    accept({alert("a", "ws1", "i1")});
    return base::Status();
  }};
  ASSERT_TRUE(make_alert_sink(busy, tenant, "p")->accept_incidents({incident({{"displayName", "Theft"}})}));
  EXPECT_EQ(incident_of("a"), "1");
  EXPECT_THAT(named(), IsEmpty());
}

TEST_F(IncidentCopies, LeaveWhatAUserChangedLater) {
  accept_incident({{"status", "active"}, {"assignedTo", "eva"}});
  user_changes("1", {{"status", "resolved"}, {"lastUpdateDateTime", "2024-03-11T00:00:00Z"}});
  accept_incident({{"status", "inProgress"}, {"assignedTo", "eva"}, {"lastUpdateDateTime", "2024-03-10T12:00:00Z"}});
  EXPECT_EQ(says("1", "status"), "resolved");
  accept_incident({{"status", "active"}, {"assignedTo", "eva"}, {"lastUpdateDateTime", "2024-03-12T00:00:00Z"}});
  EXPECT_EQ(says("1", "status"), "active");
  user_changes("1", {{"assignedTo", "ana"}, {"lastUpdateDateTime", "2024-03-11T00:00:00Z"}});
  accept_incident({{"status", "active"}, {"assignedTo", "eva"}, {"lastUpdateDateTime", "2024-03-13T00:00:00Z"}});
  EXPECT_EQ(says("1", "assignedTo"), "ana") << "the provider says nothing new";
  accept_incident({{"status", "resolved"}, {"lastUpdateDateTime", "2024-03-01T00:00:00Z"}});
  EXPECT_EQ(says("1", "status"), "active") << "an older copy";
}

TEST_F(IncidentCopies, TagsUnite) {
  accept_incident({{"customTags", json::Array{"a"}}});
  user_changes("1", {{"customTags", json::Array{"b"}}});
  accept_incident({{"customTags", json::Array{"c"}}, {"lastUpdateDateTime", "2024-03-12T00:00:00Z"}});
  const json::Value incident = get("incidents", "1");
  EXPECT_THAT(json::find(incident, "customTags")->as_array(), ElementsAre(json::Value("b"), json::Value("c")));
}

TEST_F(IncidentCopies, NamesTooManyAlerts) {
  json::Array many;
  for (size_t i = 0; i <= ingest::incident_alerts_max; ++i) many.emplace_back(std::to_string(i));
  const auto made =
      ingest::normalize_incident({{"providerIncidentId", "i"}, {"providerAlertIds", std::move(many)}}, origin);
  ASSERT_FALSE(made);
  EXPECT_EQ(made.error().message, "The incident names 1001 alerts; the most is 1000.");
}

}  // namespace
}  // namespace vedette::resources
