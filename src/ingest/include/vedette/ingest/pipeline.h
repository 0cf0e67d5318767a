// Input → reader → connector → sink, in units that are committed whole.
//
// The durable cursor of an input is a state that its bytes lead to (input_cursor.h): how many of its records are
// stored, which of those wait in groups, and what was counted. A restarted ingest of the same bytes goes on there; one
// that is complete stores nothing again.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <string>

#include "vedette/base/clock.h"
#include "vedette/base/deadline.h"
#include "vedette/ingest/connector.h"
#include "vedette/ingest/input_claims.h"
#include "vedette/ingest/sink.h"

namespace vedette::ingest {

struct IngestSummary {
  uint64_t records = 0;  // = mapped + unmapped + quarantined
  uint64_t mapped = 0;
  uint64_t unmapped = 0;
  uint64_t quarantined = 0;
  uint64_t alerts = 0;
  uint64_t incidents = 0;
  uint64_t indicators = 0;
  bool stored_before = false;                       // all of it, by an earlier ingest
  std::map<std::string, uint64_t> dropped_members;  // of rows: members that are no columns (this run's)
  std::map<std::string, uint64_t> rows;             // by table (this run's)
  std::string first_problem;                        // of the quarantined
};

enum class UnknownMembers : uint8_t { drop, refuse };

struct IngestOptions {
  std::string tenant_id = "default";
  std::string provider;  // of the alerts; "": the connector's
  ReadLimits limits;
  Framing framing = Framing::file;
  UnknownMembers unknown_members = UnknownMembers::drop;  // of a table's rows
  size_t batch_records = 4096;
  size_t unit_records = 65'536;
  size_t unit_bytes = 64 << 20;
  base::StopCheck stop;
  // One of all who ingest files into a store at the same time.
  std::shared_ptr<InputClaims> claims = std::make_shared<InputClaims>();
  std::function<void(const IngestSummary&)> on_progress;  // after each batch; its last records may not be durable yet
};

// Stored `Idempotency-Key`s are remembered until this many later ones have come.
inline constexpr uint64_t idempotency_keys_max = 10'000;

struct InputKey;

// Belongs to one thread.
class Pipeline {
 public:
  Pipeline(IngestSink& sink, const base::Clock& clock, IngestOptions options)
      : sink_(sink), clock_(clock), options_(std::move(options)) {}

  base::Result<IngestSummary> ingest(const Connector& connector, const Input& input);
  // A pushed body: one unit. With a key, a second one of that key answers what the first did and stores nothing.
  base::Result<IngestSummary> push(const Connector& connector, const Input& input, const std::string& idempotency_key);
  // What was fetched: one unit, committed with `state`, the cursor behind it.
  base::Result<IngestSummary> store(const Connector& connector, const Input& input,
                                    std::map<std::string, std::string> state);

 private:
  base::Result<InputKey> claimed_key();

  IngestSink& sink_;
  const base::Clock& clock_;
  IngestOptions options_;
};

}  // namespace vedette::ingest
