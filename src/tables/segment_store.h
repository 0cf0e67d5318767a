// The segments of a folder and the manifest that names them: written by sealing, merging and retention, one at a time.
#pragma once

#include <functional>

#include "manifest.h"
#include "row_order.h"
#include "store_contents.h"
#include "vedette/tables/declaration.h"

namespace vedette::tables {

class SegmentStore {
 public:
  SegmentStore(io::FileSystem& files, std::string folder, std::shared_ptr<SegmentCache> cache)
      : files_(files), folder_(std::move(folder)), cache_(std::move(cache)) {}

  // Reads the manifest into `contents`, opening its segments. Nothing when there is no manifest.
  base::Status load(Contents& contents);
  // Whether the manifest is as it was when it was last loaded.
  base::Result<bool> is_current() const;
  // From then on it may write: the manifest is made, or brought to this format, and what nothing names is removed.
  base::Status begin_writing(const Contents& contents);
  uint64_t sealed_log() const { return sealed_log_; }

  // Appends new segments of the rows of `sources` to `written`, in order; sorted by day when they are of several days.
  // Not visible before append(). The times of ingestion in `how` are found here.
  base::Status write(const TableDeclaration& table, const std::vector<StoredSegment>& sources,
                     const SegmentOptions& how, std::vector<StoredSegment>& written);
  // Makes the record durable. A failed append is cut off again, so that no later record follows half of one.
  base::Status append(const ManifestRecord& record);
  // What was appended last is not what the snapshots show: nothing may follow it.
  void stop() { broken_ = true; }
  // Whether the manifest may name segments that append() failed to tell of.
  bool broken() const { return broken_; }

 private:
  std::string manifest_path() const { return folder_ + "/MANIFEST"; }
  std::string table_folder(std::string_view table) const { return folder_ + "/" + std::string(table); }
  std::string path_of(std::string_view table, uint64_t number) const {
    return table_folder(table) + "/" + std::to_string(number) + ".seg";
  }
  void apply(const ManifestRecord& record, Contents& contents);
  base::Status write_manifest(const Contents& contents);
  base::Status remove_leftovers(const Contents& contents);
  // The rows of each segment to be written.
  static base::Result<std::vector<std::vector<RowPiece>>> parts_of(const TableDeclaration& table,
                                                                   const std::vector<StoredSegment>& sources);
  base::Result<StoredSegment> write_segment(const TableDeclaration& table, const SegmentRows& rows,
                                            const SegmentOptions& options);

  io::FileSystem& files_;
  const std::string folder_;
  const std::shared_ptr<SegmentCache> cache_;
  std::unique_ptr<io::File> manifest_;
  uint64_t next_number_ = 1;
  uint64_t sealed_log_ = 0;
  int manifest_version_ = 2;
  uint64_t manifest_bytes_ = 0;
  uint64_t loaded_bytes_ = 0;  // of the manifest, an interrupted record at its end included
  bool broken_ = false;        // an append failed and could not be undone
};

}  // namespace vedette::tables
