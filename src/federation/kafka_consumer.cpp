#include "kafka_consumer.h"

#include <librdkafka/rdkafka.h>
#include <sys/socket.h>

#include <array>
#include <atomic>
#include <cerrno>

#include "vedette/base/owned.h"

namespace vedette::federation {

using base::ErrorCode;
using base::fail;
using base::Result;
using base::Status;
using SteadyClock = std::chrono::steady_clock;

namespace {

constexpr int request_ms_max = 2'000;
constexpr std::chrono::seconds between_looks{10}, between_attempts{1};  // for partitions, and whether a broker answers

using Client = base::Owned<rd_kafka_t, rd_kafka_destroy>;
using Topic = base::Owned<rd_kafka_topic_t, rd_kafka_topic_destroy>;
using Message = base::Owned<rd_kafka_message_t, rd_kafka_message_destroy>;
using Partitions = base::Owned<rd_kafka_topic_partition_list_t, rd_kafka_topic_partition_list_destroy>;

}  // namespace

struct KafkaConsumer::Impl {
  Impl(KafkaOptions wanted, KafkaPlaces given) : options(std::move(wanted)), places(std::move(given)) {}

  Status open();
  Status look();
  Result<std::vector<KafkaPartition>> partitions_of(const std::string& topic);
  Status assign();
  Status begin_at_ends(const std::vector<KafkaPartition>& partitions);
  Status take_one(const rd_kafka_message_t& message, std::vector<KafkaMessage>& out);
  Status find_place(const KafkaPartition& partition);
  base::Error error_of(rd_kafka_resp_err_t code) const;

  // On librdkafka's threads: what is reached is decided when the connection is made.
  static int connect(int socket, const sockaddr* address, int length, const char*, void* opaque) {
    auto& self = *static_cast<Impl*>(opaque);
    if (!http::within_reach(self.options.reach, *address)) return self.out_of_reach = true, EACCES;
    return ::connect(socket, address, static_cast<socklen_t>(length)) == 0 || errno == EINPROGRESS ? 0 : errno;
  }
  static void on_error(rd_kafka_t*, int code, const char*, void* opaque) {
    auto& self = *static_cast<Impl*>(opaque);
    const auto error = static_cast<rd_kafka_resp_err_t>(code);
    if (error != RD_KAFKA_RESP_ERR__TRANSPORT && error != RD_KAFKA_RESP_ERR__RESOLVE) self.problem = error;
  }
  static void log_nothing(const rd_kafka_t*, int, const char*, const char*) {}

