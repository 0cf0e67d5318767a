#include "store_contents.h"

#include "stored_table.h"
#include "vedette/tables/declaration.h"

namespace vedette::tables {

void Contents::add_damage(const LogRecord& record, uint64_t log) {
  const auto segment = Segment::damaged(record.damage->cause, *record.damage);
  bool all = record.rows.empty();
  for (const LogRecord::Rows& rows : record.rows) all = all || !find_declaration(rows.table);
  if (all)
    for (const TableDeclaration& table : declared_tables()) tables[table.name].push_back({0, log, segment});
  else
    for (const LogRecord::Rows& rows : record.rows) tables[rows.table].push_back({0, log, segment});
}

void Contents::change_state(const std::map<std::string, std::string>& changes) {
  for (const auto& [key, value] : changes) {
    if (value.empty())
      state.erase(key);
    else
      state[key] = value;
  }
}

namespace {

class StoreSnapshot final : public Snapshot {
 public:
  StoreSnapshot(std::shared_ptr<const Contents> contents, std::shared_ptr<SegmentCache> cache)
      : contents_(std::move(contents)), cache_(std::move(cache)) {}

  std::shared_ptr<const kql::TableSource> find(std::string_view name) const override {
    const TableDeclaration* declaration = find_declaration(name);
    if (!declaration) return nullptr;
    auto segments = std::make_shared<Segments>();
    if (const auto at = contents_->tables.find(name); at != contents_->tables.end())
      for (const StoredSegment& segment : at->second) segments->push_back(segment.segment);
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
      for (const StoredSegment& segment : at->second) rows += static_cast<int64_t>(segment.segment->row_count());
    return rows;
  }

  std::string state(std::string_view key) const override {
    const auto at = contents_->state.find(key);
    return at == contents_->state.end() ? std::string() : at->second;
  }

 private:
  std::shared_ptr<const Contents> contents_;
  std::shared_ptr<SegmentCache> cache_;
};

}  // namespace

std::shared_ptr<const Snapshot> make_snapshot(std::shared_ptr<const Contents> contents,
                                              std::shared_ptr<SegmentCache> cache) {
  return std::make_shared<StoreSnapshot>(std::move(contents), std::move(cache));
}

std::shared_ptr<const Snapshot> empty_snapshot() {
  return make_snapshot(std::make_shared<Contents>(), std::make_shared<SegmentCache>(0));
}

}  // namespace vedette::tables
