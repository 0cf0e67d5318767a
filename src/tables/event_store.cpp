// The writer of a tenant's events and the snapshots it hands out. The folder's layout is in event_store.h.
#include "vedette/tables/event_store.h"

#include <algorithm>
#include <mutex>

#include "column_cache.h"
#include "manifest.h"
#include "stored_table.h"
#include "vedette/tables/declaration.h"

namespace vedette::tables {
namespace {

using base::ErrorCode;
using base::fail;
using columnar::Batch;

constexpr int64_t column_cache_bytes = int64_t{1} << 30;
// Merging takes over runs of segments below this; larger ones are left as they are.
constexpr size_t small_segment_rows = segment_rows_max / 2;

struct NumberedSegment {
  uint64_t number = 0;
  std::shared_ptr<const Segment> segment;
};

// What the manifest says at one moment. Immutable once published.
struct Contents {
  std::map<std::string, std::vector<NumberedSegment>, std::less<>> tables;
  std::map<std::string, std::string, std::less<>> state;
};

class StoreSnapshot final : public Snapshot {
 public:
  StoreSnapshot(std::shared_ptr<const Contents> contents, std::shared_ptr<ColumnCache> cache)
      : contents_(std::move(contents)), cache_(std::move(cache)) {}

  std::shared_ptr<const kql::TableSource> find(std::string_view name) const override {
    const TableDeclaration* declaration = find_declaration(name);
    if (!declaration) return nullptr;
    auto segments = std::make_shared<Segments>();
    if (const auto at = contents_->tables.find(name); at != contents_->tables.end())
      for (const NumberedSegment& segment : at->second) segments->push_back(segment.segment);
    return std::make_shared<StoredTable>(*declaration, std::move(segments), cache_);
  }

  std::vector<std::string> table_names() const override {
    std::vector<std::string> names;
    for (const TableDeclaration& table : declared_tables())
      if (table.visibility == Visibility::visible) names.push_back(table.name);
    return names;
  }

  int64_t row_count(std::string_view table) const override {
    int64_t rows = 0;
    if (const auto at = contents_->tables.find(table); at != contents_->tables.end())
      for (const NumberedSegment& segment : at->second) rows += static_cast<int64_t>(segment.segment->row_count());
    return rows;
  }

  std::string state(std::string_view key) const override {
    const auto at = contents_->state.find(key);
    return at == contents_->state.end() ? std::string() : at->second;
  }

 private:
  std::shared_ptr<const Contents> contents_;
  std::shared_ptr<ColumnCache> cache_;
};

class FolderStore final : public EventStore {
 public:
  FolderStore(io::FileSystem& files, std::string folder, Access access)
      : files_(files), folder_(std::move(folder)), access_(access) {}

  base::Status load();
  base::Status commit(Commit commit) override;
  base::Status merge_small_segments() override;
  std::shared_ptr<const Snapshot> snapshot() const override {
    const std::lock_guard lock(contents_mutex_);
    return std::make_shared<StoreSnapshot>(contents_, cache_);
  }

 private:
  std::string manifest_path() const { return folder_ + "/MANIFEST"; }
  std::string table_folder(std::string_view table) const { return folder_ + "/" + std::string(table); }
  std::string segment_path(const SegmentName& name) const {
    return table_folder(name.table) + "/" + std::to_string(name.number) + ".seg";
  }

  base::Status create();
  base::Status apply(const ManifestRecord& record, Contents& contents);
  base::Status remove_leftovers(const Contents& contents);
  base::Status write_rows(const TableRows& rows, ManifestRecord& record);
  base::Status write_segment(const TableDeclaration& table, std::span<const Batch> batches, ManifestRecord& record);
  base::Status merge_table(const std::string& table, const std::vector<NumberedSegment>& segments);
  base::Status append(const ManifestRecord& record);
  void publish(std::shared_ptr<const Contents> contents);

