// Bytes → records. The form is found by looking: gzip, zstd, zip and tar by their first bytes; then JSON (lines, values
// one after the other, arrays, pages whose array of records is a member), Zeek's TSV, CSV (by its ending), or text by
// line.
//
// What is wrong with one record costs that record: it is quarantined with its reason and place. What is wrong with the
// bytes themselves (cut off, damaged, larger than a limit) ends the member; what came before stands, and one quarantine
// record says what the rest suffered from.
#pragma once

#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "vedette/base/result.h"
#include "vedette/ingest/record.h"
#include "vedette/ingest/row_builder.h"
#include "vedette/io/file_system.h"

namespace vedette::ingest {

struct ReadLimits {
  uint64_t record_bytes_max = 16 << 20;
  uint64_t decompressed_bytes_max = uint64_t{64} << 30;  // of one input
  // An input that grew to more than ratio_free_bytes is refused once it is ratio_max times its compressed size.
  uint64_t ratio_max = 500;
  uint64_t ratio_free_bytes = 64 << 20;
  uint64_t members_max = 10'000;
  uint64_t compression_layers_max = 3;  // a .gz in a .gz in a .zip
  uint64_t columns_max = 2'000;         // of CSV and Zeek TSV
  static constexpr size_t quarantine_text_bytes_max = 64 << 10;
  // JSON depth: columnar::dynamic_depth_max
};

// Where bytes are: a file, or memory.
class ByteSource {
 public:
  virtual ~ByteSource() = default;
  virtual uint64_t size() const = 0;
  virtual base::Status read_into(uint64_t offset, std::span<char> out) const = 0;  // as many bytes as it has
  virtual void will_read(uint64_t /*offset*/, uint64_t /*size*/) const {}          // soon, in order
};

struct Input {
  std::string name;  // a file name; its endings below say nothing about compression
  std::shared_ptr<const ByteSource> bytes;
};

base::Result<Input> open_input(io::FileSystem& files, const std::string& path);
Input memory_input(std::string name, std::string bytes);
// The input freed of gzip and zstd, in memory. Errors: limit_exceeded, corrupt_data when it is cut off or damaged.
base::Result<Input> decompressed(const Input& input, const ReadLimits& limits);
// SHA-256 of the input's bytes, in hexadecimal.
base::Result<std::string> content_hash(const Input& input);

enum class RecordFormat : uint8_t { automatic, json, csv, zeek, text };
std::optional<RecordFormat> parse_record_format(std::string_view name);

struct ReadOptions {
  RecordFormat format = RecordFormat::automatic;
  // JSON objects with an array under one of these names are pages: the elements are the records.
  std::vector<std::string> wrapper;
  // Of CSV: what stands between fields; 0: the one that its header has most often. And the names of its columns when it
  // has no header: a row may then have fewer fields, and further ones are left out.
  char delimiter = 0;
  std::vector<std::string> columns;
  ReadLimits limits;
  // Records before this one are counted but not delivered, except `pending` (sorted).
  uint64_t first_ordinal = 0;
  std::vector<uint64_t> pending;
  // Takes the JSON records that it can in place of the batch, until it refuses one; in the next batch again. Outlives
  // the reader.
  RowBuilder* rows = nullptr;
};

// Belongs to one thread at a time.
class RecordReader {
 public:
  static std::unique_ptr<RecordReader> open(Input input, ReadOptions options);
  virtual ~RecordReader() = default;
  // The next records: at least one record or quarantined record, about `records_max` at most; empty at the end.
  virtual RecordBatch next(size_t records_max) = 0;
  virtual uint64_t next_ordinal() const = 0;  // of the first record not delivered yet
};

}  // namespace vedette::ingest
