#include "write_ahead_log.h"

#include "record_head.h"
#include "vedette/base/bytes.h"

namespace vedette::tables {

using base::ErrorCode;
using base::fail;

namespace {

constexpr std::string_view log_magic = "VDWAL01\n";

bool decode_record(std::string_view body, LogRecord& record) {
  base::ByteReader in(body);
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
  size_t bytes = record_head_bytes;
  for (const LogRecord::Rows& rows : record.rows) bytes += rows.segment.size() + rows.table.size() + 16;
  base::ByteWriter out(bytes);
  out.raw(std::string(record_head_bytes, '\0'));
  out.varint(record.rows.size());
  for (const LogRecord::Rows& rows : record.rows) {
    out.text(rows.table);
    out.text(rows.segment);
  }
  out.varint(record.state.size());
  for (const auto& [key, value] : record.state) {
    out.text(key);
    out.text(value);
  }
  return with_record_head(out.take());
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
  while (out.valid_bytes < bytes.size()) {
    std::string_view body;
    const RecordState state = read_record(bytes.substr(out.valid_bytes), body);
    if (state == RecordState::cut_off) break;
    LogRecord& record = out.records.emplace_back();
    const bool decoded = decode_record(body, record);
    if (!decoded) record = {};
    if (!decoded || state == RecordState::damaged)
      record.damage = fail(ErrorCode::corrupt_data,
                           "A log of the data folder is damaged at byte " + std::to_string(out.valid_bytes) + ".");
    if (!decoded) break;  // where the next one begins is not known
    out.valid_bytes += record_head_bytes + body.size();
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
  broken_ = true;  // until it is known what the file holds: an exception may come between
  auto written = file_->append(records);
  if (written) written = file_->sync();
  if (!written) {
    broken_ = !file_->truncate(bytes_) || !file_->sync();
    return written;
  }
  broken_ = false;
  bytes_ += records.size();
  return {};
}

}  // namespace vedette::tables
