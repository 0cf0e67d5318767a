// `vedette tenant` and `vedette app`: what they print, what they refuse, and that several may run at once.
#include <gmock/gmock.h>

#include <set>

#include "program.h"

namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::MatchesRegex;
using ::testing::Not;

constexpr const char* guid = "[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}";

class DirectoryCommands : public testing::Test {
 protected:
  Outcome run(std::vector<std::string> arguments) {
    arguments.insert(arguments.end(), {"--data", folder / "data"});
    return run_program(arguments, folder / ".");
  }
  // A member's text in an answer.
  static std::string text(const std::string& json, const std::string& member) {
    const std::string before = "\"" + member + "\":\"";
    const size_t begin = json.find(before);
    if (begin == std::string::npos) return "";
    return json.substr(begin + before.size(), json.find('"', begin + before.size()) - begin - before.size());
  }

  TemporaryFolder folder;
};

TEST_F(DirectoryCommands, CreateAndListTenants) {
  EXPECT_THAT(run({"tenant", "list"}).err, HasSubstr("There is no data folder"));
  const auto made = run({"tenant", "create", "--name", "Contoso"});
  EXPECT_EQ(made.status, 0) << made.err;
  EXPECT_THAT(made.out, MatchesRegex(R"(\{"tenantId":")" + std::string(guid) + R"(","name":"Contoso"\})" + "\n"));
  EXPECT_EQ(run({"tenant", "list"}).out, "[" + made.out.substr(0, made.out.size() - 1) + "]\n");
  const auto again = run({"tenant", "create", "--name", "contoso"});
  EXPECT_EQ(again.status, 1);
  EXPECT_THAT(again.err, HasSubstr("There is already a tenant named 'contoso'."));
  EXPECT_EQ(text(run({"tenant", "create"}).out, "name"), "default");
}

TEST_F(DirectoryCommands, CreateAndListApplications) {
  const auto made = run(
      {"app", "create", "--name", "hunter", "--role", "ThreatHunting.Read.All", "--role", "SecurityAlert.Read.All"});
  ASSERT_EQ(made.status, 0) << made.err;
  EXPECT_EQ(text(run({"tenant", "list"}).out, "name"), "default");
  EXPECT_THAT(text(made.out, "clientId"), MatchesRegex(guid));
  EXPECT_EQ(text(made.out, "clientSecret").size(), 43u);
  EXPECT_EQ(text(made.out, "tenantId"), text(run({"tenant", "list"}).out, "tenantId"));
  const auto listed = run({"app", "list"});
  EXPECT_THAT(listed.out, AllOf(HasSubstr(text(made.out, "clientId")), HasSubstr(R"("name":"hunter")"),
                                HasSubstr(R"("roles":["SecurityAlert.Read.All","ThreatHunting.Read.All"])"),
                                Not(HasSubstr("ecret"))));
  ASSERT_EQ(run({"tenant", "create", "--name", "fabrikam"}).status, 0);
  EXPECT_THAT(run({"app", "create", "--name", "x", "--role", "ThreatHunting.Read.All"}).err,
              HasSubstr("several tenants"));
  EXPECT_EQ(run({"app", "list", "--tenant", "fabrikam"}).out, "[]\n");
  EXPECT_THAT(run({"app", "list", "--tenant", "nobody"}).err, HasSubstr("There is no tenant 'nobody'."));
}

TEST_F(DirectoryCommands, RefuseUnknownRolesByName) {
  const auto refused = run({"app", "create", "--name", "x", "--role", "SecurityAlerts.Read.All"});
  EXPECT_EQ(refused.status, 1);
  EXPECT_THAT(refused.err, AllOf(HasSubstr("There is no role 'SecurityAlerts.Read.All'."),
                                 HasSubstr("Did you mean 'SecurityAlert.Read.All'?")));
  EXPECT_FALSE(std::filesystem::exists(folder / "data"));
  EXPECT_EQ(run({"app", "create", "--name", "x"}).status, 2);
  const auto roles = run_program({"app", "roles"}, folder / ".").out;
  for (const char* role : {"SecurityAlert.Read.All", "SecurityAlert.ReadWrite.All", "SecurityIncident.Read.All",
                           "SecurityIncident.ReadWrite.All", "ThreatHunting.Read.All", "Vedette.Ingest"})
    EXPECT_THAT("\n" + roles, HasSubstr("\n" + std::string(role) + "\n"));
}

// The first commands on a folder make its file and its default tenant, whoever is first.
TEST_F(DirectoryCommands, RunAtOnceOnAFreshFolder) {
  std::vector<pid_t> processes;
  for (int i = 0; i < 6; ++i) {
    const std::string out = folder / std::to_string(i);
    processes.push_back(start_program(
        {"app", "create", "--name", "app", "--role", "Vedette.Ingest", "--data", folder / "data"}, out, out + ".err"));
  }
  std::set<std::string> tenants, clients;
  for (size_t i = 0; i < processes.size(); ++i) {
    int status = 0;
    waitpid(processes[i], &status, 0);
    EXPECT_EQ(status, 0) << read_text(folder / std::to_string(i) + ".err");
    const std::string out = read_text(folder / std::to_string(i));
    tenants.insert(text(out, "tenantId"));
    clients.insert(text(out, "clientId"));
  }
  EXPECT_EQ(tenants.size(), 1u);
  EXPECT_EQ(clients.size(), processes.size());
}

TEST_F(DirectoryCommands, KeepSecretsToTheOwner) {
  ASSERT_EQ(run({"app", "create", "--name", "x", "--role", "Vedette.Ingest"}).status, 0);
  const auto mode = std::filesystem::status(folder / "data/entities.sqlite").permissions();
  EXPECT_EQ(mode & std::filesystem::perms(077), std::filesystem::perms::none);
}

TEST_F(DirectoryCommands, ExplainThemselves) {
  for (const auto& command : {std::vector<std::string>{"tenant", "create"},
                              {"tenant", "list"},
                              {"app", "create"},
                              {"app", "list"},
                              {"app", "roles"}}) {
    auto arguments = command;
    arguments.push_back("--help");
    const auto help = run_program(arguments, folder / ".");
    EXPECT_EQ(help.status, 0);
    EXPECT_THAT(help.out, HasSubstr("vedette " + command[0] + " " + command[1])) << help.out;
  }
}

}  // namespace
