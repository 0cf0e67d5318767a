#include "followed_file.h"

#include <algorithm>

#include "vedette/base/ascii_case.h"

namespace vedette::federation {

using base::Result;
using base::Status;
using ingest::RecordFormat;
using Time = std::chrono::steady_clock::time_point;

FollowedFile::FollowedFile(std::unique_ptr<io::OutsideFile> file, FilePosition position,
                           const ingest::ConnectorConfig& config)
    : file_(std::move(file)), position_(std::move(position)), config_(config) {
  position_.file = file_->identity();
  if (config_.group) groups_.emplace(config_.group->window);
}

Status FollowedFile::skip_to_end() {
  position_.offset = TRY(file_->size());
  position_.skipping = position_.offset > 0 && TRY(file_->read(position_.offset - 1, 1)) != "\n";
  position_.mark = TRY(mark_of(*file_, position_.offset));
  return {};
}

// A file that was cut off, or is another one, is read from its beginning.
Status FollowedFile::find_place() {
  if (position_.offset == 0) return {};
  const bool is_same = size_ >= position_.offset && TRY(mark_of(*file_, position_.offset)) == position_.mark;
  if (is_same) return {};
  position_.offset = 0;
  position_.skipping = false;
  position_.mark.clear();
  if (groups_) groups_.emplace(config_.group->window);
  return {};
}

// The first lines of Zeek's tables, and the first one of others: what the columns are. "" for what is no table.
Result<std::string> FollowedFile::header() const {
  const std::string name = base::ascii_lower(position_.path);
  const std::string first = TRY(file_->read(0, header_bytes_max));
  const bool is_zeek = first.starts_with("#separator") || first.starts_with("#fields");
  const bool is_csv = config_.format == RecordFormat::csv ||
                      (config_.format == RecordFormat::automatic && (name.ends_with(".csv") || name.ends_with(".tsv")));
  if (!is_zeek && !is_csv) return std::string();
  size_t end = 0;
  for (size_t at = 0; at < first.size() && (is_zeek ? first[at] == '#' : end == 0); at = end) {
    const size_t line_end = first.find('\n', at);
    if (line_end == first.npos) break;
    end = line_end + 1;
  }
  return first.substr(0, end);
}

// Passes over the rest of a line that is no record.
Result<std::optional<LineBatch>> FollowedFile::skip_line(std::string bytes) {
  const size_t end = bytes.find('\n');
  const size_t skipped = end == bytes.npos ? bytes.size() : end + 1;
  LineBatch batch;
  batch.after = position_;
  batch.after.offset += skipped;
  batch.after.skipping = end == bytes.npos;
  batch.after.mark = TRY(mark_of(*file_, batch.after.offset));
  batch.more = batch.after.offset < size_;
  return std::optional(std::move(batch));
}

// How many of the bytes are lines that can be stored now.
size_t FollowedFile::whole_lines(std::string_view bytes, Writer writer, Time now) {
  const bool is_last = position_.offset + bytes.size() == size_ && writer == Writer::ended;
  const size_t end = is_last ? bytes.size() : bytes.rfind('\n') + 1;  // 0 for none
  if (!groups_ || end == 0 || is_last) return end;
  std::vector<size_t> begins;
  std::vector<std::string> keys;
  for (size_t at = 0; at < end; at = bytes.find('\n', at) + 1) {
    begins.push_back(at);
    keys.push_back(record_group(config_, bytes.substr(at, bytes.find('\n', at) - at)));
  }
  const size_t whole = groups_->whole(keys, now);
  return whole == begins.size() ? end : begins[whole];
}

Result<std::optional<LineBatch>> FollowedFile::read(Writer writer, Time now) {
  size_ = TRY(file_->size());
  TRY(find_place());
  if (size_ <= position_.offset) return std::optional<LineBatch>();
  std::string bytes = TRY(file_->read(position_.offset, batch_bytes));
  if (bytes.empty()) return std::optional<LineBatch>();  // it was cut off meanwhile
  if (position_.skipping) return skip_line(std::move(bytes));
  size_t taken = whole_lines(bytes, writer, now);
  if (taken == 0 && bytes.find('\n') == bytes.npos && bytes.size() == batch_bytes) {
    bytes += TRY(file_->read(position_.offset + batch_bytes, line_bytes_max + 1 - batch_bytes));
    taken = whole_lines(bytes, writer, now);
  }
  // A line that is too long costs itself: its beginning goes to quarantine, its rest is passed over.
  const bool is_overlong = taken == 0 && bytes.size() > line_bytes_max && bytes.find('\n') == bytes.npos;
  if (is_overlong) taken = bytes.size();
  if (taken == 0) return std::optional<LineBatch>();
  LineBatch batch;
  batch.after = position_;
  batch.after.offset += taken;
  batch.after.skipping = is_overlong;
  batch.after.mark = TRY(mark_of(*file_, batch.after.offset));
  batch.more = batch.after.offset < size_ && taken == bytes.rfind('\n') + 1;
  const std::string columns = TRY(header());
  if (!columns.empty()) batch.framing = ingest::Framing::file;
  if (position_.offset > 0) batch.text = columns;
  bytes.resize(taken);
  batch.text += bytes;
  return std::optional(std::move(batch));
}

}  // namespace vedette::federation