  const KafkaOptions options;
  KafkaPlaces places;  // the next message of each partition; INT64_MIN: its first one
  std::set<KafkaPartition> assigned, at_end;
  bool began_anew = false;
  uint64_t lost = 0;
  std::optional<base::Error> deferred;
  SteadyClock::time_point next_look{};
  std::atomic<bool> out_of_reach = false;
  std::atomic<rd_kafka_resp_err_t> problem = RD_KAFKA_RESP_ERR_NO_ERROR;
  Client client;  // last: its threads use the rest
};

base::Error KafkaConsumer::Impl::error_of(rd_kafka_resp_err_t code) const {
  if (out_of_reach)
    return fail(ErrorCode::forbidden,
                "A Kafka broker has an address that connectors may not reach; [connectors] allowed_ranges allows it.");
  return fail(ErrorCode::unavailable, std::string("Kafka: ") + rd_kafka_err2str(code) + ".");
}

Status KafkaConsumer::Impl::open() {
  std::array<char, 512> reason{};
  base::Owned<rd_kafka_conf_t, rd_kafka_conf_destroy> configuration(rd_kafka_conf_new());
  // What is wrong is said by its name: the reason that the library gives may show the value.
  for (const auto& [name, value] : options.configuration)
    if (rd_kafka_conf_set(configuration.get(), name.c_str(), value.c_str(), reason.data(), reason.size()) !=
        RD_KAFKA_CONF_OK)
      return fail(ErrorCode::bad_request, "The Kafka client does not take what the settings say for '" + name + "'.");
  rd_kafka_conf_set_opaque(configuration.get(), this);
  rd_kafka_conf_set_connect_cb(configuration.get(), &Impl::connect);
  rd_kafka_conf_set_error_cb(configuration.get(), &Impl::on_error);
  rd_kafka_conf_set_log_cb(configuration.get(), &Impl::log_nothing);
  client.reset(rd_kafka_new(RD_KAFKA_CONSUMER, configuration.get(), reason.data(), reason.size()));
  if (!client)
    return fail(ErrorCode::bad_request, "The Kafka client cannot start with these settings.").with_cause(reason.data());
  configuration.release();  // it is the client's now
  rd_kafka_poll_set_consumer(client.get());
  began_anew = places.empty();
  return {};
}

Result<std::vector<KafkaPartition>> KafkaConsumer::Impl::partitions_of(const std::string& topic) {
  const Topic handle(rd_kafka_topic_new(client.get(), topic.c_str(), nullptr));
  const struct rd_kafka_metadata* found = nullptr;
  const auto code = rd_kafka_metadata(client.get(), 0, handle.get(), &found, request_ms_max);
  if (code != RD_KAFKA_RESP_ERR_NO_ERROR) return error_of(code);
  const base::Owned<const struct rd_kafka_metadata, rd_kafka_metadata_destroy> metadata(found);
  std::vector<KafkaPartition> partitions;
  for (int i = 0; i < metadata->topic_cnt; ++i) {
    const auto& one = metadata->topics[i];
    if (one.err != RD_KAFKA_RESP_ERR_NO_ERROR)
      return fail(ErrorCode::unavailable,
                  "Kafka has no topic '" + topic + "' for us: " + rd_kafka_err2str(one.err) + ".");
    for (int p = 0; p < one.partition_cnt; ++p) partitions.emplace_back(topic, one.partitions[p].id);
  }
  return partitions;
}

// Ends are places of their own: what comes from now on counts, also when this ends before anything has come.
Status KafkaConsumer::Impl::begin_at_ends(const std::vector<KafkaPartition>& partitions) {
  for (const KafkaPartition& partition : partitions) {
    int64_t low = 0, high = 0;
    const auto code = rd_kafka_query_watermark_offsets(client.get(), partition.first.c_str(), partition.second, &low,
                                                       &high, request_ms_max);
    if (code != RD_KAFKA_RESP_ERR_NO_ERROR) return error_of(code);
    places.try_emplace(partition, high);
  }
  return {};
}

// Whether a broker answers, and which partitions there are.
Status KafkaConsumer::Impl::look() {
  next_look = SteadyClock::now() + between_attempts;
  std::vector<KafkaPartition> all;
  for (const std::string& topic : options.topics)
    for (KafkaPartition& partition : TRY(partitions_of(topic))) all.push_back(std::move(partition));
  if (all.size() > kafka_partitions_max)
    return fail(ErrorCode::limit_exceeded, "The topics have " + std::to_string(all.size()) + " partitions; " +
                                               std::to_string(kafka_partitions_max) + " is the most.");
  if (began_anew && options.from_end) TRY(begin_at_ends(all));
  began_anew = false;
  const size_t before = assigned.size();
  assigned.insert(all.begin(), all.end());
  if (assigned.size() != before) TRY(assign());
  out_of_reach = false;
  problem = RD_KAFKA_RESP_ERR_NO_ERROR;
  next_look = SteadyClock::now() + between_looks;
  return {};
}

Status KafkaConsumer::Impl::assign() {
  const Partitions list(rd_kafka_topic_partition_list_new(static_cast<int>(assigned.size())));
  for (const KafkaPartition& partition : assigned) {
    const auto place = places.find(partition);
    rd_kafka_topic_partition_list_add(list.get(), partition.first.c_str(), partition.second)->offset =
        place == places.end() ? int64_t{RD_KAFKA_OFFSET_BEGINNING} : place->second;
  }
  at_end.clear();
  const auto code = rd_kafka_assign(client.get(), list.get());
  if (code == RD_KAFKA_RESP_ERR_NO_ERROR) return {};
  assigned.clear();
  return error_of(code);
}

// A place that the broker has not: messages were dropped there before they were read, or the topic is a new one.
Status KafkaConsumer::Impl::find_place(const KafkaPartition& partition) {
  int64_t low = 0, high = 0;
  const auto code = rd_kafka_query_watermark_offsets(client.get(), partition.first.c_str(), partition.second, &low,
                                                     &high, request_ms_max);
  if (code != RD_KAFKA_RESP_ERR_NO_ERROR) return error_of(code);
  if (const auto place = places.find(partition); place != places.end() && place->second < low)
    lost += static_cast<uint64_t>(low - place->second);
  places[partition] = low;
  return assign();
}

Status KafkaConsumer::Impl::take_one(const rd_kafka_message_t& message, std::vector<KafkaMessage>& out) {
  if (!message.rkt) return error_of(message.err);
  const KafkaPartition partition(rd_kafka_topic_name(message.rkt), message.partition);
  switch (message.err) {
    case RD_KAFKA_RESP_ERR_NO_ERROR:
      break;
    case RD_KAFKA_RESP_ERR__PARTITION_EOF:
      at_end.insert(partition);
      return {};
    case RD_KAFKA_RESP_ERR__AUTO_OFFSET_RESET:
    case RD_KAFKA_RESP_ERR_OFFSET_OUT_OF_RANGE:
      return find_place(partition);
    default:
      return error_of(message.err);
  }
  at_end.erase(partition);
  const auto [place, is_first] = places.try_emplace(partition, message.offset);
  if (!is_first && message.offset < place->second) return {};  // it was on its way when the place was found anew
  place->second = message.offset + 1;
  out.push_back({partition, message.offset, std::string(static_cast<const char*>(message.payload), message.len)});
  return {};
}

KafkaConsumer::KafkaConsumer(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}

KafkaConsumer::~KafkaConsumer() {
  if (impl_->client) rd_kafka_consumer_close(impl_->client.get());
}

Result<std::unique_ptr<KafkaConsumer>> KafkaConsumer::start(KafkaOptions options, KafkaPlaces places) {
  auto impl = std::make_unique<Impl>(std::move(options), std::move(places));
  TRY(impl->open());
  TRY(impl->look());
  return std::unique_ptr<KafkaConsumer>(new KafkaConsumer(std::move(impl)));
}

const KafkaPlaces& KafkaConsumer::places() const { return impl_->places; }
bool KafkaConsumer::is_at_end() const { return impl_->at_end.size() == impl_->assigned.size(); }
uint64_t KafkaConsumer::take_lost() { return std::exchange(impl_->lost, 0); }

Result<std::vector<KafkaMessage>> KafkaConsumer::take(std::chrono::milliseconds wait) {
  if (impl_->deferred) return std::move(*std::exchange(impl_->deferred, std::nullopt));
  std::vector<KafkaMessage> messages;
  size_t bytes = 0;
  const auto now = SteadyClock::now();
  if (impl_->problem != RD_KAFKA_RESP_ERR_NO_ERROR)
    impl_->next_look = std::min(impl_->next_look, now + between_attempts);
  if (now >= impl_->next_look) TRY(impl_->look());
  Status outcome;
  while (outcome && messages.size() < batch_messages && bytes < batch_bytes) {
    const auto patience = messages.empty() ? now + wait - SteadyClock::now() : SteadyClock::duration::zero();
    const auto left_ms = std::chrono::duration_cast<std::chrono::milliseconds>(patience).count();
    const Message message(rd_kafka_consumer_poll(impl_->client.get(), static_cast<int>(std::max<int64_t>(left_ms, 0))));
    if (!message) break;
    outcome = impl_->take_one(*message, messages);
    bytes += message->len;
  }
  if (outcome && messages.empty() && impl_->problem != RD_KAFKA_RESP_ERR_NO_ERROR)
    outcome = impl_->error_of(impl_->problem);
  if (outcome) return messages;
  if (messages.empty()) return outcome.error();
  impl_->deferred = outcome.error();  // what came before it is whole
  return messages;
}

}  // namespace vedette::federation
