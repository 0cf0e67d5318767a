#include "write_ahead_log.h"

#include <xxhash.h>

#include "bytes.h"

namespace vedette::tables {

using base::ErrorCode;
using base::fail;

namespace {

constexpr std::string_view log_magic = "VDWAL01\n";
constexpr size_t head_bytes = 4 + 8;

bool decode_record(std::string_view body, LogRecord& record) {
  ByteReader in(body);
  const uint64_t tables = in.varint();
  for (uint64_t i = 0; i < tables && in.ok(); ++i) {
    LogRecord::Rows& rows = record.rows.emplace_back();
    rows.table = in.text();
    rows.segment = in.text();
  }
  const uint64_t keys = in.varint();
  for (uint64_t i = 0; i < keys && in.ok(); ++i) {
    std::string key(in.text());
    record.state[std::move(key)] = in.text();
  }
  return in.ok() && in.at_end();
}

}  // namespace

std::string encode_log_record(const LogRecord& record) {
  ByteWriter body;
  body.varint(record.rows.size());
  for (const LogRecord::Rows& rows : record.rows) {
    body.text(rows.table);
    body.text(rows.segment);
  }
  body.varint(record.state.size());
  for (const auto& [key, value] : record.state) {
    body.text(key);
    body.text(value);
  }
  const std::string bytes = body.take();
  ByteWriter out;
  out.fixed(static_cast<uint32_t>(bytes.size()));
  out.fixed<uint64_t>(XXH3_64bits(bytes.data(), bytes.size()));
  out.raw(bytes);
  return out.take();
}

base::Result<LogContents> decode_log(std::string_view bytes) {
  LogContents out;
  if (bytes.size() < log_magic.size() && log_magic.starts_with(bytes)) return out;  // cut off while it was created
  if (!bytes.starts_with(log_magic)) {
    if (bytes.starts_with("VDWAL"))
      return fail(ErrorCode::not_supported, "The data folder was written by a newer version of the program.");
    return fail(ErrorCode::corrupt_data, "A log of the data folder is damaged: its head is missing.");
  }
  out.valid_bytes = log_magic.size();
  while (bytes.size() - out.valid_bytes >= head_bytes) {
    ByteReader head(bytes.substr(out.valid_bytes, head_bytes));
    const auto size = head.fixed<uint32_t>();
    const auto checksum = head.fixed<uint64_t>();
    const std::string_view rest = bytes.substr(out.valid_bytes + head_bytes);
    if (size > rest.size()) break;
    LogRecord record;
    if (XXH3_64bits(rest.data(), size) != checksum || !decode_record(rest.substr(0, size), record)) {
      if (size == rest.size()) break;
      return fail(ErrorCode::corrupt_data,
                  "A log of the data folder is damaged at byte " + std::to_string(out.valid_bytes) + ".");
    }
    out.records.push_back(std::move(record));
    out.valid_bytes += head_bytes + size;
  }
  return out;
}

base::Result<std::unique_ptr<WriteAheadLog>> WriteAheadLog::open(io::FileSystem& files, std::string path,
                                                                 size_t valid_bytes) {
  auto file = TRY(files.open_for_appending(path));
  TRY(file->truncate(valid_bytes));
  if (valid_bytes == 0) {
    TRY(file->append(log_magic));
    TRY(file->sync());
    const size_t slash = path.rfind('/');
    TRY(files.sync_directory(path.substr(0, slash)));
    valid_bytes = log_magic.size();
  }
  return std::unique_ptr<WriteAheadLog>(new WriteAheadLog(std::move(file), valid_bytes));
}

base::Status WriteAheadLog::append(std::string_view records) {
  if (broken_) return fail(ErrorCode::io_error, "The data folder's log could not be repaired; restart the server.");
  auto written = file_->append(records);
  if (written) written = file_->sync();
  if (!written) {
    broken_ = !file_->truncate(bytes_) || !file_->sync();
    return written;
  }
  bytes_ += records.size();
  return {};
}

}  // namespace vedette::tables
