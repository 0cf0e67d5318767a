// The action runHuntingQuery over a tenant's events and alerts.
#include <gtest/gtest.h>

#include "vedette/resources/hunting/behaviours.h"
#include "vedette/resources/hunting/hunting.h"
#include "vedette/tables/declaration.h"
#include "vedette/tables/event_store.h"

namespace vedette::resources {
namespace {

const edm::Model& model() {
  static const auto loaded = edm::Model::load(edm::embedded_model(), "v1.0").value();
  return *loaded;
}

constexpr std::string_view stored_alert = R"({"id":"a1","title":"Mimikatz","category":"CredentialAccess",
  "severity":"high","serviceSource":"unknown","productName":"Wazuh","detectionSource":"antivirus",
  "mitreTechniques":["T1003.001"],"createdDateTime":"2024-03-30T08:00:00.0000000Z","threatFamilyName":"Mimi",
  "evidence":[
    {"@odata.type":"#microsoft.graph.security.deviceEvidence","roles":["compromised"],"mdeDeviceId":"d1",
     "deviceDnsName":"WS01.contoso.com","lastIpAddress":"10.0.0.5"},
    {"@odata.type":"#microsoft.graph.security.processEvidence","roles":[],"processCommandLine":"mimikatz.exe x",
     "imageFile":{"fileName":"mimikatz.exe","filePath":"C:\\Temp","sha256":"ab","fileSize":1234},
     "userAccount":{"accountName":"alice","domainName":"CONTOSO","userSid":"S-1-5-21-1"}},
    {"@odata.type":"#microsoft.graph.security.ipEvidence","roles":["destination"],"ipAddress":"198.51.100.7"},
    {"@odata.type":"#microsoft.graph.security.urlEvidence","roles":[],"url":"https://evil.example/x"}]})";

class RunHuntingQuery : public testing::Test {
 protected:
  RunHuntingQuery() {
    caller.tenant_id = "t1";
    caller.app_id = "app-1";
    put("t1", "a1", std::string(stored_alert));
    put("t1", "a2", R"({"id":"a2","title":"Old","createdDateTime":"2024-01-01T00:00:00Z","evidence":[]})");
    put("t2", "b1", R"({"id":"b1","title":"Of others","createdDateTime":"2024-03-30T08:00:00Z"})");
  }
  void put(const char* tenant, const char* id, std::string json) {
    store::Commit commit;
    commit.entities.push_back({"alerts", id, std::move(json), store::any_version});
    ASSERT_TRUE(store.commit(tenant, commit));
  }
  // The answer's text, or "code target: message".
  std::string run(std::string_view query, std::string_view timespan = "", std::string context_url = "") {
    odata::Context context{model(), caller, request, store, now, "", std::move(context_url)};
    json::Object parameters{{"query", query}};
    if (!timespan.empty()) parameters["timespan"] = timespan;
    HuntingDependencies dependencies;
    dependencies.event_tables = [this](std::string_view tenant) {
      asked_for = tenant;
      return base::Result<std::shared_ptr<const kql::Catalog>>(tables::empty_snapshot());
    };
    const auto rows = hunting_behaviours(dependencies).operations;
    auto result = rows.at(0).run(parameters, context);
    if (!result)
      return std::string(base::to_string(result.error().code)) + " " + result.error().target + ": " +
             result.error().message;
    EXPECT_FALSE(result->value);
    std::string text;
    while (auto chunk = result->stream->next_chunk().value()) text += *chunk;
    return text;
  }
  // The results without the schema.
  std::string rows(std::string_view query, std::string_view timespan = "") {
    const std::string text = run(query, timespan);
    const size_t results = text.find(R"("results":)");
    return results == text.npos ? text : text.substr(results + 10, text.size() - results - 11);
  }

  const base::DateTime now = *base::parse_iso_date_time("2024-03-31T12:00:00Z");
  base::FixedClock clock{now};
  const std::unique_ptr<store::EntityStore> memory = store::make_memory_store({{"alerts", {}}}, clock);
  store::EntityStore& store = *memory;
  odata::Caller caller;
  http::Request request;
  std::string asked_for;
};

