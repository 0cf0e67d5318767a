// One tenant's events: the hunting tables' rows in a folder.
//
//   FOLDER/LOCK                     held by the one writer
//   FOLDER/MANIFEST                 what exists: an append-only log of changes (manifest.h)
//   FOLDER/WAL.<number>             commits that are in no segment of their own yet (write_ahead_log.h)
//   FOLDER/<Table>/<number>.seg     immutable segments (segment.h)
//
// A commit is one record of the newest log: rows of several tables and the cursors that say where they came from become
// visible together, or not at all. Commits that come at once share one sync. A log that is full is *sealed* in the
// background: its rows become segments, a record of the manifest says so, and the log goes. Segments that have become
// many are *merged* into larger ones, sorted by day, so that each covers a short time. Files that nothing names are
// remains of an interrupted seal or merge; the writer removes them when it opens the folder.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "vedette/base/clock.h"
#include "vedette/base/result.h"
#include "vedette/columnar/vector.h"
#include "vedette/io/file_system.h"
#include "vedette/kql/plan/table_source.h"
#include "vedette/tables/segment.h"

namespace vedette::tables {

enum class Access : uint8_t { read_only, read_write };

// Rows to append to one table. The batches have the table's declared columns, in order.
struct TableRows {
  std::string table;
  std::vector<columnar::Batch> batches;
};

struct Commit {
  std::vector<TableRows> rows;
  std::map<std::string, std::string> state;  // cursors and the like; an empty value removes the key
};

// What one moment's queries see. Holds the segments it names.
class Snapshot : public kql::Catalog {
 public:
  virtual int64_t row_count(std::string_view table) const = 0;
  virtual std::string state(std::string_view key) const = 0;  // "" when there is none
};

struct StoreOptions {
  const base::Clock* clock = nullptr;  // null: the system's. When rows were ingested
  // A log is sealed when it has so many rows or bytes; commits wait when that many more have come meanwhile.
  size_t log_rows_max = 1'048'576;
  size_t log_segments_max = 4096;  // each is held in memory until its log is sealed, however few rows it has
  size_t log_bytes_max = size_t{256} << 20;
  TermIndex terms = TermIndex::on;
  ZoneMaps zone_maps = ZoneMaps::on;
};

class EventStore {
 public:
  // Creates the folder when it is absent and may be written. conflict when another process writes it, corrupt_data when
  // the manifest or a log is damaged other than by a torn last record, not_supported when its format is newer.
  static base::Result<std::unique_ptr<EventStore>> open(io::FileSystem& files, std::string folder, Access access,
                                                        const StoreOptions& options = {});
  virtual ~EventStore() = default;

  // Durable when it returns. Safe from several threads.
  virtual base::Status commit(Commit commit) = 0;
  // Seals all logs and joins small segments of each table now, instead of in the background.
  virtual base::Status merge_small_segments() = 0;
  // Retention: drops segments all of whose rows were ingested before `time`.
  virtual base::Status drop_ingested_before(base::DateTime time) = 0;
  virtual std::shared_ptr<const Snapshot> snapshot() const = 0;
};

// The declared tables without rows: what a query sees without a data folder.
std::shared_ptr<const Snapshot> empty_snapshot();

}  // namespace vedette::tables
