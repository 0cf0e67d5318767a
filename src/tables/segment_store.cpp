#include "segment_store.h"

#include <algorithm>

namespace vedette::tables {

using base::ErrorCode;
using base::fail;

base::Status SegmentStore::load(Contents& contents) {
  loaded_bytes_ = 0;
  if (!files_.exists(manifest_path())) return {};
  const std::string bytes = TRY(io::read_file(files_, manifest_path()));
  loaded_bytes_ = bytes.size();
  auto read = decode_manifest(bytes);
  if (!read) return std::move(read).error().with_cause(manifest_path());
  for (const ManifestRecord& record : read->records) apply(record, contents);
  for (auto& [table, segments] : contents.tables)
    for (StoredSegment& segment : segments) {
      const std::string path = path_of(table, segment.number);
      auto opened = Segment::open(files_, path, cache_);
      if (!opened && opened.error().code == ErrorCode::corrupt_data)  // the others can be read
        opened = Segment::damaged(path, std::move(opened).error());
      segment.segment = TRY(std::move(opened));
    }
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

namespace {

// Removed unless it is finished; where that fails, too, it goes when the folder is next opened.
struct UnfinishedFile {
  ~UnfinishedFile() {
    if (!finished) (void)files.remove_file(path);
  }
  io::FileSystem& files;
  const std::string& path;
  bool finished = false;
};

}  // namespace

base::Result<StoredSegment> SegmentStore::write_segment(const TableDeclaration& table, const SegmentRows& rows,
                                                        const SegmentOptions& options) {
  StoredSegment out;
  out.number = next_number_++;
  const std::string path = path_of(table.name, out.number);
  const std::string bytes = TRY(encode_segment(table.schema, rows, options));
  TRY(files_.remove_file(path));
  const auto file = TRY(files_.open_for_appending(path));
  UnfinishedFile unfinished{files_, path};
  TRY(file->append(bytes));
  TRY(file->sync());
  out.segment = TRY(Segment::open(files_, path, cache_));
  unfinished.finished = true;
  return out;
}

namespace {

base::Result<columnar::Vector> read_to_merge(const StoredSegment& source, const columnar::Column& column) {
  int64_t bytes_read = 0;
  auto values = source.segment->read(column, bytes_read);
  if (!values && values.error().code == ErrorCode::corrupt_data) source.segment->keep_out_of_merges();
  return values;
}

}  // namespace

base::Result<std::vector<std::vector<RowPiece>>> SegmentStore::parts_of(const TableDeclaration& table,
                                                                        const std::vector<StoredSegment>& sources) {
  const auto column = columnar::find_column(table.schema, "Timestamp");
  if (!column || table.schema[*column].type != columnar::Type::datetime) {
    std::vector<size_t> sizes;
    for (const StoredSegment& source : sources) sizes.push_back(source.segment->row_count());
    return cut(in_order(sizes), segment_rows_max);
  }
  std::vector<columnar::Vector> times;
  for (const StoredSegment& source : sources) times.push_back(TRY(read_to_merge(source, table.schema[*column])));
  return cut(order_by_day(times), segment_rows_max);
}

base::Status SegmentStore::write(const TableDeclaration& table, const std::vector<StoredSegment>& sources,
                                 const SegmentOptions& how, std::vector<StoredSegment>& written) {
  TRY(files_.create_directories(table_folder(table.name)));
  SegmentOptions options = how;
  for (const StoredSegment& source : sources) {
    const Segment& segment = *source.segment;
    const bool first = &source == sources.data();
    if (first || segment.ingested_first() < options.ingested_first) options.ingested_first = segment.ingested_first();
    if (first || options.ingested_last < segment.ingested_last()) options.ingested_last = segment.ingested_last();
  }
  const auto read = [&](size_t source, size_t column) { return read_to_merge(sources[source], table.schema[column]); };
  for (const std::vector<RowPiece>& part : TRY(parts_of(table, sources)))
    written.push_back(TRY(write_segment(table, rows_of(part, read), options)));
  TRY(files_.sync_directory(table_folder(table.name)));
  return files_.sync_directory(folder_);
}

base::Status SegmentStore::append(const ManifestRecord& record) {
  if (broken_)
    return fail(ErrorCode::io_error, "The data folder's manifest could not be repaired; restart the server.");
  const std::string bytes = encode_record(record);
  broken_ = true;  // until it is known what the file holds: an exception may come between
  auto written = manifest_->append(bytes);
  if (written) written = manifest_->sync();
  if (!written) {
    broken_ = !manifest_->truncate(manifest_bytes_) || !manifest_->sync();
    return written;
  }
  broken_ = false;
  manifest_bytes_ += bytes.size();
  sealed_log_ = std::max(sealed_log_, record.sealed_log);
  return {};
}

}  // namespace vedette::tables