TEST_F(RunHuntingQuery, AnswersWithContextSchemaAndResults) {
  EXPECT_EQ(run("print x = 1", "", "https://host/v1.0/$metadata#microsoft.graph.security.huntingQueryResults"),
            R"({"@odata.context":"https://host/v1.0/$metadata#microsoft.graph.security.huntingQueryResults",)"
            R"("schema":[{"name":"x","type":"Int64"}],"results":[{"x":1}]})");
  EXPECT_EQ(run("print x = 1"), R"({"schema":[{"name":"x","type":"Int64"}],"results":[{"x":1}]})");
  EXPECT_EQ(asked_for, "t1");
}

TEST_F(RunHuntingQuery, SeesTheTenantsAlertsInTheWindow) {
  EXPECT_EQ(rows("AlertInfo"),
            R"([{"Timestamp":"2024-03-30T08:00:00.0000000Z","AlertId":"a1","Title":"Mimikatz",)"
            R"("Category":"CredentialAccess","Severity":"high","ServiceSource":"Wazuh","DetectionSource":"antivirus",)"
            R"("AttackTechniques":"[\"T1003.001\"]"}])");
  EXPECT_EQ(rows("AlertInfo | count"), R"([{"Count":1}])");
  EXPECT_EQ(rows("AlertInfo | sort by AlertId asc | project AlertId", "P120D"),
            R"([{"AlertId":"a1"},{"AlertId":"a2"}])");
  EXPECT_EQ(rows("AlertInfo | project AlertId", "2023-12-01/2024-02-01"), R"([{"AlertId":"a2"}])");
  caller.tenant_id = "t2";
  EXPECT_EQ(rows("AlertInfo | project AlertId"), R"([{"AlertId":"b1"}])");
  EXPECT_EQ(rows("AlertEvidence"), "[]");
}

TEST_F(RunHuntingQuery, SeesEvidenceByEntity) {
  EXPECT_EQ(
      rows("AlertEvidence | project EntityType, EvidenceRole, EvidenceDirection, DeviceName, FileName, FileSize, "
           "AccountName, RemoteIP, RemoteUrl"),
      R"([{"EntityType":"Machine","EvidenceRole":"Impacted","EvidenceDirection":"","DeviceName":"ws01.contoso.com",)"
      R"("FileName":"","FileSize":null,"AccountName":"","RemoteIP":"","RemoteUrl":""},)"
      R"({"EntityType":"Process","EvidenceRole":"Related","EvidenceDirection":"","DeviceName":"",)"
      R"("FileName":"mimikatz.exe","FileSize":1234,"AccountName":"alice","RemoteIP":"","RemoteUrl":""},)"
      R"({"EntityType":"Ip","EvidenceRole":"Related","EvidenceDirection":"Destination","DeviceName":"",)"
      R"("FileName":"","FileSize":null,"AccountName":"","RemoteIP":"198.51.100.7","RemoteUrl":""},)"
      R"({"EntityType":"Url","EvidenceRole":"Related","EvidenceDirection":"","DeviceName":"",)"
      R"("FileName":"","FileSize":null,"AccountName":"","RemoteIP":"","RemoteUrl":"https://evil.example/x"}])");
  EXPECT_EQ(rows("AlertInfo | join kind=inner AlertEvidence on AlertId | where EntityType == 'Process' | "
                 "project Title, ProcessCommandLine, Categories"),
            R"([{"Title":"Mimikatz","ProcessCommandLine":"mimikatz.exe x","Categories":"[\"CredentialAccess\"]"}])");
}

TEST_F(RunHuntingQuery, ViewsHaveTheDeclaredColumns) {
  const auto views = with_alert_views(tables::empty_snapshot(), {std::shared_ptr<void>(), &store}, "t1");
  for (const char* name : {"AlertInfo", "AlertEvidence"}) {
    const auto view = views->find(name);
    ASSERT_TRUE(view) << name;
    const auto& declared = tables::find_declaration(name)->schema;
    ASSERT_EQ(view->schema().size(), declared.size()) << name;
    for (size_t i = 0; i < declared.size(); ++i) {
      EXPECT_EQ(view->schema()[i].name, declared[i].name);
      EXPECT_EQ(view->schema()[i].type, declared[i].type) << declared[i].name;
    }
  }
}

