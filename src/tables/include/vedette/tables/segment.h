// An immutable file of rows of one table, column by column.
//
//   segment  := "VDSEG01\n" block* footer footer_size:u32 footer_checksum:u64 "VDSEGEND"
//   block    := zstd frame
//   footer   := row_count:varint min_timestamp:i64 max_timestamp:i64 column_count:varint column*
//   column   := name:text type:u8 encoding:u8 null_count:varint block_count:u8 block_ref*
//   block_ref:= offset:varint stored_bytes:varint raw_bytes:varint checksum:u64 (XXH3 of the stored bytes)
//   text     := size:varint byte*
//
//   encoding   blocks (raw contents)
//   absent     none: every row is null
//   fixed      validity (empty, or one byte a row), values: native little-endian
//   dictionary values: distinct_count:varint, then text each (dynamic: its binary form); codes: u8, u16 or u32 a row by
//   the
//              distinct count; validity as above (dynamic only)
//
// Integers are little-endian. A checksum that does not match is corrupt_data naming the file and the column.
#pragma once

#include <memory>
#include <string>

#include "vedette/base/result.h"
#include "vedette/base/time.h"
#include "vedette/columnar/vector.h"
#include "vedette/io/file_system.h"

namespace vedette::tables {

inline constexpr size_t segment_rows_max = 262'144;

// The bytes of a segment file holding `rows` (all batches have `schema`). At most segment_rows_max rows in total.
base::Result<std::string> encode_segment(const columnar::Schema& schema, std::span<const columnar::Batch> batches);

// Opened from a file; columns are read and decoded on demand. Safe from any thread.
class Segment {
 public:
  static base::Result<std::shared_ptr<const Segment>> open(io::FileSystem& files, std::string path);
  ~Segment();

  const std::string& path() const;
  size_t row_count() const;
  base::DateTime min_timestamp() const;  // of the column Timestamp; the whole range when there is none or a null in it
  base::DateTime max_timestamp() const;
  // All rows of a column; constant null when the segment has none of that name and type. `bytes_read` grows by what was
  // read from the file.
  base::Result<columnar::Vector> read(const columnar::Column& column, int64_t& bytes_read) const;
  // The file is deleted when the last holder lets go (after a merge has taken its rows over).
  void delete_on_close() const;

 private:
  struct Impl;
  explicit Segment(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace vedette::tables
