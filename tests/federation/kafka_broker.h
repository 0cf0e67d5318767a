// Kafka brokers in this process, librdkafka's own, and a producer: what a consumer meets on the wire is Kafka's
// protocol.
#pragma once

#include <gtest/gtest.h>
#include <librdkafka/rdkafka.h>
#include <librdkafka/rdkafka_mock.h>

#include <array>
#include <string>

namespace vedette::federation::test {

class KafkaBroker {
 public:
  explicit KafkaBroker(int partitions = 3) {
    std::array<char, 512> reason{};
    rd_kafka_conf_t* idle = rd_kafka_conf_new();
    rd_kafka_conf_set_log_cb(idle, [](const rd_kafka_t*, int, const char*, const char*) {});
    host_ = rd_kafka_new(RD_KAFKA_PRODUCER, idle, reason.data(), reason.size());
    cluster_ = rd_kafka_mock_cluster_new(host_, 1);
    create("events", partitions);
    rd_kafka_conf_t* configuration = rd_kafka_conf_new();
    rd_kafka_conf_set_log_cb(configuration, [](const rd_kafka_t*, int, const char*, const char*) {});
    for (const auto& [name, value] :
         {std::pair{"bootstrap.servers", brokers()}, std::pair{"linger.ms", std::string("0")}})
      EXPECT_EQ(rd_kafka_conf_set(configuration, name, value.c_str(), reason.data(), reason.size()), RD_KAFKA_CONF_OK)
          << reason.data();
    producer_ = rd_kafka_new(RD_KAFKA_PRODUCER, configuration, reason.data(), reason.size());
  }
  ~KafkaBroker() {
    rd_kafka_flush(producer_, 5'000);
    rd_kafka_destroy(producer_);
    rd_kafka_mock_cluster_destroy(cluster_);
    rd_kafka_destroy(host_);
  }

  std::string brokers() const { return rd_kafka_mock_cluster_bootstraps(cluster_); }
  void create(const std::string& topic, int partitions) {
    EXPECT_EQ(rd_kafka_mock_topic_create(cluster_, topic.c_str(), partitions, 1), RD_KAFKA_RESP_ERR_NO_ERROR);
  }
  void set_down() { rd_kafka_mock_broker_set_down(cluster_, 1); }
  void set_up() { rd_kafka_mock_broker_set_up(cluster_, 1); }
  void fail_fetches(int count) {
    for (; count > 0; --count)
      rd_kafka_mock_push_request_errors(cluster_, fetch_request, 1, RD_KAFKA_RESP_ERR_NOT_LEADER_FOR_PARTITION);
  }

  void send(const std::string& value, int partition = 0, const std::string& topic = "events") {
    rd_kafka_topic_t* to = rd_kafka_topic_new(producer_, topic.c_str(), nullptr);
    EXPECT_EQ(rd_kafka_produce(to, partition, RD_KAFKA_MSG_F_COPY, const_cast<char*>(value.data()), value.size(),
                               nullptr, 0, nullptr),
              0);
    rd_kafka_topic_destroy(to);
  }
  void flush() { EXPECT_EQ(rd_kafka_flush(producer_, 20'000), RD_KAFKA_RESP_ERR_NO_ERROR); }

 private:
  static constexpr int16_t fetch_request = 1;
  rd_kafka_t *host_ = nullptr, *producer_ = nullptr;
  rd_kafka_mock_cluster_t* cluster_ = nullptr;
};

}  // namespace vedette::federation::test
