#include "vedette/ingest/pipeline.h"

#include <algorithm>
#include <chrono>
#include <future>
#include <unordered_set>

#include "grouper.h"
#include "hashed_source.h"
#include "input_cursor.h"
#include "vedette/ingest/alert.h"

namespace vedette::ingest {

using base::ErrorCode;
using base::fail;

namespace {

ReadOptions read_options(const Connector& connector, const IngestOptions& ingesting) {
  ReadOptions options;
  options.format = connector.config().format;
  options.wrapper = connector.config().wrapper;
  options.limits = ingesting.limits;
  options.framing = ingesting.framing;
  return options;
}

void append_quarantine(std::string& lines, const QuarantinedRecord& record) {
  lines += "{\"ordinal\":" + std::to_string(record.ordinal) + ",\"file\":";
  json::append_string(lines, record.file);
  lines += ",\"line\":" + std::to_string(record.line) + ",\"offset\":" + std::to_string(record.offset) + ",\"reason\":";
  json::append_string(lines, record.reason);
  lines += ",\"text\":";
  json::append_string(lines, record.text);
  lines += "}\n";
}

// The members of rows that their table has no column for. Records of one source have the same members in the same
// order, so that each is first compared with its neighbour in the record before.
class UnknownMemberFinder {
 public:
  explicit UnknownMemberFinder(const columnar::Schema& columns) {
    for (const columnar::Column& column : columns) names_.insert(column.name);
  }
  template <class Visit>
  void for_each(const Record& record, const Visit& visit) {
    if (record.value.kind() != columnar::DynamicKind::bag) return;
    const auto members = record.value.members();
    if (known_.size() < members.size()) known_.resize(members.size());
    for (size_t i = 0; i < members.size(); ++i) {
      if (known_[i] == members[i].key) continue;
      if (const auto at = names_.find(members[i].key); at != names_.end())
        known_[i] = *at;
      else
        visit(members[i].key);
    }
  }

 private:
  std::unordered_set<std::string_view> names_;
  std::vector<std::string_view> known_;  // by place: the column of the last record's member there
};

// One input on its way.
class Run {
 public:
  Run(const Connector& connector, const Input& input, const IngestOptions& options, base::DateTime now, Cursor cursor)
      : connector_(connector), options_(options), cursor_(std::move(cursor)) {
    const std::string& provider = options.provider.empty() ? connector.config().provider : options.provider;
    origin_ = {options.tenant_id, provider, now};
    ReadOptions reading = read_options(connector, options);
    reading.first_ordinal = cursor_.next_ordinal;
    reading.pending = cursor_.pending;
    // Groups are made of records.
    if (!connector.config().group) row_builder_ = connector.row_builder();
    reading.rows = row_builder_.get();
    reader_ = RecordReader::open(input, std::move(reading));
    if (const auto* columns = connector.member_columns()) unknown_members_.emplace(*columns);
    if (connector.config().group) grouper_.emplace(*connector.config().group);
  }

  const Cursor& cursor() const { return cursor_; }

  // Reads until the unit is full; false at the end of the input.
  base::Result<bool> fill(size_t records_max, size_t bytes_max) {
    uint64_t records = 0;
    size_t bytes = 0;
    const auto bytes_built = [&] { return row_builder_ ? row_builder_->bytes() : 0; };
    while (records < records_max && bytes + bytes_built() < bytes_max && !cursor_.complete) {
      TRY(options_.stop.check());
      RecordBatch batch = reader_->next(options_.batch_records);
      const bool ended = batch.empty();
      count_unknown_members(batch);
      records += batch.records.size() + batch.quarantined.size() + batch.rows_built;
      cursor_.summary.mapped += batch.rows_built;
      if (!batch.records.empty()) {
        bytes += batch.text_bytes + bytes_built();
        take_rows();
      } else {
        for (const auto& record : batch.quarantined) bytes += record.text.size();
      }
      if (grouper_) batch = ended ? grouper_->finish() : grouper_->add(std::move(batch));
      take(row_builder_ && batch.records.empty()
               ? MappedRecords{.rows = {}, .alerts = {}, .quarantined = std::move(batch.quarantined)}
               : connector_.map(batch, origin_));
      cursor_.next_ordinal = reader_->next_ordinal();
      cursor_.complete = ended;
      if (options_.on_progress) options_.on_progress(cursor_.summary);
    }
    take_rows();
    cursor_.pending = grouper_ ? grouper_->pending() : std::vector<uint64_t>{};
    return !cursor_.complete;
  }

