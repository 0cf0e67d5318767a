// Writes the alerts of one instance back to its provider, one at a time.
//
// Where the provider can be read ([write_back] current), the alert is read first and merged as any copy is: what the
// provider changed later wins, and what it has already is not sent; that holds after a crash as at any other time. A
// provider that cannot be read is sent what was under way again, with the same keys.
#pragma once

#include <memory>
#include <string>

#include "provider_client.h"
#include "vedette/federation/connector_library.h"
#include "vedette/ingest/sink.h"
#include "vedette/resources/alerts/provider_difference.h"
#include "vedette/store/entity_store.h"
#include "write_back_entry.h"

namespace vedette::federation {

struct WriteBackParts {
  std::string tenant, instance;
  std::string provider;  // of its alerts
  std::shared_ptr<const LoadedConnector> loaded;
  store::EntityStore& store;
  ingest::AlertSink& alerts;
  ProviderClient& client;
  const base::Clock& clock;
  std::chrono::milliseconds retry_min, retry_max;
};

// Belongs to one thread.
class WriteBackSender {
 public:
  explicit WriteBackSender(WriteBackParts parts) : parts_(std::move(parts)) {}

  // Those that are due, as far as a batch goes; how many there were. An error that may pass ends it: the next one would
  // fare no better.
  base::Result<size_t> send_due(const base::StopCheck& stop);

 private:
  struct Current {
    json::Object alert;
    std::string etag;
  };
  base::Result<std::vector<WriteBackEntry>> due() const;
  base::Status send(WriteBackEntry& entry, const base::StopCheck& stop);
  base::Result<std::optional<json::Object>> load_alert(const std::string& id) const;
  base::Result<Current> read_current(const WriteBackEntry& entry, const json::Object& alert,
                                     const base::StopCheck& stop);
  base::Result<std::string> current_records(const std::string& body, const base::StopCheck& stop);
  base::Result<json::Object> believed(const WriteBackEntry& entry) const;
  base::Status send_difference(WriteBackEntry& entry, const json::Object& alert, const json::Object& provider,
                               const std::string& etag, const base::StopCheck& stop);
  base::Status send_requests(WriteBackEntry& entry, const std::string& etag, const base::StopCheck& stop);
  base::Status finish(WriteBackEntry& entry);
  base::Status fail(WriteBackEntry& entry, const base::Error& error);
  base::Status commit(WriteBackEntry& entry);
  bool can_read() const { return !parts_.loaded->transport.write_back->current.empty(); }

  const WriteBackParts parts_;
};

}  // namespace vedette::federation
