#include "segment_store.h"

#include <algorithm>

#include "order_by_day.h"

namespace vedette::tables {

using base::ErrorCode;
using base::fail;
using columnar::Batch;

base::Status SegmentStore::load(Contents& contents) {
  loaded_bytes_ = 0;
  if (!files_.exists(manifest_path())) return {};
  const std::string bytes = TRY(io::read_file(files_, manifest_path()));
  loaded_bytes_ = bytes.size();
  auto read = decode_manifest(bytes);
  if (!read) return std::move(read).error().with_cause(manifest_path());
  for (const ManifestRecord& record : read->records) apply(record, contents);
  for (auto& [table, segments] : contents.tables)
    for (StoredSegment& segment : segments)
      segment.segment = TRY(Segment::open(files_, path_of(table, segment.number), cache_));
  manifest_version_ = read->version;
  manifest_bytes_ = read->valid_bytes;
  return {};
}

base::Result<bool> SegmentStore::is_current() const {
  if (!files_.exists(manifest_path())) return loaded_bytes_ == 0;
  const auto file = TRY(files_.open_for_reading(manifest_path()));
  return TRY(file->size()) == loaded_bytes_;
}

// Without opening the segments: a later record may have removed them.
void SegmentStore::apply(const ManifestRecord& record, Contents& contents) {
  for (const SegmentName& removed : record.removed)
    std::erase_if(contents.tables[removed.table], [&](const auto& s) { return s.number == removed.number; });
  for (const SegmentName& added : record.added) {
    contents.tables[added.table].push_back({added.number, 0, nullptr});
    next_number_ = std::max(next_number_, added.number + 1);
  }
  contents.change_state(record.state);
  sealed_log_ = std::max(sealed_log_, record.sealed_log);
}

base::Status SegmentStore::begin_writing(const Contents& contents) {
  if (manifest_bytes_ == 0 || manifest_version_ < 2) TRY(write_manifest(contents));
  TRY(remove_leftovers(contents));
  manifest_ = TRY(files_.open_for_appending(manifest_path()));
  return manifest_->truncate(manifest_bytes_);
}

base::Status SegmentStore::write_manifest(const Contents& contents) {
  ManifestRecord all;
  for (const auto& [table, segments] : contents.tables)
    for (const StoredSegment& segment : segments) all.added.push_back({table, segment.number});
  all.state.insert(contents.state.begin(), contents.state.end());
  std::string bytes(manifest_magic);
  if (!all.added.empty() || !all.state.empty()) bytes += encode_record(all);
  TRY(io::write_file_durably(files_, manifest_path(), bytes));
  manifest_bytes_ = bytes.size();
  return {};
}

base::Status SegmentStore::remove_leftovers(const Contents& contents) {
  for (const std::string& table : TRY(files_.list_directory(folder_))) {
    if (!find_declaration(table)) continue;
    const auto known = contents.tables.find(table);
    for (const std::string& file : TRY(files_.list_directory(table_folder(table)))) {
      const bool named = known != contents.tables.end() &&
                         std::any_of(known->second.begin(), known->second.end(),
                                     [&](const auto& s) { return std::to_string(s.number) + ".seg" == file; });
      if (!named) TRY(files_.remove_file(table_folder(table) + "/" + file));
    }
  }
  return {};
}

base::Result<StoredSegment> SegmentStore::write_segment(const TableDeclaration& table, std::span<const Batch> batches,
                                                        const SegmentOptions& options) {
  StoredSegment out;
  out.number = next_number_++;
  const std::string path = path_of(table.name, out.number);
  const std::string bytes = TRY(encode_segment(table.schema, batches, options));
  TRY(files_.remove_file(path));
  const auto file = TRY(files_.open_for_appending(path));
  TRY(file->append(bytes));
  TRY(file->sync());
  out.segment = TRY(Segment::open(files_, path, cache_));
  return out;
}

base::Result<std::vector<StoredSegment>> SegmentStore::write(const TableDeclaration& table,
                                                             const std::vector<StoredSegment>& sources) {
  TRY(files_.create_directories(table_folder(table.name)));
  SegmentOptions options;
  std::vector<Batch> batches;
  for (const StoredSegment& source : sources) {
    const Segment& segment = *source.segment;
    const bool first = batches.empty();
    if (first || segment.ingested_first() < options.ingested_first) options.ingested_first = segment.ingested_first();
    if (first || options.ingested_last < segment.ingested_last()) options.ingested_last = segment.ingested_last();
    Batch& batch = batches.emplace_back();
    batch.rows = segment.row_count();
    int64_t bytes_read = 0;
    for (const columnar::Column& column : table.schema) batch.columns.push_back(TRY(segment.read(column, bytes_read)));
  }
  std::vector<StoredSegment> written;
  for (const std::vector<Batch>& part : cut(order_by_day(table.schema, std::move(batches)), segment_rows_max))
    written.push_back(TRY(write_segment(table, part, options)));
  TRY(files_.sync_directory(table_folder(table.name)));
  TRY(files_.sync_directory(folder_));
  return written;
}

base::Status SegmentStore::append(const ManifestRecord& record) {
  if (broken_)
    return fail(ErrorCode::io_error, "The data folder's manifest could not be repaired; restart the server.");
  const std::string bytes = encode_record(record);
  auto written = manifest_->append(bytes);
  if (written) written = manifest_->sync();
  if (!written) {
    broken_ = !manifest_->truncate(manifest_bytes_) || !manifest_->sync();
    return written;
  }
  manifest_bytes_ += bytes.size();
  sealed_log_ = std::max(sealed_log_, record.sealed_log);
  return {};
}

}  // namespace vedette::tables