  // How much of the input the cursor is about, and the hash of that.
  void remember(uint64_t bytes, std::string hash) {
    cursor_.bytes = bytes;
    cursor_.hash = std::move(hash);
  }

  // What was gathered since the last time; cursor() is behind it. The name of the quarantine is the caller's to say.
  IngestUnit take_unit() {
    unit_.quarantine.offset = cursor_.quarantine_bytes;
    cursor_.quarantine_bytes += unit_.quarantine.lines.size();
    return std::exchange(unit_, IngestUnit{});
  }

 private:
  void count_unknown_members(const RecordBatch& batch) {
    if (!unknown_members_) return;
    for (const auto& record : batch.records)
      unknown_members_->for_each(record,
                                 [&](std::string_view name) { ++cursor_.summary.dropped_members[std::string(name)]; });
  }

  // The rows that were built stand before those of the records that come after them.
  void take_rows() {
    if (!row_builder_) return;
    for (const auto& [name, count] : row_builder_->take_dropped_members())
      cursor_.summary.dropped_members[name] += count;
    if (row_builder_->rows() > 0) add_rows({row_builder_->table(), {row_builder_->finish()}});
  }

  void add_rows(tables::TableRows table) {
    for (const auto& batch : table.batches) cursor_.summary.rows[table.table] += batch.rows;
    const auto known =
        std::find_if(unit_.rows.begin(), unit_.rows.end(), [&](const auto& rows) { return rows.table == table.table; });
    if (known == unit_.rows.end())
      unit_.rows.push_back(std::move(table));
    else
      std::move(table.batches.begin(), table.batches.end(), std::back_inserter(known->batches));
  }

  void take(MappedRecords mapped) {
    auto& summary = cursor_.summary;
    summary.mapped += mapped.mapped;
    summary.unmapped += mapped.unmapped;
    for (const auto& record : mapped.quarantined) summary.quarantined += record.parts;
    summary.records = summary.mapped + summary.unmapped + summary.quarantined;
    summary.alerts += mapped.alerts.size();
    summary.incidents += mapped.incidents.size();
    summary.indicators += mapped.indicators.size();
    if (summary.first_problem.empty() && !mapped.quarantined.empty())
      summary.first_problem = mapped.quarantined.front().reason;
    for (auto& table : mapped.rows) add_rows(std::move(table));
    std::move(mapped.alerts.begin(), mapped.alerts.end(), std::back_inserter(unit_.alerts));
    std::move(mapped.incidents.begin(), mapped.incidents.end(), std::back_inserter(unit_.incidents));
    std::move(mapped.indicators.begin(), mapped.indicators.end(), std::back_inserter(unit_.indicators));
    for (const auto& record : mapped.quarantined) append_quarantine(unit_.quarantine.lines, record);
  }

