// What `vedette ingest` says when it is done: for people, or as one JSON object.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "vedette/base/error.h"
#include "vedette/ingest/pipeline.h"

namespace vedette::server {

struct IngestedFile {
  std::string file;
  std::string connector;             // "" when none was found
  ingest::IngestSummary summary;     // all zero when the file was refused
  std::optional<base::Error> error;  // why it was refused, or where it stopped
};

struct IngestReport {
  std::string tenant;
  std::vector<IngestedFile> files;
  int64_t elapsed_ms = 0;
};

std::string as_text(const IngestReport& report);
// {"tenantId":…,"ok":…,"records":…,"mapped":…,"unmapped":…,"quarantined":…,"alerts":…,"rows":{TABLE:…},
//  "droppedMembers":{NAME:…},"elapsedMs":…,"files":[{"file":…,"connector":…,"ok":…,…,"error":{"code":…,"message":…}}]}
// `rows` and `droppedMembers` are this run's; the counts of records are those of the whole file, also when an earlier
// run stored it ("storedBefore").
std::string as_json(const IngestReport& report);

// An error as the command line shows it, with its place and cause.
std::string error_text(const base::Error& error);

}  // namespace vedette::server
