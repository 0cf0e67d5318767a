// Several processes on one file: what one of them makes, the others have, and nothing is made twice.
#include <cstdlib>
#include <filesystem>
#include <thread>

#include "auth_fixture.h"
#include "vedette/auth/application_secrets.h"

namespace vedette::auth {
namespace {

// An installation of its own on a file that others share.
struct Process {
  explicit Process(const std::string& file)
      : entities(store::open_sqlite_store(file, directory_collections(), clock).value()) {}

  base::FixedClock clock{base::from_unix_seconds(1'750'000'000)};
  std::unique_ptr<store::EntityStore> entities;
  Directory directory{*entities, clock};
};

class Persistence : public ::testing::Test {
 protected:
  void SetUp() override {
    std::string pattern = ::testing::TempDir() + "vedette-auth-XXXXXX";
    ASSERT_NE(mkdtemp(pattern.data()), nullptr);
    folder = pattern;
    file = folder + "/entities.sqlite";
  }
  void TearDown() override { std::filesystem::remove_all(folder); }

  std::string folder, file;
};

TEST_F(Persistence, TenantsApplicationsAndKeysOutliveTheirProcess) {
  const ServerAddress address{"https://vedette.example", ""};
  std::string token, secret;
  Tenant tenant;
  Application application;
  {
    Process first(file);
    tenant = first.directory.create_tenant("Contoso").value();
    auto made = first.directory.create_application(tenant.id, "hunter", {"ThreatHunting.Read.All"}).value();
    application = made.application;
    secret = made.client_secret;
    const auto keys = SigningKeys::open(*first.entities, first.clock).value();
    token = issue_token({tenant.id, application, address.root(), {}}, address, *keys, first.clock).value();
  }
  Process second(file);
  const auto keys = SigningKeys::open(*second.entities, second.clock).value();
  Users users(*second.entities, second.clock);
  const Identity identity{address, *second.entities, second.directory, users, *keys, second.clock};
  EXPECT_TRUE(Authenticator(identity).verify(token));
  EXPECT_EQ(second.directory.find_tenant("CONTOSO").value()->id, tenant.id);
  const auto found = second.directory.find_application(tenant.id, application.client_id).value();
  ASSERT_TRUE(found);
  EXPECT_EQ(found->roles, application.roles);
  const auto stored =
      ApplicationSecrets(*second.entities, second.clock).candidate(tenant.id, application.client_id, secret).value();
  ASSERT_TRUE(stored);
  EXPECT_TRUE(SecretChecker().check(secret, stored->hash).value());
}

TEST_F(Persistence, ProcessesThatStartAtOnceAgree) {
  constexpr size_t processes = 6;
  std::vector<std::string> tenants(processes), keys(processes);
  std::vector<std::thread> threads;
  for (size_t i = 0; i < processes; ++i)
    threads.emplace_back([&, i] {
      Process process(file);
      tenants[i] = process.directory.resolve_tenant("").value().id;
      keys[i] = SigningKeys::open(*process.entities, process.clock).value()->jwks().value();
    });
  for (auto& thread : threads) thread.join();
  EXPECT_THAT(tenants, ::testing::Each(tenants[0]));
  EXPECT_THAT(keys, ::testing::Each(keys[0]));
  EXPECT_EQ(Process(file).directory.tenants()->size(), 1u);
}

TEST_F(Persistence, ARotationReachesTheOthers) {
  Process first(file), second(file);
  const auto keys = SigningKeys::open(*first.entities, first.clock).value();
  const auto others = SigningKeys::open(*second.entities, second.clock).value();
  const std::string old_id = (*others->newest())->id;
  ASSERT_TRUE(keys->rotate());
  EXPECT_EQ((*others->newest())->id, (*keys->newest())->id);
  EXPECT_NE((*others->newest())->id, old_id);
  EXPECT_NE(*others->find(old_id), nullptr);
}

TEST_F(Persistence, TheFileIsItsOwners) {
  const Process process(file);
  const auto mode = std::filesystem::status(file).permissions();
  EXPECT_EQ(mode & std::filesystem::perms(077), std::filesystem::perms::none) << "it holds the signing keys";
}

}  // namespace
}  // namespace vedette::auth
