// `vedette serve --demo`, asked as its users ask it.
#include <gmock/gmock.h>
#include <sys/stat.h>

#include <map>
#include <set>

#include "running_server.h"

namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using vedette::json::find;
using vedette::json::find_string;

const vedette::json::Array& values(const Answer& answer) {
  static const vedette::json::Array none;
  const auto* value = find(answer.json, "value");
  EXPECT_TRUE(value && value->is_array()) << answer.text;
  return value && value->is_array() ? value->get_array() : none;
}

class Demo : public testing::Test {
 protected:
  static void SetUpTestSuite() {
    folder_ = new TemporaryFolder;
    server_ = new RunningServer(*folder_ / "demo", {"--demo"});
  }
  static void TearDownTestSuite() {
    delete server_;
    delete folder_;
  }
  void SetUp() override { client.emplace(*server_, Credentials::from(read_text(server_->data() + "/demo.json"))); }

  std::string first_alert() {
    const auto alerts = client->get("/v1.0/security/alerts_v2?$top=1");
    return values(alerts).empty() ? "" : std::string(find_string(values(alerts).front(), "id"));
  }

  static TemporaryFolder* folder_;
  static RunningServer* server_;
  std::optional<ApiClient> client;
};

TemporaryFolder* Demo::folder_ = nullptr;
RunningServer* Demo::server_ = nullptr;

