// What a batch writes, as one commit: built from the partition and from the documents as they are in the store now.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "incident_document.h"
#include "partition.h"
#include "vedette/correlate/correlator.h"

namespace vedette::correlate {

struct BatchWrites {
  store::Commit commit;
  std::vector<AlertNumber> written;  // alerts whose incidentId is in the commit
  int64_t created = 0;
  int64_t redirected = 0;
};

class BatchWriter {
 public:
  BatchWriter(const store::EntityStore& store, std::string_view tenant, std::string_view url_base, base::DateTime now,
              const Partition& partition)
      : store_(store), tenant_(tenant), url_base_(url_base), now_(now), partition_(partition) {}

  base::Result<BatchWrites> build();

 private:
  base::Status write_incident(GroupNumber group);
  base::Result<std::optional<StoredIncident>> read_incident(IncidentNumber number, int64_t& version);
  base::Status merge(StoredIncident& into, GroupNumber group);
  base::Status move_links(IncidentNumber from, IncidentNumber to);
  base::Status write_alert(AlertNumber number);
  void write_link(const Link& link);
  std::string reason(const std::vector<EntityNumber>& shared, base::TimeSpan apart) const;
  std::string web_url(IncidentNumber number) const;

  const store::EntityStore& store_;
  const std::string tenant_;
  const std::string url_base_;
  const base::DateTime now_;
  const Partition& partition_;
  BatchWrites writes_;
  std::map<std::string, json::Value> links_;  // by id: one that moves may be found again in the same batch
};

// The state with the derived values of an incident (incident_document.h), as JSON text.
std::string derived_state(std::string_view incident);
// Filter: the text property has this value.
std::shared_ptr<const store::Expression> equals(std::string_view property, std::string text);
// The number in an incident's id; 0 when the text is no number.
IncidentNumber parse_incident_number(std::string_view id);
// The stored incidentId of an alert.
IncidentNumber incident_of(const json::Value& alert);

}  // namespace vedette::correlate
