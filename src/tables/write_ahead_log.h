// Commits that are durable before their rows are in a segment of their own.
//
//   log      := "VDWAL01\n" record*
//   record   := body_bytes:u32 checksum:u64 (XXH3 of the body) body
//   body     := table_count:varint (table:text segment:text)* state_count:varint (key:text value:text)*
//   text     := size:varint byte*
//
// `segment` is the bytes of a segment file (segment.h) without a term index. A record that the file's end cuts off, or
// the last one when its checksum does not match, was never acknowledged and is dropped. Damage before that is
// corrupt_data for a writer; a reader finds it in the tables that the record is about.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "vedette/base/result.h"
#include "vedette/io/file_system.h"

namespace vedette::tables {

struct LogRecord {
  struct Rows {
    std::string table;
    std::string segment;
  };
  std::vector<Rows> rows;
  std::map<std::string, std::string> state;  // an empty value removes the key
  // Set when the checksum does not match. What the record holds is then not to be trusted, but for naming the tables
  // that it seems to be about; with no rows it may be about any.
  std::optional<base::Error> damage;
};

std::string encode_log_record(const LogRecord& record);

struct LogContents {
  std::vector<LogRecord> records;
  size_t valid_bytes = 0;  // what follows is the remains of an interrupted commit, or cannot be told apart any more
};
base::Result<LogContents> decode_log(std::string_view bytes);

// The log that is written. One thread at a time.
class WriteAheadLog {
 public:
  // Appends to the file at `path` after its first `valid_bytes` bytes; creates it when that is 0.
  static base::Result<std::unique_ptr<WriteAheadLog>> open(io::FileSystem& files, std::string path, size_t valid_bytes);
  // Durable when it returns; when it fails, as if it had not been called. io_error from then on when that cannot be.
  base::Status append(std::string_view records);
  size_t bytes() const { return bytes_; }
  bool broken() const { return broken_; }
  void set_broken(bool broken) { broken_ = broken; }

 private:
  WriteAheadLog(std::unique_ptr<io::File> file, size_t bytes) : file_(std::move(file)), bytes_(bytes) {}
  std::unique_ptr<io::File> file_;
  size_t bytes_;
  bool broken_ = false;
};

}  // namespace vedette::tables
