// The program's own connectors, reached in each way that they declare: what comes in is what their golden cases say.
#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <fstream>
#include <set>

#include "vedette/kql/plan/table_source.h"
#include "world.h"

namespace vedette::federation::test {
namespace {

std::string read_text(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  return std::string(std::istreambuf_iterator<char>(in), {});
}

class Shipped : public World {
 protected:
  Shipped() { options_.tail_look = std::chrono::milliseconds(10); }

  static std::string case_of(const std::string& connector, const std::string& file) {
    return std::string(VEDETTE_SOURCE_DIR) + "/connectors/" + connector + "/tests/" + file;
  }
  static std::string records(const std::string& connector, const std::string& name, const std::string& ending) {
    const std::string text = read_text(case_of(connector, name + ".in." + ending));
    EXPECT_NE(text, "") << connector;
    return text;
  }
  // How many alerts and rows there are, by table.
  std::map<std::string, int64_t> counted(const json::Object& wanted) const {
    std::map<std::string, int64_t> out;
    for (const auto& item : wanted) {
      const std::string name(item.key());
      if (!item.value().is_array() || name == "quarantine") continue;
      out[name] = name == "alerts" ? static_cast<int64_t>(all("alerts").size()) : events_->snapshot()->row_count(name);
    }
    return out;
  }
  void expect(const std::string& connector, const std::string& name) {
    const auto golden = json::parse(read_text(case_of(connector, name + ".out.json")));
    ASSERT_TRUE(golden) << connector;
    std::map<std::string, int64_t> wanted;
    for (const auto& item : golden->get_object()) {
      if (!item.value().is_array() || item.key() == "quarantine") continue;
      std::set<std::string> different;  // records that share a provider alert id are one alert
      for (const json::Value& one : item.value().get_array())
        different.emplace(item.key() == "alerts" ? std::string(json::find_string(one, "providerAlertId"))
                                                 : std::to_string(different.size()));
      wanted[std::string(item.key())] = static_cast<int64_t>(different.size());
    }
    EXPECT_TRUE(eventually([&] { return counted(golden->get_object()) == wanted; }))
        << connector << ": " << testing::PrintToString(counted(golden->get_object())) << " and not "
        << testing::PrintToString(wanted) << health_text("lastError");
  }