  io::FileSystem& files_;
  const std::string folder_;
  const Access access_;
  std::unique_ptr<io::FileLock> lock_;
  std::unique_ptr<io::File> manifest_;
  std::mutex commit_mutex_;  // guards everything below but contents_
  uint64_t next_number_ = 1;
  uint64_t manifest_bytes_ = 0;
  bool broken_ = false;  // an append failed and could not be undone: no further commit may follow it

  mutable std::mutex contents_mutex_;
  std::shared_ptr<const Contents> contents_ = std::make_shared<Contents>();
  const std::shared_ptr<ColumnCache> cache_ = std::make_shared<ColumnCache>(column_cache_bytes);
};

base::Status FolderStore::create() {
  TRY(files_.create_directories(folder_));
  lock_ = TRY(files_.lock(folder_ + "/LOCK"));
  if (!files_.exists(manifest_path())) TRY(io::write_file_durably(files_, manifest_path(), manifest_magic));
  return {};
}

base::Status FolderStore::load() {
  if (access_ == Access::read_write) TRY(create());
  if (access_ == Access::read_only && !files_.exists(manifest_path())) return {};  // nothing was ever written
  auto read = decode_manifest(TRY(io::read_file(files_, manifest_path())));
  if (!read) return std::move(read).error().with_cause(manifest_path());
  auto contents = std::make_shared<Contents>();
  for (const ManifestRecord& record : read->records) TRY(apply(record, *contents));
  for (auto& [table, segments] : contents->tables)
    for (NumberedSegment& segment : segments)
      segment.segment = TRY(Segment::open(files_, segment_path({table, segment.number})));
  if (access_ == Access::read_write) {
    TRY(remove_leftovers(*contents));
    manifest_ = TRY(files_.open_for_appending(manifest_path()));
    manifest_bytes_ = read->valid_bytes;
    TRY(manifest_->truncate(manifest_bytes_));
  }
  publish(std::move(contents));
  return {};
}

// Without opening the segments: a later record may have removed them.
base::Status FolderStore::apply(const ManifestRecord& record, Contents& contents) {
  for (const SegmentName& removed : record.removed)
    std::erase_if(contents.tables[removed.table], [&](const auto& s) { return s.number == removed.number; });
  for (const SegmentName& added : record.added) {
    contents.tables[added.table].push_back({added.number, nullptr});
    next_number_ = std::max(next_number_, added.number + 1);
  }
  for (const auto& [key, value] : record.state) {
    if (value.empty())
      contents.state.erase(key);
    else
      contents.state[key] = value;
  }
  return {};
}

base::Status FolderStore::remove_leftovers(const Contents& contents) {
  for (const std::string& table : TRY(files_.list_directory(folder_))) {
    if (!find_declaration(table)) continue;
    for (const std::string& file : TRY(files_.list_directory(table_folder(table)))) {
      const auto known = contents.tables.find(table);
      const bool named = known != contents.tables.end() &&
                         std::any_of(known->second.begin(), known->second.end(),
                                     [&](const auto& s) { return std::to_string(s.number) + ".seg" == file; });
      if (!named) TRY(files_.remove_file(table_folder(table) + "/" + file));
    }
  }
  return {};
}

base::Status FolderStore::write_segment(const TableDeclaration& table, std::span<const Batch> batches,
                                        ManifestRecord& record) {
  const SegmentName name{table.name, next_number_++};
  const std::string bytes = TRY(encode_segment(table.schema, batches));
  TRY(files_.remove_file(segment_path(name)));
  const auto file = TRY(files_.open_for_appending(segment_path(name)));
  TRY(file->append(bytes));
  TRY(file->sync());
  record.added.push_back(name);
  return {};
}

base::Status FolderStore::write_rows(const TableRows& rows, ManifestRecord& record) {
  const TableDeclaration* table = find_declaration(rows.table);
  if (!table) return fail(ErrorCode::not_found, "There is no table '" + rows.table + "'.");
  TRY(files_.create_directories(table_folder(table->name)));
  std::vector<Batch> segment;
  size_t segment_rows = 0;
  for (Batch rest : rows.batches) {
    if (rest.columns.size() != table->schema.size())
      return fail(ErrorCode::internal, "Rows for '" + table->name + "' do not have its columns.");
    while (rest.rows > 0) {
      const size_t count = std::min(rest.rows, segment_rows_max - segment_rows);
      segment.push_back(rest.slice(0, count));
      segment_rows += count;
      rest = rest.slice(count, rest.rows - count);
      if (segment_rows < segment_rows_max) continue;
      TRY(write_segment(*table, segment, record));
      segment.clear();
      segment_rows = 0;
    }
  }
  if (segment_rows > 0) TRY(write_segment(*table, segment, record));
  TRY(files_.sync_directory(table_folder(table->name)));
  return files_.sync_directory(folder_);
}

base::Status FolderStore::commit(Commit commit) {
  const std::lock_guard lock(commit_mutex_);
  if (access_ == Access::read_only) return fail(ErrorCode::internal, "The data folder was opened for reading only.");
  ManifestRecord record;
  record.state = std::move(commit.state);
  for (const TableRows& rows : commit.rows) TRY(write_rows(rows, record));
  if (record.added.empty() && record.state.empty()) return {};
  return append(record);
}

// Makes `record` durable and visible. A failed append is cut off again, so that a later record cannot follow half of
// one.
base::Status FolderStore::append(const ManifestRecord& record) {
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
  auto contents = std::make_shared<Contents>(*contents_);
  for (const SegmentName& removed : record.removed)
    for (const NumberedSegment& segment : contents->tables[removed.table])
      if (segment.number == removed.number) segment.segment->delete_on_close();
  TRY(apply(record, *contents));
  for (const SegmentName& added : record.added)
    for (NumberedSegment& segment : contents->tables[added.table])
      if (segment.number == added.number) segment.segment = TRY(Segment::open(files_, segment_path(added)));
  publish(std::move(contents));
  return {};
}

void FolderStore::publish(std::shared_ptr<const Contents> contents) {
  const std::lock_guard lock(contents_mutex_);
  contents_ = std::move(contents);
}

base::Status FolderStore::merge_small_segments() {
  const std::lock_guard lock(commit_mutex_);
  if (access_ == Access::read_only) return {};
  const auto contents = contents_;
  for (const auto& [table, segments] : contents->tables) TRY(merge_table(table, segments));
  return {};
}

// Joins the table's small segments into larger ones, in the order of their numbers.
base::Status FolderStore::merge_table(const std::string& table, const std::vector<NumberedSegment>& segments) {
  const TableDeclaration* declaration = find_declaration(table);
  if (!declaration) return {};
  std::vector<NumberedSegment> small;
  for (const NumberedSegment& segment : segments)
    if (segment.segment->row_count() < small_segment_rows) small.push_back(segment);
  if (small.size() < 2) return {};
  ManifestRecord record;
  TableRows rows{table, {}};
  for (const NumberedSegment& segment : small) {
    Batch batch;
    batch.rows = segment.segment->row_count();
    int64_t bytes_read = 0;
    for (const columnar::Column& column : declaration->schema)
      batch.columns.push_back(TRY(segment.segment->read(column, bytes_read)));
    rows.batches.push_back(std::move(batch));
    record.removed.push_back({table, segment.number});
  }
  TRY(write_rows(rows, record));
  return append(record);
}

}  // namespace

base::Result<std::unique_ptr<EventStore>> EventStore::open(io::FileSystem& files, std::string folder, Access access) {
  auto store = std::make_unique<FolderStore>(files, std::move(folder), access);
  TRY(store->load());
  return std::unique_ptr<EventStore>(std::move(store));
}

std::shared_ptr<const Snapshot> empty_snapshot() {
  return std::make_shared<StoreSnapshot>(std::make_shared<Contents>(), std::make_shared<ColumnCache>(0));
}

}  // namespace vedette::tables
