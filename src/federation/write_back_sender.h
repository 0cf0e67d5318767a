// Writes the alerts of one instance back to its provider, one at a time.
//
// Where the provider can be read ([write_back] current), the alert is read first and merged as any copy is: what the
// provider changed later wins, and what it has already is not sent; that holds after a crash as at any other time. A
// provider that cannot be read is sent what was under way again, with the same keys.
#pragma once

#include <memory>
#include <string>

#include "delivery_sender.h"
#include "instance_store.h"
#include "vedette/resources/alerts/provider_difference.h"
#include "write_back_entry.h"

namespace vedette::federation {

class WriteBackSender final : public DeliverySender<WriteBackEntry> {
 public:
  WriteBackSender(DeliveryParts parts, InstanceStore& records) : DeliverySender(std::move(parts)), records_(records) {}

 private:
  struct Current {
    json::Object alert;
    std::string etag;
  };
  base::Status send(WriteBackEntry& entry, const base::StopCheck& stop) override;
  base::Status failed(WriteBackEntry& entry) override;
  base::Result<Current> read_current(const WriteBackEntry& entry, const json::Object& alert,
                                     const base::StopCheck& stop);
  base::Result<std::string> current_records(const std::string& body, const base::StopCheck& stop);
  static void add_written(json::Object& copy, const WriteBackEntry& entry);
  base::Status note_written(WriteBackEntry& entry, const ProviderRequest& request);
  base::Status send_difference(WriteBackEntry& entry, const json::Object& alert, const json::Object& provider,
                               const std::string& etag, const base::StopCheck& stop);
  base::Status send_requests(WriteBackEntry& entry, const std::string& etag, const base::StopCheck& stop);
  base::Status finish(WriteBackEntry& entry);
  bool can_read() const { return !parts_.loaded->transport.write_back->current.empty(); }

  InstanceStore& records_;  // of what is read at the provider
};

}  // namespace vedette::federation