TEST_F(Demo, IsReadyAndKeepsItsSecretToItsUser) {
  for (const char* path : {"/healthz", "/readyz", "/metrics"})
    EXPECT_EQ(client->send("GET", path, "", {}).status, 200) << path;
  struct stat status {};
  ASSERT_EQ(stat((server_->data() + "/demo.json").c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 0777, 0600u);
  const auto credentials = Credentials::from(read_text(server_->data() + "/demo.json"));
  client->token();
  EXPECT_THAT(server_->log(), Not(HasSubstr(credentials.client_secret)));
  EXPECT_THAT(server_->log(), Not(HasSubstr(client->token())));
}

TEST_F(Demo, PagesThroughAlertsByLinks) {
  std::set<std::string> seen;
  std::string next = "/v1.0/security/alerts_v2?$top=7&$orderby=createdDateTime";
  int pages = 0;
  for (; !next.empty() && pages < 100; ++pages) {
    const auto page = client->get(next);
    ASSERT_EQ(page.status, 200) << page.text;
    for (const auto& alert : values(page))
      EXPECT_TRUE(seen.insert(std::string(find_string(alert, "id"))).second) << "twice: " << find_string(alert, "id");
    next = find_string(page.json, "@odata.nextLink");
  }
  const auto counted = client->get("/v1.0/security/alerts_v2/$count");
  EXPECT_EQ(std::to_string(seen.size()), counted.text);
  EXPECT_GT(pages, 2);
}

TEST_F(Demo, FiltersAlerts) {
  const auto all = client->get("/v1.0/security/alerts_v2?$top=1000");
  const auto high = client->get("/v1.0/security/alerts_v2?$top=1000&$filter=severity%20eq%20'high'&$count=true");
  ASSERT_EQ(high.status, 200) << high.text;
  EXPECT_THAT(values(high), Not(IsEmpty()));
  EXPECT_LT(values(high).size(), values(all).size());
  for (const auto& alert : values(high)) EXPECT_EQ(find_string(alert, "severity"), "high");
}

TEST_F(Demo, ShowsTheAttackAsOneIncident) {
  const auto incidents = client->get("/v1.0/security/incidents?$expand=alerts");
  ASSERT_EQ(incidents.status, 200) << incidents.text;
  std::map<size_t, int> incidents_by_size;
  for (const auto& incident : values(incidents)) ++incidents_by_size[find(incident, "alerts")->get_array().size()];
  ASSERT_FALSE(incidents_by_size.empty());
  const auto& [largest, count] = *incidents_by_size.rbegin();
  EXPECT_GE(largest, 8u);
  EXPECT_EQ(count, 1);
  EXPECT_GE(values(incidents).size(), 5u);
}

TEST_F(Demo, ChangesAnAlertAndAnIncident) {
  const auto id = first_alert();
  const auto patched =
      client->patch("/v1.0/security/alerts_v2/" + id, R"({"status":"inProgress","assignedTo":"ada@contoso.com"})");
  ASSERT_EQ(patched.status, 200) << patched.text;
  EXPECT_EQ(find_string(patched.json, "status"), "inProgress");
  const auto read = client->get("/beta/security/alerts_v2/" + id);
  EXPECT_EQ(find_string(read.json, "assignedTo"), "ada@contoso.com");
  const auto commented = client->post("/v1.0/security/alerts_v2/" + id + "/comments",
                                      R"({"@odata.type":"microsoft.graph.security.alertComment","comment":"looking"})");
  EXPECT_EQ(commented.status, 200) << commented.text;
  const auto incident = client->patch("/v1.0/security/incidents/1", R"({"classification":"TruePositive"})");
  ASSERT_EQ(incident.status, 200) << incident.text;
  EXPECT_EQ(find_string(incident.json, "classification"), "truePositive");
}

TEST_F(Demo, HuntsOverEventsAndAlerts) {
  for (const char* path :
       {"/v1.0/security/runHuntingQuery", "/beta/security/microsoft.graph.security.runHuntingQuery"}) {
    const auto answer = client->post(path, R"({"Query":"DeviceProcessEvents | count"})");
    ASSERT_EQ(answer.status, 200) << answer.text;
    EXPECT_THAT(answer.text, HasSubstr(R"("schema":[{"name":"Count","type":"Int64"}])"));
    EXPECT_THAT(answer.text, Not(HasSubstr(R"({"Count":0})")));
  }
  const auto evidence = client->hunt("AlertEvidence | summarize dcount(AlertId) by EntityType");
  ASSERT_EQ(evidence.status, 200) << evidence.text;
  EXPECT_THAT(find(evidence.json, "results")->get_array(), Not(IsEmpty()));
}

TEST_F(Demo, RefusesBadQueriesByPlaceAndName) {
  const auto unknown = client->hunt("DeviceProcessEvents\n| where FileNam == 'x'");
  EXPECT_EQ(unknown.status, 400);
  EXPECT_EQ(unknown.error_code(), "BadRequest");
  EXPECT_THAT(unknown.message(), HasSubstr("FileName"));
  EXPECT_THAT(unknown.text, HasSubstr("Line 2, column 9"));
  const auto filter = client->get("/v1.0/security/alerts_v2?$filter=severity%20eq");
  EXPECT_EQ(filter.status, 400);
  EXPECT_THAT(filter.message(), HasSubstr("position"));
  const auto property = client->get("/v1.0/security/alerts_v2?$filter=severty%20eq%20'high'");
  EXPECT_EQ(property.status, 400);
  EXPECT_THAT(property.message(), HasSubstr("severity"));
}

TEST_F(Demo, RefusesBadBodies) {
  const std::string alert = "/v1.0/security/alerts_v2/" + first_alert();
  const std::string deep(10'000, '[');
  for (const std::string& body : {std::string("{"), std::string("{\"status\":"), std::string("nonsense"), deep,
                                  "{\"customDetails\":" + deep + std::string(10'000, ']') + "}"}) {
    const auto answer = client->patch(alert, body);
    EXPECT_EQ(answer.status, 400) << body.substr(0, 40) << answer.text;
    EXPECT_EQ(answer.error_code(), "BadRequest");
  }
  const auto unknown = client->patch(alert, R"({"colour":"red"})");
  EXPECT_EQ(unknown.status, 400);
  EXPECT_THAT(unknown.message(), HasSubstr("colour"));
  EXPECT_EQ(client->patch(alert, R"({"title":"mine"})").status, 400);
  EXPECT_EQ(client->patch(alert, R"({"status":"sleeping"})").status, 400);
  EXPECT_EQ(client->patch(alert, "{\"assignedTo\":\"" + std::string(5 << 20, 'a') + "\"}").status, 413);
  EXPECT_EQ(client->call("PATCH", alert, "<a/>", {{"Content-Type", "text/xml"}}).status, 415);
  EXPECT_EQ(client->call("GET", alert, "", {{"X-Long", std::string(100'000, 'x')}}).status, 431);
}

TEST_F(Demo, RefusesTokensThatAreNone) {
  const std::string path = "/v1.0/security/alerts_v2";
  const auto nobody = client->send("GET", path, "", {});
  EXPECT_EQ(nobody.status, 401);
  EXPECT_EQ(nobody.error_code(), "InvalidAuthenticationToken");
  EXPECT_THAT(std::string(nobody.headers.get("WWW-Authenticate")), HasSubstr("Bearer"));
  const std::string token = client->token();
  const std::string unsigned_token = "eyJhbGciOiJub25lIiwidHlwIjoiSldUIn0" + token.substr(token.find('.'));
  std::string changed = token;
  changed[changed.find('.') + 10] ^= 1;
  for (const std::string& bad :
       {std::string("x"), std::string("a.b.c"), unsigned_token, changed, token.substr(0, token.rfind('.') + 1)})
    EXPECT_EQ(client->send("GET", path, "", {{"Authorization", "Bearer " + bad}}).status, 401) << bad;
}

// A tenant and an application made beside the running server; its token names no other tenant's entities.
TEST_F(Demo, KeepsTenantsApart) {
  const std::vector<std::string> data{"--data", server_->data()};
  const auto run = [&](std::vector<std::string> arguments) {
    arguments.insert(arguments.end(), data.begin(), data.end());
    return run_program(arguments, *folder_ / ".");
  };
  ASSERT_EQ(run({"tenant", "create", "--name", "fabrikam"}).status, 0);
  const auto made =
      run({"app", "create", "--tenant", "fabrikam", "--name", "soar", "--role", "SecurityAlert.Read.All"});
  ASSERT_EQ(made.status, 0) << made.err;
  ApiClient other(*server_, Credentials::from(made.out));
  EXPECT_THAT(values(other.get("/v1.0/security/alerts_v2")), IsEmpty());
  const std::string id = first_alert();
  std::string unknown = id;
  unknown.back() = unknown.back() == '0' ? '1' : '0';
  const auto foreign = other.get("/v1.0/security/alerts_v2/" + id);
  const auto absent = other.get("/v1.0/security/alerts_v2/" + unknown);
  EXPECT_EQ(foreign.status, 404) << foreign.text;
  EXPECT_EQ(absent.status, 404);
  EXPECT_EQ(foreign.error_code(), absent.error_code());
  const auto without_id = [](std::string text, const std::string& name) {
    if (const size_t at = text.find(name); at != std::string::npos) text.erase(at, name.size());
    return text;
  };
  EXPECT_EQ(without_id(foreign.message(), id), without_id(absent.message(), unknown));
  const auto forbidden = other.get("/v1.0/security/incidents");
  EXPECT_EQ(forbidden.status, 403);
  EXPECT_THAT(forbidden.message(), HasSubstr("SecurityIncident.Read.All"));
}

TEST_F(Demo, DescribesItself) {
  const auto metadata = client->send("GET", "/v1.0/$metadata", "", {});
  EXPECT_EQ(metadata.status, 200);
  EXPECT_THAT(metadata.text, HasSubstr("EntityContainer"));
  EXPECT_EQ(client->send("GET", "/nothing/here", "", {}).status, 404);
}

}  // namespace