  void follow(const std::string& connector, const std::string& name, const std::string& ending) {
    std::ofstream(folder_ + "/followed." + ending) << records(connector, name, ending) << "\n";
    ASSERT_TRUE(add("edr", connector, {{"path", folder_ + "/followed." + ending}}, {}, "tail"));
    start();
    expect(connector, name);
  }
  void listen(const std::string& connector, const std::string& name) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address;
    const int probe = ::socket(AF_INET, SOCK_DGRAM, 0), sender = ::socket(AF_INET, SOCK_DGRAM, 0);
    ASSERT_EQ(::bind(probe, reinterpret_cast<sockaddr*>(&address), size), 0);
    ASSERT_EQ(::getsockname(probe, reinterpret_cast<sockaddr*>(&address), &size), 0);
    ::close(probe);
    ASSERT_TRUE(
        add("edr", connector, {{"listen", "127.0.0.1:" + std::to_string(ntohs(address.sin_port))}}, {}, "syslog"));
    start();
    ASSERT_TRUE(eventually([&] { return health_text("health") == "healthy"; }));
    std::istringstream lines(records(connector, name, "log"));
    for (std::string line; std::getline(lines, line);)
      EXPECT_GT(::sendto(sender, line.data(), line.size(), 0, reinterpret_cast<sockaddr*>(&address), size), 0);
    ::close(sender);
    expect(connector, name);
  }
  // Nothing goes back to the provider, so that it need not be reached.
  void set_up_to_take(const std::string& connector, const std::string& secret) {
    const auto loaded = ConnectorLibrary(folder_).load(connector).value();
    Instance instance;
    instance.name = "edr";
    instance.connector = connector;
    instance.transport = "push";
    instance.write_back = false;
    instance.created = clock_.now();
    const auto made = make_instance("t", std::move(instance), loaded->transport, {{"signing_secret", secret}}, box());
    ASSERT_TRUE(made) << made.error().message;
    const auto& config = loaded->connector->config();
    ASSERT_TRUE(add_instance(*store_, "t", *made, loaded->transport, config.vendor, config.provider));
  }
  void push(const std::string& connector, const std::string& name, const std::string& field, const std::string& value) {
    set_up_to_take(connector, "s3cret");
    start();
    ASSERT_TRUE(eventually([&] { return federation_->takes_pushes("t", "edr"); }));
    http::Request request;
    request.body = records(connector, name, "json");
    request.headers.set(field, value);
    const auto body_of = [](const http::Request& of) -> base::Result<ingest::Input> {
      return ingest::memory_input("push", of.body);
    };
    for (int i = 0; i < 2; ++i) {
      const auto taken = federation_->push("t", "edr", request, body_of);
      ASSERT_TRUE(taken) << taken.error().message;
    }
    expect(connector, name);
    request.headers.set(field, value + "!");
    EXPECT_EQ(federation_->push("t", "edr", request, body_of).error().code, base::ErrorCode::unauthenticated);
  }
};

TEST_F(Shipped, SuricataIsFollowed) { follow("suricata", "eve", "json"); }
TEST_F(Shipped, ZeekIsFollowed) { follow("zeek", "json", "log"); }
TEST_F(Shipped, ZeekTablesAreFollowed) { follow("zeek", "tsv", "log"); }
TEST_F(Shipped, FalcoIsFollowed) { follow("falco", "alerts", "json"); }
TEST_F(Shipped, WazuhIsFollowed) { follow("wazuh", "alerts", "json"); }
TEST_F(Shipped, OsqueryIsFollowed) { follow("osquery", "results", "json"); }
TEST_F(Shipped, AuditdIsFollowed) { follow("linux", "auditd", "log"); }

TEST_F(Shipped, CefIsListenedFor) { listen("cef", "lines"); }
TEST_F(Shipped, DefenderForIdentityIsListenedFor) { listen("defender-for-identity", "lines"); }

TEST_F(Shipped, FalcoIsPushed) { push("falco", "alerts", "Authorization", "Bearer s3cret"); }
TEST_F(Shipped, CrowdSecIsPushed) { push("crowdsec", "alerts", "Authorization", "Bearer s3cret"); }
TEST_F(Shipped, GuardDutyIsPushed) { push("aws-guardduty", "findings", "x-api-key", "s3cret"); }

TEST_F(Shipped, TellsOfAPushThatFailed) {
  std::ofstream(folder_ + "/quarantine") << "in the way";
  ASSERT_TRUE(add("edr", "falco", {}, {{"signing_secret", "s3cret"}}, "push"));
  start();
  ASSERT_TRUE(eventually([&] { return federation_->takes_pushes("t", "edr"); }));
  const auto push = [&](const std::string& body) {
    http::Request request;
    request.body = body;
    request.headers.set("Authorization", "Bearer s3cret");
    return federation_->push("t", "edr", request, [](const http::Request& of) -> base::Result<ingest::Input> {
      return ingest::memory_input("push", of.body);
    });
  };
  EXPECT_FALSE(push("{\"broken\":"));
  std::this_thread::sleep_for(std::chrono::milliseconds(2500));
  EXPECT_EQ(health_text("health"), "failing");
  EXPECT_TRUE(push(records("falco", "alerts", "json")));
  EXPECT_TRUE(eventually([&] { return health_text("health") == "healthy"; }));
}

TEST(ShippedTransports, AreWell) {
  const ConnectorLibrary library("/nowhere");
  std::map<std::string, int> declared;
  for (const std::string& name : library.names()) {
    const auto loaded = library.load(name);
    ASSERT_TRUE(loaded) << name << ": " << loaded.error().message;
    for (const std::string& transport : transports_of((*loaded)->transport)) ++declared[transport];
  }
  for (const std::string& transport : transport_names()) EXPECT_GT(declared[transport], 0) << transport;
}

}  // namespace
}  // namespace vedette::federation::test
