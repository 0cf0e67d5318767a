// Brings incidents in step with their provider, one at a time.
//
// The provider's incident is the one that one of its alerts is in there. It is read and merged first; what is later
// here is then sent, with its times, so that whatever arrives late or twice changes nothing.
#pragma once

#include <memory>
#include <string>

#include "delivery_sender.h"
#include "incident_write_back.h"
#include "vedette/resources/alerts/united_changes.h"

namespace vedette::federation {

class IncidentSender final : public DeliverySender<IncidentWriteBack> {
 public:
  using DeliverySender::DeliverySender;

 private:
  struct Current {
    json::Object shown;
    std::string url, etag;
  };
  base::Status send(IncidentWriteBack& entry, const base::StopCheck& stop) override;
  base::Status failed(IncidentWriteBack& entry) override { return write_marked(entry); }
  // nullopt also for one that was merged into another.
  base::Result<std::optional<json::Object>> load_incident(const std::string& id) const;
  base::Result<json::Value> read(http::ClientRequest request, std::string& etag, const base::StopCheck& stop);
  base::Result<std::string> incident_there(const std::string& incident, const base::StopCheck& stop);
  base::Result<Current> read_current(const std::string& id, const base::StopCheck& stop);
  base::Status send_difference(const IncidentWriteBack& entry, const resources::Difference& difference,
                               const Current& current, const base::StopCheck& stop);
  base::Status finish(IncidentWriteBack& entry, const std::string& digest);
};

}  // namespace vedette::federation
