// How an instance fares: the entity of /vedette/connectors. Written when it turns well or ill, and else now and then.
#pragma once

#include <chrono>
#include <string>

#include "vedette/base/error.h"
#include "vedette/federation/federation.h"
#include "vedette/ingest/pipeline.h"
#include "vedette/json/value.h"

namespace vedette::federation {

// Belongs to one thread.
class Health {
 public:
  Health(const FederationDependencies& dependencies, std::string tenant, std::string instance)
      : dependencies_(dependencies), tenant_(std::move(tenant)), instance_(std::move(instance)) {}

  void stored(const ingest::IngestSummary& summary);
  void lost(uint64_t records);  // that nothing could hold
  // Everything there was, until `begun`, is stored.
  void succeeded(base::DateTime begun);
  void failed(const base::Error& error);
  void repeated_page();
  // Errors of writing are not told: the next writing says the same.
  void write();

 private:
  void write_due();
  int64_t apply(json::Object& document) const;  // the lag in seconds

  const FederationDependencies& dependencies_;
  const std::string tenant_, instance_;
  std::string state_;
  base::DateTime last_success_{}, last_attempt_{}, last_record_{}, last_error_at_{};
  std::string last_error_;
  int64_t failures_ = 0;
  uint64_t accepted_ = 0, quarantined_ = 0, lost_ = 0, repeated_ = 0;  // since the last writing
  std::chrono::steady_clock::time_point written_{};
};

}  // namespace vedette::federation