  const Connector& connector_;
  const IngestOptions& options_;
  Cursor cursor_;
  AlertOrigin origin_;
  std::unique_ptr<RowBuilder> row_builder_;  // what it has stands before what is read next
  std::unique_ptr<RecordReader> reader_;
  std::optional<Grouper> grouper_;
  std::optional<UnknownMemberFinder> unknown_members_;
  IngestUnit unit_;
};

// Strict rows are refused before any of them is stored.
base::Status check_members(const Connector& connector, const Input& input, const IngestOptions& options) {
  const auto* columns = connector.member_columns();
  if (!columns || options.unknown_members == UnknownMembers::drop) return {};
  const auto reader = RecordReader::open(input, read_options(connector, options));
  UnknownMemberFinder unknown_members(*columns);
  for (auto batch = reader->next(options.batch_records); !batch.empty(); batch = reader->next(options.batch_records)) {
    TRY(options.stop.check());
    for (const auto& record : batch.records) {
      std::string unknown;
      unknown_members.for_each(record, [&](std::string_view name) {
        if (unknown.empty()) unknown = name;
      });
      if (!unknown.empty())
        return fail(ErrorCode::bad_request, "Record " + std::to_string(record.ordinal + 1) + " of '" +
                                                std::string(record.file) + "' has the member '" + unknown +
                                                "', which is no column of the table.");
    }
  }
  return {};
}

// Keys of pushes stand in a ring of slots, so that the state does not grow for ever.
base::Result<uint64_t> next_slot(const IngestSink& sink) {
  const std::string text = sink.state("push-slots/next");
  if (text.empty()) return uint64_t{0};
  const auto value = TRY(json::parse(text));
  return value.is_int64() ? static_cast<uint64_t>(value.get_int64()) % idempotency_keys_max : 0;
}

}  // namespace

// The first of those who store at the same time makes it.
base::Result<InputKey> Pipeline::claimed_key() {
  const auto claim = options_.claims->wait_for("key");
  return input_key(sink_);
}

base::Result<IngestSummary> Pipeline::ingest(const Connector& connector, const Input& input) {
  TRY(check_members(connector, input, options_));
  const std::string& name = connector.config().name;
  const InputKey key = TRY(claimed_key());
  const std::string head = TRY(head_of(input, key, options_.stop));
  const auto claim = options_.claims->wait_for(cursor_state(name, head));
  CursorPlace place = TRY(find_cursor(sink_, name, input, head, key, options_.stop));
  if (place.cursor.complete) return place.cursor.summary.stored_before = true, place.cursor.summary;
  const auto source = std::make_shared<const HashedSource>(input.bytes, key.digits, options_.stop);
  Run run(connector, {input.name, source}, options_, clock_.now(), std::move(place.cursor));
  // While a unit is stored, the next one is read.
  std::future<base::Status> stored;
  for (bool more = true; more;) {
    more = TRY(run.fill(options_.unit_records, options_.unit_bytes));
    if (auto read = source->status(); !read) {
      if (stored.valid()) TRY(stored.get());
      return std::move(read).error();
    }
    if (!more) TRY(source->hash_rest());
    run.remember(source->hashed_bytes(), TRY(source->digits()));
    auto unit = std::make_shared<IngestUnit>(run.take_unit());
    unit->quarantine.name = name + "-" + place.name;
    unit->state[cursor_state(name, place.name)] = to_text(run.cursor());
    if (stored.valid()) TRY(stored.get());
    stored = std::async(std::launch::async, [this, unit] { return sink_.commit(std::move(*unit)); });
  }
  TRY(stored.get());
  return run.cursor().summary;
}

base::Result<IngestSummary> Pipeline::push(const Connector& connector, const Input& input,
                                           const std::string& idempotency_key) {
  const std::string name = connector.config().name + '\n' + idempotency_key;
  const std::string key = "push/" + TRY(content_hash(memory_input("key", name)));
  if (!idempotency_key.empty()) {
    auto stored = TRY(parse_cursor(sink_.state(key)));
    if (stored.complete) return stored.summary.stored_before = true, stored.summary;
  }
  TRY(check_members(connector, input, options_));
  Run run(connector, input, options_, clock_.now(), {});
  TRY(run.fill(SIZE_MAX, SIZE_MAX));
  // Quarantined records of pushes of one body stand in one place, so that sending it again does not repeat them.
  IngestUnit unit = run.take_unit();
  unit.quarantine.name = connector.config().name + "-" + TRY(content_hash(input));
  if (!idempotency_key.empty()) {
    const uint64_t slot = TRY(next_slot(sink_));
    const std::string slot_key = "push-slots/" + std::to_string(slot);
    const std::string forgotten = sink_.state(slot_key);
    if (!forgotten.empty()) unit.state[forgotten] = "";
    unit.state[slot_key] = key;
    unit.state["push-slots/next"] = std::to_string(slot + 1);
    unit.state[key] = to_text(run.cursor());
  }
  TRY(sink_.commit(std::move(unit)));
  return run.cursor().summary;
}

base::Result<IngestSummary> Pipeline::store(const Connector& connector, const Input& input,
                                            std::map<std::string, std::string> state) {
  Run run(connector, input, options_, clock_.now(), {});
  TRY(run.fill(SIZE_MAX, SIZE_MAX));
  IngestUnit unit = run.take_unit();
  unit.quarantine.name = connector.config().name + "-" + TRY(content_hash(input));
  unit.state = std::move(state);
  TRY(sink_.commit(std::move(unit)));
  return run.cursor().summary;
}

}  // namespace vedette::ingest
