// Where rows come from. KQL asks a table for rows with a *request*; the source takes over what it can do faster (skip
// segments, read fewer columns, stop early, aggregate elsewhere) and says so; the executor does the rest. A source that
// takes over nothing and one that takes over everything give equal answers.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "vedette/base/deadline.h"
#include "vedette/base/result.h"
#include "vedette/base/time.h"
#include "vedette/columnar/vector.h"

namespace vedette::kql {

// Rows, pulled batch by batch. A stream belongs to one thread at a time.
class BatchStream {
 public:
  virtual ~BatchStream() = default;
  // The next batch (never empty), or nullopt at the end.
  virtual base::Result<std::optional<columnar::Batch>> next() = 0;
};

// A condition on columns: the part of a query's filters that can be said without expressions. `op` is the KQL spelling
// of the operator ("==", "has", "in~", "startswith", "isnotempty", …) or "and", "or", "not".
struct Predicate {
  std::string op;
  size_t column = 0;                        // index into the source's schema
  std::vector<columnar::Vector> constants;  // one-row values of the column's type (several for in and has_any)
  std::vector<Predicate> children;          // of and, or, not
};

enum class SortOrder : uint8_t { ascending, descending };
enum class NullsOrder : uint8_t { first, last };

struct SortKey {
  size_t column = 0;
  SortOrder order = SortOrder::descending;
  NullsOrder nulls = NullsOrder::last;
};

struct TopRequest {
  size_t rows = 0;
  std::vector<SortKey> keys;
};

// summarize over columns as they are: aggregate `name` over `columns`, grouped by `keys` (bin_ticks > 0: bin the key).
struct PartialAggregateRequest {
  struct Key {
    size_t column = 0;
    int64_t bin_ticks = 0;
  };
  struct Call {
    std::string name;
    std::vector<size_t> columns;
  };
  std::vector<Key> keys;
  std::vector<Call> calls;
};

struct ScanRequest {
  std::vector<size_t> columns;         // the columns to deliver, in this order
  std::optional<Predicate> predicate;  // all rows that satisfy it must come; others may
  // Half-open range on the column `Timestamp`, as [from, to); part of `predicate` too when it came from the query.
  std::optional<base::DateTime> from, to;
  // limit and top count the rows that satisfy `predicate`: a source that does not apply it exactly leaves them alone.
  std::optional<size_t> limit;  // any rows will do, this many are enough
  std::optional<TopRequest> top;
  std::optional<PartialAggregateRequest> aggregate;
  // Who reads gains from later rows, by Timestamp, coming before earlier ones; any order will do.
  bool newest_first = false;
  size_t batch_rows = 2048;
  int threads = 1;
  base::StopCheck stop;
  base::MemoryBudget* memory = nullptr;
};

// What a source did with a request.
struct ScanAnswer {
  std::unique_ptr<BatchStream> rows;
  // When the request allows threads: further streams, each for a thread of its own. All of them are the answer.
  std::vector<std::unique_ptr<BatchStream>> more_rows;
  bool predicate_applied = false;  // exactly: no row comes that does not satisfy it
  bool limit_applied = false;
  bool top_applied = false;
  bool aggregate_applied = false;  // rows are then: keys, then the partial states, as the aggregate's columns
};

struct ScanStatistics {
  int64_t rows_scanned = 0;
  int64_t bytes_read = 0;
};

class TableSource {
 public:
  virtual ~TableSource() = default;
  // Columns whose names begin with '$' are hidden: queries do not see them, carry_column() does.
  virtual const columnar::Schema& schema() const = 0;
  // May be called by several threads at once; each answer is a consistent snapshot of the table.
  virtual base::Result<ScanAnswer> scan(const ScanRequest& request, ScanStatistics& statistics) const = 0;
};

// The tables a query may name. Names are case-sensitive.
class Catalog {
 public:
  virtual ~Catalog() = default;
  virtual std::shared_ptr<const TableSource> find(std::string_view name) const = 0;
  virtual std::vector<std::string> table_names() const = 0;  // those that `union *` and `search` read
};

}  // namespace vedette::kql