TEST_F(RunHuntingQuery, SeesAnAlertAsItIsNow) {
  for (int i = 0; i < 250; ++i)
    put("t1", ("c" + std::to_string(i)).c_str(),
        R"({"id":"c","title":"many","createdDateTime":"2024-03-30T08:00:00Z"})");
  EXPECT_EQ(rows("AlertInfo | summarize count() by Title | sort by Title asc"),
            R"([{"Title":"Mimikatz","count_":1},{"Title":"many","count_":250}])");
  put("t1", "a1", R"({"id":"a1","title":"Renamed","createdDateTime":"2024-03-30T08:00:00Z"})");
  EXPECT_EQ(rows("AlertInfo | where AlertId == 'a1' | project Title"), R"([{"Title":"Renamed"}])");
}

TEST_F(RunHuntingQuery, ChargesAlertsToTheQuery) {
  put("t1", "a3",
      R"({"id":"a3","createdDateTime":"2024-03-30T08:00:00Z","description":")" + std::string(1 << 20, 'x') + "\"}");
  const std::shared_ptr<const store::EntityStore> alerts(std::shared_ptr<void>(), &store);
  const auto tables = with_alert_views(tables::empty_snapshot(), alerts, "t1");
  HuntingOptions options;
  options.now = now;
  EXPECT_TRUE(run_hunting_query("AlertInfo | count", *tables, options));
  options.memory_bytes_max = 1 << 20;
  const auto refused = run_hunting_query("AlertInfo | count", *tables, options);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().message,
            "The query needs more memory than the limit of 1048576 bytes (in AlertInfo and AlertEvidence).");
}

TEST_F(RunHuntingQuery, RunsAFewAtOnce) {
  odata::Context context{model(), caller, request, store, now, "", ""};
  const json::Object parameters{{"query", "print 1"}};
  HuntingDependencies dependencies;
  dependencies.queries_max = 2;
  std::vector<odata::OperationBehaviour> operations;
  std::vector<std::string> refusals;
  // Asks again while it is asked.
  dependencies.event_tables = [&](std::string_view) -> base::Result<std::shared_ptr<const kql::Catalog>> {
    const auto inner = operations.at(0).run(parameters, context);
    if (!inner) refusals.push_back(inner.error().message + " " + std::to_string(inner.error().retry_after_s));
    return std::shared_ptr<const kql::Catalog>(tables::empty_snapshot());
  };
  operations = hunting_behaviours(dependencies).operations;
  for (int i = 0; i < 2; ++i) EXPECT_TRUE(operations.at(0).run(parameters, context));
  EXPECT_EQ(refusals, std::vector<std::string>(2,
                                               "2 hunting queries are running, the most at once. Send the request "
                                               "again. 1"));
}

TEST_F(RunHuntingQuery, SaysWhereAQueryIsWrong) {
  const std::string unknown = run("DeviceInfo\n| where DeviceNam == 'x'");
  EXPECT_TRUE(unknown.starts_with("semantic_error query: Line 2, column 9: ")) << unknown;
  EXPECT_NE(unknown.find("DeviceName"), std::string::npos) << unknown;
  const std::string table = run("AlertInf | take 1");
  EXPECT_TRUE(table.starts_with("semantic_error query: Line 1, column 1: ")) << table;
  EXPECT_NE(table.find("AlertInfo"), std::string::npos) << table;
  EXPECT_TRUE(run("AlertInfo | where (").starts_with("syntax_error query: Line 1, column "))
      << run("AlertInfo | where (");
  EXPECT_TRUE(run("AlertInfo", "soon").starts_with("bad_request Timespan: ")) << run("AlertInfo", "soon");
}

}  // namespace
}  // namespace vedette::resources
