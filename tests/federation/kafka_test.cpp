// Kafka topics: each message once, whatever stops in between.
#include <random>

#include "../../src/federation/kafka_consumer.h"
#include "kafka_broker.h"
#include "vedette/kql/plan/table_source.h"
#include "world.h"

namespace vedette::federation::test {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;

class Kafka : public World {
 protected:
  void set_up(const std::string& toml = "", std::map<std::string, std::string> settings = {},
              const std::map<std::string, std::string>& secrets = {}) {
    write_connector(
        "stream",
        {{"connector.toml", "vendor = \"V\"\nprovider = \"S\"\n[kafka]\ntopics = [\"events\"]\n" + toml},
         {"alerts.kql", "source | project providerAlertId = coalesce(tostring(Record.id), Text), title = 'x'"}});
    write_connector("rows", {{"connector.toml", "vendor = \"V\"\nprovider = \"R\"\n[kafka]\ntopics = [\"events\"]\n"},
                             {"events.kql",
                              "source | project Timestamp = datetime(2026-05-01), DeviceName = tostring(Record.id) "
                              "| as DeviceEvents"}});
    settings.insert({{"brokers", broker_.brokers()}, {"security", "plaintext"}});
    const auto added = add("edr", connector_, std::move(settings), secrets, "kafka");
    ASSERT_TRUE(added) << added.error().message;
    start();
  }
  static std::string message(const std::string& id) { return "{\n  \"id\": \"" + id + "\"\n}"; }
  bool arrives(std::vector<std::string> names) {
    std::sort(names.begin(), names.end());
    return eventually([&] { return alert_names() == names; });
  }
  int64_t rows() const { return events_->snapshot()->row_count("DeviceEvents"); }

