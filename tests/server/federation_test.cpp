// Two running Vedettes, one of which has the other as a provider: they agree on alerts, whoever changes them, and also
// when one is killed.
#include <gmock/gmock.h>
#include <sys/stat.h>

#include <map>
#include <mutex>
#include <random>
#include <set>

#include "../eventually.h"
#include "free_address.h"
#include "running_server.h"

namespace {

using ::testing::HasSubstr;
using ::testing::Not;
using vedette::json::find;
using vedette::json::find_string;
using vedette::json::Object;
using vedette::json::to_text;
using vedette::test::eventually;

constexpr std::chrono::milliseconds between_requests{200};

// What of an alert both sides must agree on, by the alert's name at the provider.
using Alerts = std::map<std::string, std::string>;

std::vector<vedette::json::Value> all_alerts(ApiClient& client) {
  std::vector<vedette::json::Value> alerts;
  for (std::string path = "/v1.0/security/alerts_v2?$top=200"; !path.empty();) {
    const Answer page = client.get(path);
    EXPECT_EQ(page.status, 200) << page.text;
    const auto* values = find(page.json, "value");
    if (!values) break;
    for (const auto& alert : values->get_array()) alerts.push_back(alert);
    path = find_string(page.json, "@odata.nextLink");
  }
  return alerts;
}

Alerts agreed(ApiClient& client) {
  Alerts out;
  for (const auto& alert : all_alerts(client)) {
    std::string text;
    for (const char* name : {"status", "classification", "determination", "assignedTo"})
      text += std::string(name) + "=" + std::string(find_string(alert, name)) + " ";
    std::multiset<std::string> comments;
    for (const auto& comment : find(alert, "comments")->get_array()) comments.emplace(find_string(comment, "comment"));
    for (const auto& comment : comments) text += "[" + comment + "]";
    out[std::string(find_string(alert, "providerAlertId"))] = text;
  }
  return out;
}

class Federation : public testing::Test {
 protected:
  Federation() : provider_(folder_ / "provider", {"--demo"}, free_address()) {
    credentials_ = Credentials::from(read_text(provider_.data() + "/demo.json"));
    std::ofstream(folder_ / "outbound.toml") << "[connectors]\nallowed_ranges = [\"127.0.0.0/8\"]\nallow_http = true\n";
    std::ofstream(folder_ / "secret") << credentials_.client_secret << "\n";
    const auto made =
        run_program({"app", "create", "--name", "soc", "--role", "SecurityAlert.ReadWrite.All", "--role",
                     "SecurityEvents.Read.All", "--role", "Vedette.Operations.Read.All", "--data", data()},
                    folder_ / ".");
    EXPECT_EQ(made.status, 0) << made.err;
    own_ = Credentials::from(made.out);
    const auto added =
        run_program({"connector", "add", "head-office", "--connector", "microsoft-graph", "--data", data(), "--set",
                     "base_url=" + provider_.base_url(), "--set",
                     "token_url=" + provider_.base_url() + "/" + credentials_.tenant_id + "/oauth2/v2.0/token", "--set",
                     "client_id=" + credentials_.client_id, "--set", "interval_seconds=1", "--live", "--secret",
                     "client_secret=@" + (folder_ / "secret")},
                    folder_ / ".");
    EXPECT_EQ(added.status, 0) << added.err;
    EXPECT_THAT(added.out, HasSubstr("\"transport\":\"poll\""));
  }
  std::string data() const { return folder_ / "own/data"; }
  std::vector<std::string> arguments() const { return {"--config", folder_ / "outbound.toml"}; }

