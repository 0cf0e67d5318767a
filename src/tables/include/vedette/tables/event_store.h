// One tenant's events: the hunting tables' rows in a folder.
//
//   FOLDER/LOCK                     held by the one writer
//   FOLDER/MANIFEST                 what exists: an append-only log of commits (manifest.h)
//   FOLDER/<Table>/<number>.seg     immutable segments (segment.h)
//
// A commit writes its segments, makes them durable, and then appends one record to the manifest: rows of several tables
// and the cursors that say where they came from become visible together, or not at all. Files that no record names are
// remains of an interrupted commit; the writer removes them when it opens the folder.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "vedette/base/result.h"
#include "vedette/columnar/vector.h"
#include "vedette/io/file_system.h"
#include "vedette/kql/plan/table_source.h"

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

class EventStore {
 public:
  // Creates the folder when it is absent and may be written. conflict when another process writes it, corrupt_data when
  // the manifest is damaged other than by a torn last record, not_supported when its format is newer.
  static base::Result<std::unique_ptr<EventStore>> open(io::FileSystem& files, std::string folder, Access access);
  virtual ~EventStore() = default;

  // Durable when it returns. One commit at a time; callers queue.
  virtual base::Status commit(Commit commit) = 0;
  // Joins small segments of each table; rows and order of their arrival stay.
  virtual base::Status merge_small_segments() = 0;
  virtual std::shared_ptr<const Snapshot> snapshot() const = 0;
};

// The declared tables without rows: what a query sees without a data folder.
std::shared_ptr<const Snapshot> empty_snapshot();

}  // namespace vedette::tables