  KafkaBroker broker_;
  std::string connector_ = "stream";
};

TEST_F(Kafka, MessagesOfAllPartitionsAreRecords) {
  for (int i = 0; i < 9; ++i) broker_.send(message(std::to_string(i)), i % 3);
  broker_.send("", 0);                 // a tombstone
  broker_.send("a line\nof text", 1);  // one record
  broker_.flush();
  set_up();
  EXPECT_TRUE(arrives({"0", "1", "2", "3", "4", "5", "6", "7", "8", "a line of text"}));
  EXPECT_TRUE(eventually([&] { return health_text("health") == "healthy"; }));
  broker_.send(message("later"), 2);
  EXPECT_TRUE(eventually([&] { return alert_names().size() == 11; }));
}

TEST_F(Kafka, GoesOnAtItsOwnPlaces) {
  connector_ = "rows";
  std::mt19937 random(9);
  int sent = 0;
  set_up();
  for (int round = 0; round < 8; ++round) {
    for (size_t n = 1 + random() % 300; n > 0; --n)
      broker_.send(message(std::to_string(++sent)), static_cast<int>(random() % 3));
    if (round % 2 == 0) broker_.flush();
    std::this_thread::sleep_for(std::chrono::milliseconds(random() % 200));
    stop();
    start();
  }
  broker_.flush();
  EXPECT_TRUE(eventually([&] { return rows() == sent; })) << rows() << " of " << sent;
  std::this_thread::sleep_for(std::chrono::milliseconds(500));
  EXPECT_EQ(rows(), sent);
}

TEST_F(Kafka, SurvivesABrokerThatIsDownAndFetchesThatFail) {
  connector_ = "rows";
  set_up();
  broker_.send(message("1"));
  ASSERT_TRUE(eventually([&] { return rows() == 1; }));
  broker_.set_down();
  EXPECT_TRUE(eventually([&] { return health_text("health") == "failing"; }));
  EXPECT_THAT(health_text("lastError"), HasSubstr("Kafka: "));
  broker_.set_up();
  broker_.fail_fetches(3);
  broker_.send(message("2"));
  broker_.flush();
  EXPECT_TRUE(eventually([&] { return rows() == 2 && health_text("health") == "healthy"; }));
}

TEST_F(Kafka, SurvivesWhateverIsInAMessage) {
  std::mt19937 random(8);
  set_up();
  std::vector<std::string> names;
  for (int i = 0; i < 300; ++i) {
    std::string noise;
    for (size_t n = random() % 200; n > 0; --n) noise += static_cast<char>(random() % 256);
    broker_.send(i % 2 == 0 ? "{" + noise : noise, i % 3);
    names.push_back("n" + std::to_string(i));
    broker_.send(message(names.back()), i % 3);
  }
  broker_.flush();
  std::sort(names.begin(), names.end());
  EXPECT_TRUE(eventually([&] {
    const auto there = alert_names();
    return std::includes(there.begin(), there.end(), names.begin(), names.end());
  }));
}

TEST_F(Kafka, MayBeginAtTheEnd) {
  broker_.send(message("old"), 0);
  broker_.flush();
  set_up("", {{"begin", "end"}});
  ASSERT_TRUE(eventually([&] { return health_text("health") == "healthy"; }));
  stop();
  broker_.send(message("new"), 0);
  broker_.send(message("other"), 1);
  broker_.flush();
  start();
  EXPECT_TRUE(arrives({"new", "other"}));
}

TEST_F(Kafka, FindsItsPlaceAgainWhereTheBrokerHasIt) {
  for (int i = 0; i < 5; ++i) broker_.send(message(std::to_string(i)), 0);
  broker_.flush();
  const auto options = kafka_options({{"brokers", broker_.brokers()},
                                      {"topics", "events"},
                                      {"group", "g"},
                                      {"begin", "beginning"},
                                      {"security", "plaintext"},
                                      {"sasl_mechanism", "PLAIN"}},
                                     options_.outbound);
  ASSERT_TRUE(options);
  // As of a topic that was there before under this name, and had more.
  auto consumer = KafkaConsumer::start(*options, {{{"events", 0}, 4'000}}).value();
  std::vector<std::string> values;
  EXPECT_TRUE(eventually([&] {
    auto taken = consumer->take(std::chrono::milliseconds(100));
    for (auto& one : taken.value_or(std::vector<KafkaMessage>())) values.push_back(one.value);
    return values.size() == 5;
  }));
  EXPECT_EQ(consumer->take_lost(), 0u);
}

TEST_F(Kafka, KeepsTheRecordsOfOneEventTogether) {
  set_up("[group]\nmember = \"id\"\n", {});
  broker_.send("{\"id\":\"a\",\"n\":1}", 0);
  broker_.flush();
  std::this_thread::sleep_for(std::chrono::milliseconds(600));  // beyond a batch
  broker_.send("{\"id\":\"a\",\"n\":2}", 0);
  broker_.send("{\"id\":\"b\",\"n\":1}", 0);
  broker_.flush();
  EXPECT_TRUE(eventually([&] { return alert_names().size() == 2; }));
  EXPECT_THAT(alert_names(), ElementsAre("{\"id\":\"a\",\"n\":1}\n{\"id\":\"a\",\"n\":2}", "{\"id\":\"b\",\"n\":1}"));
}

TEST_F(Kafka, ReachesNoAddressThatIsNotAllowed) {
  options_.outbound.client.allowed.clear();
  set_up();
  EXPECT_TRUE(eventually([&] { return health_text("lastError").find("may not reach") != std::string::npos; }));
}

TEST_F(Kafka, SaysWhatIsWrongWithItsSettings) {
  const auto wrong = [&](SettingValues changes) {
    SettingValues values{{"brokers", "b:9092"},  {"topics", "a, b"},  {"group", "g"},
                         {"begin", "beginning"}, {"security", "tls"}, {"sasl_mechanism", "PLAIN"}};
    changes.merge(values);
    const auto options = kafka_options(changes, options_.outbound);
    return options ? "nothing" : options.error().message;
  };
  EXPECT_EQ(wrong({}), "nothing");
  EXPECT_THAT(wrong({{"security", "ssl"}}), HasSubstr("plaintext, tls, sasl_plaintext or sasl_tls"));
  EXPECT_THAT(wrong({{"sasl_mechanism", "GSSAPI"}}), HasSubstr("SCRAM-SHA-256"));
  EXPECT_THAT(wrong({{"begin", "now"}}), HasSubstr("beginning or end"));
  EXPECT_THAT(wrong({{"topics", " ,"}}), HasSubstr("names no topic"));
  EXPECT_THAT(wrong({{"security", "sasl_tls"}, {"username", "u"}}), HasSubstr("'username' and 'password'"));
  std::string many;
  for (size_t i = 0; i <= kafka_topics_max; ++i) many += "t" + std::to_string(i) + ",";
  EXPECT_THAT(wrong({{"topics", many}}), HasSubstr("more than 100 topics"));
  options_.outbound.allow_http = false;
  EXPECT_THAT(wrong({{"security", "sasl_plaintext"}}), HasSubstr("allow_http"));
  const auto options = kafka_options({{"brokers", "b:9092"},
                                      {"topics", "a,b"},
                                      {"group", "g"},
                                      {"begin", "end"},
                                      {"security", "sasl_tls"},
                                      {"sasl_mechanism", "SCRAM-SHA-512"},
                                      {"username", "u"},
                                      {"password", "p"},
                                      {"ca_file", "/ca.pem"}},
                                     options_.outbound);
  EXPECT_THAT(options->topics, ElementsAre("a", "b"));
  EXPECT_EQ(options->configuration.at("security.protocol"), "sasl_ssl");
  EXPECT_EQ(options->configuration.at("sasl.password"), "p");
  EXPECT_EQ(options->configuration.at("ssl.ca.location"), "/ca.pem");
  EXPECT_EQ(options->configuration.at("enable.ssl.certificate.verification"), "true");
}

TEST_F(Kafka, TellsNoSecrets) {
  set_up("", {{"security", "sasl_plaintext"}, {"username", "u"}, {"ca_file", "/nowhere"}},
         {{"password", "very-secret"}});
  EXPECT_TRUE(eventually([&] { return health_text("health") == "failing"; }));
  for (const std::string& problem : problems()) EXPECT_THAT(problem, Not(HasSubstr("very-secret")));
  EXPECT_THAT(health_text("lastError"), Not(HasSubstr("very-secret")));
}

TEST_F(Kafka, ReadsNoMorePartitionsThanItMay) {
  broker_.create("wide", static_cast<int>(kafka_partitions_max) + 1);
  set_up("", {{"topics", "wide"}});
  EXPECT_TRUE(eventually([&] { return health_text("lastError").find("1000 is the most") != std::string::npos; }))
      << health_text("lastError");
}

}  // namespace
}  // namespace vedette::federation::test
