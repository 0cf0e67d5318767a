// An instance that reads Kafka topics: one thread, which takes no more than it can store.
//
// The places of the partitions are state of the event store, in the commit of the rows that stand before them:
//   {"TOPIC/PARTITION": offset of the next message, …}
#include <algorithm>
#include <charconv>
#include <deque>
#include <thread>

#include "contained.h"
#include "document_members.h"
#include "group_cut.h"
#include "instance_store.h"
#include "kafka_consumer.h"
#include "pause.h"
#include "record_line.h"
#include "toml_section.h"
#include "transports.h"

namespace vedette::federation {

using base::ErrorCode;
using base::fail;
using base::Result;
using base::Status;

namespace {

constexpr size_t waiting_bytes_max = 64 << 20;  // of records that may belong to ones that are still to come
constexpr std::chrono::milliseconds retry_max{10'000};

std::string encode(const KafkaPlaces& places) {
  json::Object object;
  for (const auto& [partition, offset] : places)
    object[partition.first + "/" + std::to_string(partition.second)] = offset;
  return json::to_text(object);
}

Result<KafkaPlaces> decode_places(const std::string& text) {
  KafkaPlaces places;
  if (text.empty()) return places;
  const auto value = json::parse(text);
  if (!value || !value->is_object()) return fail(ErrorCode::corrupt_data, "The places in Kafka topics cannot be read.");
  for (const auto& item : value->get_object()) {
    const std::string name(item.key());
    const size_t slash = name.rfind('/');
    int32_t number = 0;
    if (slash == name.npos || !item.value().is_int64()) continue;
    std::from_chars(name.data() + slash + 1, name.data() + name.size(), number);
    places[{name.substr(0, slash), number}] = item.value().get_int64();
  }
  return places;
}

class KafkaRunner final : public InstanceRunner {
 public:
  KafkaRunner(RunnerParts parts, KafkaOptions options)
      : parts_(std::move(parts)),
        config_(parts_.loaded->connector->config()),
        options_(std::move(options)),
        store_(parts_),
        key_(store_.state_key("kafka")),
        groups_(config_.group ? std::optional<GroupCut>(config_.group->window) : std::nullopt),
        thread_([this](const std::stop_token& stop) { run(stop); }) {}

  void request_stop() override { thread_.request_stop(); }
  ~KafkaRunner() override {
    thread_.request_stop();
    thread_.join();
  }

 private:
  struct Waiting {
    KafkaPartition partition;
    int64_t next = 0;  // the offset behind it
    std::string line;
  };

  // Places that were found now, at the ends of partitions, are kept before anything is read.
  Status begin() {
    places_ = TRY(decode_places(store_.state(key_)));
    waiting_.clear();
    keys_.clear();
    waiting_bytes_ = 0;
    consumer_ = TRY(KafkaConsumer::start(options_, places_));
    if (consumer_->places() == places_) return {};
    places_ = consumer_->places();
    const auto kept =
        store_.store(ingest::memory_input("begin", ""), ingest::Framing::lines, {{key_, encode(places_)}});
    if (!kept) consumer_.reset();
    return kept;
  }

  void wait_for_others(std::vector<KafkaMessage> messages) {
    for (KafkaMessage& message : messages) {
      waiting_bytes_ += message.value.size();
      waiting_.push_back({message.partition, message.offset + 1, record_line(std::move(message.value))});
      keys_.push_back(groups_ ? record_group(config_, waiting_.back().line) : std::string());
    }
  }

  // Stores what is whole; the rest waits.
  Status store_whole() {
    size_t count = waiting_.size();
    if (groups_ && waiting_bytes_ < waiting_bytes_max) count = groups_->whole(keys_, std::chrono::steady_clock::now());
    if (count == 0) return {};
    std::string lines;
    KafkaPlaces after = places_;
    for (size_t i = 0; i < count; ++i) {
      lines += waiting_[i].line + "\n";
      after[waiting_[i].partition] = waiting_[i].next;
    }
    TRY(store_.store(ingest::memory_input(parts_.instance.name, std::move(lines)), ingest::Framing::lines,
                     {{key_, encode(after)}}));
    places_ = std::move(after);
    for (size_t i = 0; i < count; ++i) waiting_bytes_ -= waiting_[i].line.size();
    waiting_.erase(waiting_.begin(), waiting_.begin() + static_cast<std::ptrdiff_t>(count));
    keys_.erase(keys_.begin(), keys_.begin() + static_cast<std::ptrdiff_t>(count));
    return {};
  }

  // Nothing further is taken while something could not be stored.
  Status turn() {
    constexpr std::chrono::milliseconds wait{200};
    if (!consumer_) TRY(begin());
    const auto at = parts_.dependencies.clock.now();
    if (!failed_to_store_) wait_for_others(TRY(consumer_->take(wait)));
    if (const uint64_t lost = consumer_->take_lost(); lost > 0) store_.health().lost(lost);
    failed_to_store_ = true;
    TRY(store_whole());
    failed_to_store_ = false;
    if (waiting_.empty() && consumer_->is_at_end()) store_.health().succeeded(at);
    return {};
  }

  void run(const std::stop_token& stop) {
    Pause pause;
    for (int failures = 0; !stop.stop_requested();) {
      const auto done = contained([&] { return turn(); });
      failures = done ? 0 : failures + 1;
      if (done) continue;
      store_.failed(done.error());
      pause.wait(stop, pause_after(failures, done.error(), parts_.options.retry_min,
                                   std::min(parts_.options.retry_max, retry_max)));
    }
    consumer_.reset();
    store_.health().write();
  }

  const RunnerParts parts_;
  const ingest::ConnectorConfig& config_;
  const KafkaOptions options_;
  InstanceStore store_;
  const std::string key_;  // of the partitions' places
  std::unique_ptr<KafkaConsumer> consumer_;
  KafkaPlaces places_;  // behind what is stored
  std::optional<GroupCut> groups_;
  std::vector<Waiting> waiting_;
  std::vector<std::string> keys_;  // the groups of those
  size_t waiting_bytes_ = 0;
  bool failed_to_store_ = false;
  std::jthread thread_;  // last: it uses the rest
};

void add_text(ConnectorTransport& transport, const char* name, const char* description, const char* value) {
  transport.add_setting({name, description, SettingKind::text, value});
}

}  // namespace

Status read_kafka_section(const toml::node& node, ConnectorTransport& transport) {
  KafkaTransport kafka;
  TomlSection section(node, "kafka");
  section.read("topics", kafka.topics);
  TRY(section.finish());
  SettingDeclaration topics{"topics", "The topics to read, with commas between them", SettingKind::text, {}, "kafka"};
  for (const std::string& topic : kafka.topics)
    topics.default_value = topics.default_value ? *topics.default_value + "," + topic : topic;
  transport.add_setting({"brokers", "HOST:PORT of a broker, or several with commas", SettingKind::text, {}, "kafka"});
  transport.add_setting(std::move(topics));
  add_text(transport, "group", "The consumer group that brokers know the connector by", "vedette");
  add_text(transport, "begin", "Where what is there at first is read from: beginning or end", "beginning");
  add_text(transport, "security", "plaintext, tls, sasl_plaintext or sasl_tls", "tls");
  add_text(transport, "sasl_mechanism", "PLAIN, SCRAM-SHA-256 or SCRAM-SHA-512", "PLAIN");
  add_text(transport, "username", "For sasl", "");
  transport.add_setting({"password", "For sasl", SettingKind::secret, {}, "kafka", true});
  add_text(transport, "ca_file", "For tls: a PEM file of the authorities to trust", "");
  add_text(transport, "certificate", "For tls: a PEM file with the chain, leaf first", "");
  add_text(transport, "certificate_key", "For tls: a PEM file with the certificate's key", "");
  transport.kafka = std::move(kafka);
  return {};
}

Result<std::unique_ptr<InstanceRunner>> start_consuming(RunnerParts parts) {
  if (!parts.loaded->transport.kafka)
    return fail(ErrorCode::bad_request, "The connector '" + parts.instance.connector + "' reads no Kafka topics.");
  const auto values = TRY(values_of(parts.tenant, parts.instance, parts.loaded->transport, parts.dependencies.box));
  auto options = TRY(kafka_options(values, parts.options.outbound));
  return std::unique_ptr<InstanceRunner>(std::make_unique<KafkaRunner>(std::move(parts), std::move(options)));
}

}  // namespace vedette::federation
