// Kafka topics, read from places that are kept here and not by the broker; the only place that sees librdkafka. All
// partitions are this consumer's: there is one writer of a tenant's events.
#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "vedette/base/result.h"
#include "vedette/federation/federation.h"
#include "vedette/federation/instance.h"

namespace vedette::federation {

inline constexpr size_t kafka_topics_max = 100;
inline constexpr size_t kafka_partitions_max = 1'000;

using KafkaPartition = std::pair<std::string, int32_t>;  // topic, number
using KafkaPlaces = std::map<KafkaPartition, int64_t>;   // the offset of the next message

struct KafkaMessage {
  KafkaPartition partition;
  int64_t offset = 0;
  std::string value;
};

struct KafkaOptions {
  std::map<std::string, std::string> configuration;  // librdkafka's names; secrets among them
  std::vector<std::string> topics;
  bool from_end = false;  // what is there when an instance begins does not count
  http::ClientOptions reach;
};
// Of an instance's settings. bad_request naming the one that is wrong; forbidden for a connection without TLS, unless
// http is allowed.
base::Result<KafkaOptions> kafka_options(const SettingValues& values, const Outbound& outbound);

// Belongs to one thread.
class KafkaConsumer {
 public:
  // Messages of one taking.
  static constexpr size_t batch_messages = 10'000;
  static constexpr size_t batch_bytes = 16 << 20;

  // Where a partition has no place yet, it begins at its beginning, or end; ends are places at once (places()).
  static base::Result<std::unique_ptr<KafkaConsumer>> start(KafkaOptions options, KafkaPlaces places);
  ~KafkaConsumer();

  const KafkaPlaces& places() const;  // where it began
  // What has come within `wait`; for each partition in its order, and nothing twice. Errors: unavailable, forbidden for
  // brokers out of reach, limit_exceeded. It goes on after each.
  base::Result<std::vector<KafkaMessage>> take(std::chrono::milliseconds wait);
  bool is_at_end() const;  // nothing is known that was not taken
  uint64_t take_lost();    // messages that the broker had dropped before they were asked for

 private:
  struct Impl;
  explicit KafkaConsumer(std::unique_ptr<Impl> impl);
  const std::unique_ptr<Impl> impl_;
};

}  // namespace vedette::federation
