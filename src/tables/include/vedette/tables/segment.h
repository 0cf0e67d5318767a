// An immutable file of rows of one table, column by column.
//
//   segment    := "VDSEG03\n" block* footer footer_bytes:u32 footer_checksum:u64 "VDSEGEND"
//   footer     := row_count:varint min_timestamp:i64 max_timestamp:i64 ingested_first:i64 ingested_last:i64
//                 column_count:varint column*
//   column     := name:text type:u8 encoding:u8 null_count:varint, then by encoding
//     0 absent              nothing: every row is null
//     1 fixed               validity:ref values:ref
//     3 integers            validity:ref block_count:varint range*
//     4 packed_dictionary   value_count:varint chunk_count:varint (count:varint values:ref)*
//                           block_count:varint range* (0:u8 | 1:u8 terms_offset:varint term_directory:ref)
//   range      := ref least:i64 most:i64      of the block's integers or codes: its zone map
//   ref        := offset:varint stored_bytes:varint raw_bytes:varint checksum:u64 (XXH3 of the stored bytes)
//   text       := size:varint byte*
//
// A block is a zstd frame, or the bytes as they are when stored_bytes equals raw_bytes. Several references may name one
// block. Raw contents:
//   validity   empty when no row is null, else one byte a row (1: not null)
//   values     fixed: native little-endian, one a row
//              packed_dictionary: the size of each as a varint, then their bytes (dynamic: the binary form of
//              dynamic_codec.h); codes count from 0 through the chunks in the order of their first row
//   range      an integer block (integer_block.h) of block_rows rows, the last one of the rest: bool, int, long,
//              datetime, timespan; codes of a dictionary
//   terms      term_index.h: groups from terms_offset on, the directory as a block. Texts with many values have one.
//
// Integers are little-endian. A checksum that does not match is corrupt_data naming the file, the column and the block.
//
// Format 2 ("VDSEG02\n") is still read; its terms, which had bytes beyond ASCII, are not looked at. So is format 1
// ("VDSEG01\n"):
//   footer     := row_count:varint min_timestamp:i64 max_timestamp:i64 column_count:varint column*
//   column     := name:text type:u8 encoding:u8 null_count:varint block_count:u8 ref*
//   fixed      validity, values as above; 2 plain_dictionary: value_count:varint text*, then codes of u8, u16 or u32
//   each block is a zstd frame
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "vedette/base/result.h"
#include "vedette/base/time.h"
#include "vedette/columnar/vector.h"
#include "vedette/io/file_system.h"

namespace vedette::tables {

inline constexpr size_t segment_rows_max = 1'048'576;

// A term index is worth its bytes and its time in segments that stay.
enum class TermIndex : uint8_t { none, on };
// Without them every block may hold every value.
enum class ZoneMaps : uint8_t { none, on };

// Segments stay and are compact. What is in a log is written again soon, so that to compress it would take more time
// than to write it: quick. Plain integers take all their bits besides: for tests, which compare them.
enum class Encodings : uint8_t { plain, quick, compact };

struct SegmentOptions {
  base::DateTime ingested_first, ingested_last;
  TermIndex terms = TermIndex::on;
  ZoneMaps zone_maps = ZoneMaps::on;
  Encodings encodings = Encodings::compact;
  // A dictionary with fewer values is searched as fast as its index would be.
  size_t indexed_values_min = 1'024;
  size_t threads = 1;  // that encode columns
};

// Rows whose columns are brought one by one, each as parts in order. With several threads `column` is called from all
// of them, once for each column and once more for Timestamp.
struct SegmentRows {
  size_t count = 0;
  std::function<base::Result<std::vector<columnar::Vector>>(size_t column)> column;
};

// The bytes of a segment file of these rows, at most segment_rows_max.
base::Result<std::string> encode_segment(const columnar::Schema& schema, const SegmentRows& rows,
                                         const SegmentOptions& options = {});
// The same of batches that have `schema`.
base::Result<std::string> encode_segment(const columnar::Schema& schema, std::span<const columnar::Batch> batches,
                                         const SegmentOptions& options = {});

struct StoredColumn;
class SegmentCache;

// Opened from a file; columns are read and decoded on demand. Safe from any thread.
class Segment {
 public:
  // Single blocks are read through `cache`; without one, from the file each time.
  static base::Result<std::shared_ptr<const Segment>> open(io::FileSystem& files, std::string path,
                                                           std::shared_ptr<SegmentCache> cache = nullptr);
  // Of bytes in memory; `name` stands for the path in errors.
  static base::Result<std::shared_ptr<const Segment>> of_bytes(std::string bytes, std::string name,
                                                               std::shared_ptr<SegmentCache> cache = nullptr);
  // In the place of a file that open() refused with `error`: it has no rows, and damage() is that error.
  static std::shared_ptr<const Segment> damaged(std::string path, base::Error error);
  ~Segment();

  const std::string& path() const;
  size_t row_count() const;
  base::DateTime min_timestamp() const;  // of the column Timestamp; the whole range when there is none or a null in it
  base::DateTime max_timestamp() const;
  base::DateTime ingested_first() const;
  base::DateTime ingested_last() const;
  // All rows of a column; constant null when the segment has none of that name and type. `bytes_read` grows by what was
  // read from the file. For merges: the texts of a segment in memory are not copied, and keep all of it.
  base::Result<columnar::Vector> read(const columnar::Column& column, int64_t& bytes_read) const;

  // The parts of a column, for those who need only some. Null when the segment has none of that name and type, or only
  // nulls; it lives as long as the segment.
  const StoredColumn* find(const columnar::Column& column) const;
  // Of a column with a dictionary: its distinct values, or those of ascending `codes`, as a flat vector.
  base::Result<columnar::Vector> read_values(const StoredColumn& column, int64_t& bytes_read) const;
  base::Result<columnar::Vector> read_values(const StoredColumn& column, std::span<const uint32_t> codes,
                                             int64_t& bytes_read) const;
  base::Result<columnar::Selection> read_codes(const StoredColumn& column, int64_t& bytes_read) const;
  // Codes whose values may have the term (term_index.h); nullopt when that would be about all, or is not known.
  base::Result<std::optional<std::vector<uint32_t>>> codes_with_term(const StoredColumn& column, std::string_view term,
                                                                     int64_t& bytes_read) const;
  // Of a column without one: all rows, flat.
  base::Result<columnar::Vector> read_flat(const StoredColumn& column, int64_t& bytes_read) const;
  // Ascending rows of any column, decoding only the blocks they are in.
  base::Result<columnar::Vector> read_rows(const StoredColumn& column, std::span<const uint32_t> rows,
                                           int64_t& bytes_read) const;

  // Different for every segment that is open; columns are numbered from the first of the footer.
  uint64_t identity() const;
  const StoredColumn* first_column() const;

  // Why the file could not be opened; a scan of its table fails with it.
  const std::optional<base::Error>& damage() const;
  // A block that was needed to merge it is damaged: it stays as it is, so that its other blocks can be read.
  void keep_out_of_merges() const;
  bool may_be_merged() const;

  // The file is deleted when the last holder lets go (after a merge has taken its rows over).
  void delete_on_close() const;

 private:
  base::Result<columnar::Vector> values_in_place(const StoredColumn& column, int64_t& bytes_read) const;
  struct Impl;
  explicit Segment(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace vedette::tables
