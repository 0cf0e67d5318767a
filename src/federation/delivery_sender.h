// Sends what is due of one instance, one delivery at a time.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "delivery.h"
#include "vedette/federation/connector_library.h"

namespace vedette::federation {

struct DeliveryParts {
  std::string tenant, instance;
  std::shared_ptr<const LoadedConnector> loaded;
  store::EntityStore& store;
  ProviderClient& client;
  const base::Clock& clock;
  RetryPauses pauses;
};

// An Entry is a Delivery with `collection`, where its entities are, `decode()` of one of these, and `encode()`. Belongs
// to one thread.
template <class Entry>
class DeliverySender {
 public:
  explicit DeliverySender(DeliveryParts parts) : parts_(std::move(parts)) {}
  virtual ~DeliverySender() = default;

  // Those that are due, as far as a batch goes; how many there were. An error that may pass ends it: the next one would
  // fare no better.
  base::Result<size_t> send_due(const base::StopCheck& stop) {
    auto entries = TRY(due());
    for (Entry& entry : entries) {
      TRY(stop.check());
      const auto sent = send(entry, stop);
      if (sent) continue;
      if (sent.error().code == base::ErrorCode::cancelled) return sent.error();
      count_failure(entry, sent.error(), parts_.clock.now(), parts_.pauses);
      TRY(failed(entry));
      if (is_passing(sent.error())) return sent.error();
    }
    return entries.size();
  }

 protected:
  virtual base::Status send(Entry& entry, const base::StopCheck& stop) = 0;
  // Keeps an entry whose failure was counted.
  virtual base::Status failed(Entry& entry) = 0;

  // The document of an entity; nullopt when there is none.
  base::Result<std::optional<json::Object>> load(std::string_view collection, const std::string& id) const {
    const auto entity = TRY(parts_.store.get(parts_.tenant, collection, id));
    if (!entity) return std::optional<json::Object>();
    auto value = TRY(json::parse(entity->json));
    return std::optional(std::move(value.get_object()));
  }

  // conflict when somebody else wrote it meanwhile.
  base::Status write(Entry& entry) {
    store::Commit commit;
    commit.actor.id = actor_id;
    commit.entities.push_back({Entry::collection, entry.id, encode(entry), entry.version});
    TRY(parts_.store.commit(parts_.tenant, commit));
    ++entry.version;
    return {};
  }

  // Of a ChangeDelivery: the feed may have marked it meanwhile, and nobody else writes it. It stays marked.
  base::Status write_marked(Entry& entry) {
    for (int attempt = 1;; ++attempt) {
      const auto written = write(entry);
      if (written || written.error().code != base::ErrorCode::conflict || attempt == commit_attempts_max)
        return written;
      const auto entity = TRY(parts_.store.get(parts_.tenant, Entry::collection, entry.id));
      if (!entity) return written;
      const auto marked = TRY(Entry::decode(*entity));
      entry.version = marked.version;
      entry.requested = marked.requested;
      if (!entry.is_sending()) entry.state = "pending";
    }
  }

  static constexpr int commit_attempts_max = 20;
  static constexpr const char* actor_id = "federation";

  const DeliveryParts parts_;

 private:
  base::Result<std::vector<Entry>> due() const {
    constexpr int64_t batch_entries = 50;
    std::vector<Entry> entries;
    const auto query = open_deliveries(Entry::collection, parts_.instance, batch_entries);
    const auto page = TRY(parts_.store.query(parts_.tenant, query));
    for (const store::Entity& entity : page.entities) {
      auto entry = TRY(Entry::decode(entity));
      if (entry.next_attempt <= parts_.clock.now()) entries.push_back(std::move(entry));
    }
    return entries;
  }
};

}  // namespace vedette::federation
