// What `vedette hunt` was asked for.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "vedette/base/result.h"
#include "vedette/base/time.h"
#include "vedette/kql/exec/engine.h"

namespace vedette::server {

struct HuntOptions {
  std::string query;
  std::string data;    // folder; empty: tables without rows
  std::string tenant;  // empty: the folder's only one
  std::vector<std::string> files;
  std::vector<std::string> external_hosts;  // that externaldata may read from
  std::string server, app_file, ca_file;    // of another server, instead of tables here
  std::string format = "table";
  std::optional<base::DateTime> now;  // else the system's clock, read for each query
  bool explain = false, analyze = false;
  bool batch = false, batch_worker = false;
  int timeout_seconds = 60;
  size_t batch_rows = 2048;
  int threads = 1;
  bool optimize = true;
  bool force_spill = false;  // accepted; no operator uses the disk
};

// The engine's options for one query that starts now.
kql::EngineOptions engine_options(const HuntOptions& options);

// The tables that the options name.
base::Result<std::shared_ptr<const kql::Catalog>> open_tables(const HuntOptions& options);

// A query's error codes as programs read them: "syntaxError", … (DESIGN: hunt --batch).
std::string_view batch_code(base::ErrorCode code);

}  // namespace vedette::server
