// Running KQL: text or a bound plan in, batches of rows out.
#pragma once

#include <memory>
#include <optional>
#include <string_view>
#include <vector>

#include "vedette/base/deadline.h"
#include "vedette/base/result.h"
#include "vedette/base/time.h"
#include "vedette/columnar/vector.h"
#include "vedette/kql/plan/bind.h"
#include "vedette/kql/plan/plan.h"

namespace vedette::kql {

enum class Analyze : uint8_t { off, on };

struct EngineOptions {
  base::DateTime now;  // of run(); start() takes the bound query's
  size_t batch_rows = 2048;
  int threads = 1;
  Optimizer optimizer = Optimizer::on;
  int64_t memory_limit_bytes = int64_t{1} << 30;  // beyond it an operator refuses by its name
  Analyze analyze = Analyze::off;
  base::StopCheck stop;
  std::shared_ptr<const ExternalData> external_data;  // of run(); null: `externaldata` is refused
};

// One run of one query. Belongs to one thread at a time. After an error, next() must not be called again.
class Execution : public BatchStream {
 public:
  virtual const columnar::Schema& schema() const = 0;
  virtual const std::vector<base::Error>& warnings() const = 0;
  virtual ScanStatistics statistics() const = 0;  // of the tables read to their end so far
  // The plan with what each node cost so far; without the costs unless EngineOptions::analyze is on. Ends the run.
  virtual std::string analysis() = 0;
  virtual int64_t held_bytes() const = 0;  // memory charged at the moment
};

base::Result<std::unique_ptr<Execution>> run(std::string_view query, const Catalog& catalog,
                                             const EngineOptions& options);

// A query that was bound before, as often as one likes, also by several threads at once. With a catalog, scans read the
// tables it holds under their names instead of the bound ones; their schemas must be those of binding.
base::Result<std::unique_ptr<Execution>> start(std::shared_ptr<const BoundQuery> query, const EngineOptions& options,
                                               const Catalog* catalog = nullptr);

}  // namespace vedette::kql