  TemporaryFolder folder_;
  RunningServer provider_;
  Credentials credentials_, own_;
};

TEST_F(Federation, AgreesWhoeverChanges) {
  RunningServer server(folder_ / "own", arguments());
  ApiClient there(provider_, credentials_);
  auto here = std::make_unique<ApiClient>(server, own_);
  const size_t count = agreed(there).size();
  ASSERT_GT(count, 5u);
  ASSERT_TRUE(eventually([&] { return agreed(*here).size() == count; }, std::chrono::seconds(30), between_requests))
      << here->get("/vedette/connectors").text;
  EXPECT_EQ(agreed(*here), agreed(there));

  std::mt19937 random(7);
  const auto pick = [&](std::initializer_list<const char*> words) {
    return *(words.begin() + random() % words.size());
  };
  const auto change = [&](ApiClient& client, int number) {
    const auto alerts = all_alerts(client);
    ASSERT_FALSE(alerts.empty());
    const std::string path =
        "/v1.0/security/alerts_v2/" + std::string(find_string(alerts[random() % alerts.size()], "id"));
    Answer answer;
    switch (random() % 4) {
      case 0:
        answer = client.patch(path, to_text(Object{{"status", pick({"new", "inProgress", "resolved"})}}));
        break;
      case 1:
        answer = client.patch(path, to_text(Object{{"assignedTo", "analyst" + std::to_string(number)},
                                                   {"classification", pick({"truePositive", "falsePositive"})}}));
        break;
      case 2:
        answer = client.patch(path, to_text(Object{{"determination", pick({"malware", "phishing", "other"})}}));
        break;
      default:
        answer =
            client.post(path + "/comments", to_text(Object{{"@odata.type", "microsoft.graph.security.alertComment"},
                                                           {"comment", "note " + std::to_string(number)}}));
    }
    ASSERT_LT(answer.status, 300) << answer.text;
  };
  for (int i = 0; i < 120; ++i) {
    change(i % 2 == 0 ? *here : there, i);
    if (i == 40) server.stop(SIGKILL), server.start(), here = std::make_unique<ApiClient>(server, own_);
    if (i == 80) provider_.stop(SIGKILL), provider_.start();
  }
  const auto settled = [&] {
    const Answer open = here->get("/vedette/writeBacks?$filter=state%20ne%20'synchronized'&$count=true");
    return find(open.json, "value") && find(open.json, "value")->get_array().empty();
  };
  EXPECT_TRUE(eventually([&] { return settled() && agreed(*here) == agreed(there); }, std::chrono::seconds(60),
                         between_requests))
      << here->get("/vedette/writeBacks?$filter=state%20ne%20'synchronized'").text
      << here->get("/vedette/connectors").text;
  EXPECT_EQ(agreed(*here), agreed(there));
  EXPECT_EQ(agreed(*here).size(), count);
}

TEST_F(Federation, KeepsItsSecretsAndSaysHowItFares) {
  RunningServer server(folder_ / "own", arguments());
  ApiClient here(server, own_);
  ASSERT_TRUE(eventually(
      [&] { return here.get("/vedette/connectors/head-office").text.find("\"healthy\"") != std::string::npos; },
      std::chrono::seconds(30), between_requests));
  const auto status = run_program({"connector", "status", "head-office", "--data", data()}, folder_ / ".");
  EXPECT_EQ(status.status, 0) << status.err;
  EXPECT_THAT(status.out, HasSubstr("\"health\":\"healthy\""));
  EXPECT_EQ(here.get("/v1.0/security/alerts?$top=5").status, 200);
  provider_.stop(SIGKILL);
  ASSERT_TRUE(eventually(
      [&] { return here.get("/vedette/connectors/head-office").text.find("\"failing\"") != std::string::npos; },
      std::chrono::seconds(30), between_requests));
  EXPECT_THAT(here.get("/vedette/connectors/head-office").text, HasSubstr("No answer from"));
  EXPECT_THAT(server.log(), HasSubstr("connector_failed"));
  EXPECT_THAT(here.get("/metrics").text, HasSubstr("vedette_connectors{state=\"failing\"} 1"));
  const Answer aggregated = here.get("/v1.0/security/alerts?$top=5");
  EXPECT_EQ(aggregated.status, 206);
  EXPECT_THAT(std::string(aggregated.headers.get("Warning")), HasSubstr("199 - \"Microsoft/Microsoft Graph/502/"));
  EXPECT_EQ(find(aggregated.json, "value")->get_array().size(), 5u);
  server.stop(SIGTERM);
  for (const auto& file : std::filesystem::recursive_directory_iterator(folder_ / "own")) {
    if (!file.is_regular_file()) continue;
    EXPECT_THAT(read_text(file.path()), Not(HasSubstr(credentials_.client_secret))) << file.path();
  }
  struct stat key {};
  ASSERT_EQ(::stat((data() + "/secrets.key").c_str(), &key), 0);
  EXPECT_EQ(key.st_mode & 0777, 0600u);
}

// Six listings ask providers at once; a provider that hangs keeps them.
TEST_F(Federation, AsksProvidersForSoManyListingsAtOnce) {
  constexpr int live_asks_max = 6;
  RunningServer server(folder_ / "own", arguments());
  ApiClient first(server, own_);
  ASSERT_TRUE(eventually(
      [&] { return first.get("/vedette/connectors/head-office").text.find("\"healthy\"") != std::string::npos; },
      std::chrono::seconds(30), between_requests));
  provider_.send(SIGSTOP);
  std::mutex mutex;
  std::vector<std::string> warnings;
  {
    std::vector<std::jthread> listings;
    for (int i = 0; i <= live_asks_max; ++i)
      listings.emplace_back([&] {
        ApiClient client(server, own_);
        const Answer answer = client.get("/v1.0/security/alerts?$top=1");
        const std::scoped_lock lock(mutex);
        EXPECT_EQ(answer.status, 206);
        warnings.emplace_back(answer.headers.get("Warning"));
      });
  }
  provider_.send(SIGCONT);
  EXPECT_EQ(std::count(warnings.begin(), warnings.end(), "199 - \"Vedette/Vedette/429/0\""), 1)
      << testing::PrintToString(warnings);
}

TEST(ConnectorCommands, WriteTestAndSetUpOneWithoutBuilding) {
  const TemporaryFolder folder;
  const auto run = [&](std::vector<std::string> arguments) {
    arguments.insert(arguments.begin(), "connector");
    return run_program(arguments, folder / ".");
  };
  const std::string data = folder / "data";
  const auto made = run({"new", "acme-edr", "--data", data});
  EXPECT_EQ(made.status, 0) << made.err;
  EXPECT_THAT(made.out, HasSubstr("acme-edr/connector.toml"));
  EXPECT_EQ(run({"new", "acme-edr", "--data", data}).status, 1);
  EXPECT_THAT(run({"new", "Acme EDR", "--data", data}).err, HasSubstr("no name"));
  const std::string own = data + "/connectors/acme-edr";
  EXPECT_THAT(run({"test", own}).err, HasSubstr("first.out.json"));
  EXPECT_EQ(run({"test", own, "--bless"}).status, 0);
  EXPECT_THAT(run({"test", own}).out,
              AllOf(HasSubstr("first.in.json"), HasSubstr("ok       " + own + "/tests/first.exchange.json")));
  std::ofstream(own + "/tests/second.exchange.json")
      << R"({"now":"2024-01-02T00:00:00Z","settings":{"base_url":"{server}"},"secrets":{"api_key":"k"},"steps":[)"
      << R"({"poll":"x","exchange":[{"request":"GET /other"}]}]})";
  EXPECT_THAT(run({"test", own}).err, AllOf(HasSubstr("FAILED   " + own + "/tests/second.exchange.json"),
                                            HasSubstr("instead of 'GET /other'")));
  std::filesystem::remove(own + "/tests/second.exchange.json");
  EXPECT_THAT(run({"list", "--data", data}).out, HasSubstr("\"acme-edr\""));
  EXPECT_THAT(run({"add", "edr", "--connector", "acme-edr", "--data", data}).err, HasSubstr("is missing"));
  EXPECT_THAT(run({"add", "edr", "--connector", "acme-edr", "--data", data, "--set", "base_url=https://x.example",
                   "--secret", "api_key=123"})
                  .err,
              HasSubstr("@FILE"));
  std::ofstream(folder / "key") << "k-123\n";
  const auto added = run({"add", "edr", "--connector", "acme-edr", "--data", data, "--set",
                          "base_url=https://x.example", "--secret", "api_key=@" + (folder / "key")});
  EXPECT_EQ(added.status, 0) << added.err;
  EXPECT_THAT(run({"status", "--data", data}).out, HasSubstr("\"health\":\"starting\""));
  EXPECT_THAT(run({"status", "other", "--data", data}).err, HasSubstr("no connector 'other'"));
  const auto pushing = run({"add", "firewall", "--connector", "openc2", "--data", data, "--set",
                            "base_url=https://fw.example", "--secret", "api_token=@" + (folder / "key")});
  EXPECT_THAT(pushing.out, HasSubstr("\"transport\":\"actions\"")) << pushing.err;
  EXPECT_EQ(run({"remove", "firewall", "--data", data}).status, 0);
  EXPECT_EQ(run({"remove", "edr", "--data", data}).status, 0);
  EXPECT_EQ(run({"status", "--data", data}).out, "[]\n");
  EXPECT_THAT(run({"add", "--help"}).out, HasSubstr("vedette connector add head-office"));
}

}  // namespace
