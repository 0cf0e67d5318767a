// Follows the change feeds of all tenants and correlates their alerts, in a thread of its own.
#pragma once

#include <condition_variable>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <thread>

#include "log.h"
#include "vedette/auth/directory.h"
#include "vedette/correlate/correlator.h"

namespace vedette::server {

class CorrelationWorker {
 public:
  // What it is given outlives it.
  CorrelationWorker(store::EntityStore& store, const auth::Directory& directory, const base::Clock& clock,
                    correlate::CorrelatorOptions options, Log& log);
  ~CorrelationWorker();

  // Correlates everything that is stored, in the caller's thread; false when some of it failed, which the log says. A
  // tenant that fails does not keep the others waiting. Not while start()ed.
  bool run_once();
  void start();
  void stop();

 private:
  base::Status run_tenant(const std::string& tenant_id);
  void loop(const std::stop_token& stop);

  store::EntityStore& store_;
  const auth::Directory& directory_;
  const base::Clock& clock_;
  const correlate::CorrelatorOptions options_;
  Log& log_;
  std::map<std::string, std::unique_ptr<correlate::Correlator>> correlators_;
  std::stop_token stop_;
  std::jthread thread_;
};

}  // namespace vedette::server
