#include "sqlite_query.h"

#include <xxhash.h>

#include <algorithm>

#include "documents.h"
#include "evaluate.h"
#include "literal.h"
#include "query_plan.h"
#include "sort_key.h"
#include "sqlite_past.h"
#include "vedette/json/scratch.h"

namespace vedette::store {

using base::Result;
using base::Status;

namespace {

constexpr int64_t few = 1000;  // so many rows are read and sorted sooner than an index is walked for them

class PageQuery {
 public:
  PageQuery(Connection& connection, const StoredCollection& collection, const StoredTenant& tenant, const Query& query,
            RowEstimates& estimates)
      : connection_(connection),
        collection_(collection),
        tenant_(tenant.number),
        newest_(tenant.newest),
        query_(query),
        estimates_(estimates),
        plan_(collection, query),
        past_(connection, tenant.number, plan_),
        page_(query) {}

  Result<QueryPage> run(base::DateTime now) {
    std::optional<Position> after;
    if (collection_.keeps_past) snapshot_ = Snapshot{newest_};
    if (!query_.after.empty()) {
      Cursor cursor = TRY(decode_cursor(query_));
      after = std::move(cursor.position);
      if (collection_.keeps_past) snapshot_ = cursor.snapshot;
    }
    if (is_past()) TRY(go_back(after, now));
    const int64_t count = query_.count ? TRY(this->count()) : 0;
    if (!TRY(walk_all(after, TRY(index_to_use())))) TRY(past_.add_to(page_, nullptr));
    return std::move(page_).finish(count, snapshot_);
  }

 private:
  // Whether something was written since the snapshot.
  bool is_past() const { return snapshot_ && snapshot_->sequence != newest_; }

  Status go_back(const std::optional<Position>& after, base::DateTime now) {
    Statement next =
        TRY(connection_.kept("SELECT at FROM changes WHERE tenant = ? AND sequence > ? ORDER BY sequence LIMIT 1"));
    const bool found = TRY(next.integer(tenant_).integer(snapshot_->sequence).step());
    TRY(check_readable(*snapshot_, newest_, found ? std::optional(base::DateTime{next.integer_at(0)}) : std::nullopt,
                       now));
    return past_.load(*snapshot_, after);
  }

  // Whether the page is full.
  Result<bool> walk_all(const std::optional<Position>& after, const std::string& index) {
    if (!plan_.is_in_order()) return sorted(after, index);
    if (!query_.order.empty() && !query_.order[0].ranking.empty()) return ranks(after, index);
    return walk_on(after, index);
  }

  std::string where() const {
    return std::string(" WHERE tenant = ?") + (is_past() ? " AND sequence <= ?" : "") + rank_ + plan_.conditions_sql();
  }
  void bind(Statement& statement) const {
    statement.integer(tenant_);
    if (is_past()) statement.integer(snapshot_->sequence);
    plan_.bind_conditions(statement);
  }
  std::string from(const std::string& index) const {
    return " FROM " + table_of(collection_) + (index.empty() ? "" : " INDEXED BY " + index);
  }

  // The index of a condition that leaves few rows, else that of the order.
  Result<std::string> index_to_use() {
    for (const Condition& condition : plan_.conditions()) {
      if (!condition.column || condition.sql.find("<>") != condition.sql.npos ||
          condition.sql.find(" OR ") != condition.sql.npos || condition.sql.find("NOT IN") != condition.sql.npos)
        continue;
      const std::string index = index_of(collection_, static_cast<size_t>(*condition.column));
      if (TRY(rows_of(condition, index)) <= few) return index;
    }
    if (!plan_.is_in_order()) return std::string();
    if (query_.order.empty()) return index_of_numbers(collection_);
    return index_of(collection_, static_cast<size_t>(plan_.order_column(0)));
  }

  // How many rows meet the condition, or few + 1.
  Result<int64_t> rows_of(const Condition& condition, const std::string& index) {
    std::string text = index + ' ' + std::to_string(tenant_) + ' ' + condition.sql;
    for (const std::string& key : condition.keys) text += std::to_string(key.size()) + ':' + key;
    const uint64_t what = XXH3_64bits(text.data(), text.size());
    if (const auto known = estimates_.find(what, newest_, few)) return *known;
    Statement probe = TRY(connection_.kept("SELECT count(*) FROM (SELECT 1" + from(index) + " WHERE tenant = ? AND (" +
                                           condition.sql + ") LIMIT " + std::to_string(few + 1) + ")"));
    probe.integer(tenant_);
    for (const std::string& key : condition.keys) probe.blob(key);
    const int64_t rows = TRY(probe.step()) ? probe.integer_at(0) : 0;
    estimates_.put(what, newest_, rows);
    return rows;
  }

  Result<int64_t> count() {
    if (snapshot_ && snapshot_->count) return *snapshot_->count;
    int64_t count = past_.matching();
    if (plan_.is_exact()) {
      Statement statement = TRY(connection_.kept("SELECT count(*)" + from("") + where()));
      bind(statement);
      return TRY(statement.step()) ? count + statement.integer_at(0) : count;
    }
    Statement rows = TRY(connection_.kept("SELECT doc" + from("") + where()));
    bind(rows);
    while (TRY(rows.step())) {
      TRY(query_.stop.check());
      if (TRY(matches(query_, *TRY(scratch_.parse(TRY(document_at(rows, 0))))))) ++count;
    }
    return count;
  }

  // An order that begins with a ranking: the rows of one rank after the other, each a range of the property's index.
  Result<bool> ranks(const std::optional<Position>& after, const std::string& index) {
    const OrderBy& key = query_.order[0];
    const std::string column = "k" + std::to_string(plan_.order_column(0));
    std::vector<std::string> conditions{column + " = " + blob_text(Literal())};
    std::string others = column + " > " + blob_text(Literal());
    for (const std::string& member : key.ranking) {
      conditions.push_back(column + " = " + blob_text(member));
      others += " AND " + column + " <> " + blob_text(member);
    }
    conditions.push_back(others);
    const auto* rank = after ? std::get_if<int64_t>(&after->values[0]) : nullptr;
    size_t at = rank ? std::min(static_cast<size_t>(*rank) + 1, conditions.size() - 1) : 0;
    const bool downwards = key.direction == Direction::descending;
    if (!after && downwards) at = conditions.size() - 1;
    for (bool first = true; at < conditions.size(); at += downwards ? SIZE_MAX : 1) {
      rank_ = " AND " + conditions[at];
      if (TRY(walk_on(std::exchange(first, false) ? after : std::nullopt, index))) return true;
    }
    return false;
  }

  Result<bool> walk_on(const std::optional<Position>& after, const std::string& index) {
    return after ? stages(*after, index) : walk("", {}, nullptr, index);
  }

  // What follows `after`: first what equals it in all of the order, by number; then in all but the last; and so on.
  // Each stage is a range of an index, so that a page late in the order costs as much as the first.
  Result<bool> stages(const Position& after, const std::string& index) {
    for (size_t equal = query_.order.size() + 1; equal-- > 0;) {
      std::string sql;
      std::vector<std::string> keys;
      for (size_t i = 0; i < equal; ++i) {
        sql += " AND " + plan_.order_key(i) + " = ?";
        keys.push_back(sort_key(after.values[i]));
      }
      const bool by_number = equal == query_.order.size();
      if (!by_number) {
        const bool upwards = query_.order[equal].direction == Direction::ascending;
        sql += " AND " + plan_.order_key(equal) + (upwards ? " > ?" : " < ?");
        keys.push_back(sort_key(after.values[equal]));
      } else {
        sql += number_direction(query_.order) == Direction::ascending ? " AND number > ?" : " AND number < ?";
      }
      if (TRY(walk(sql, keys, by_number ? &after.number : nullptr, index))) return true;
    }
    return false;
  }

  // Whether the page is full.
  Result<bool> walk(const std::string& place, const std::vector<std::string>& keys, const int64_t* number,
                    const std::string& index) {
    const std::string columns =
        "SELECT id, version, sequence, " + document_column() + ", number" + plan_.order_columns();
    Statement rows = TRY(connection_.kept(columns + from(index) + where() + place + plan_.order_by()));
    bind(rows);
    for (const std::string& key : keys) rows.blob(key);
    if (number) rows.integer(*number);
    while (TRY(rows.step())) {
      TRY(query_.stop.check());
      if (!plan_.is_exact() && !TRY(matches(query_, *TRY(scratch_.parse(TRY(document_at(rows, 3))))))) continue;
      if (!TRY(place_row(rows))) return true;
    }
    return false;
  }

  // A row is placed by its keys. Its document is read with it where the filter needs it, or nobody holds any; else
  // often nothing but an index is read.
  bool reads_documents() const { return !plan_.is_exact() || !query_.is_held; }
  std::string document_column() const { return reads_documents() ? "doc" : "NULL"; }

  // False when the page is full.
  Result<bool> place_row(const Statement& row) {
    Entity entity{row.text_at(0), row.integer_at(1), row.integer_at(2), {}};
    plan_.read_position(row, 5, row.integer_at(4), position_);
    if (TRY(past_.add_to(page_, &position_))) return false;
    const auto room = page_.next_room();
    if (room != PageBuilder::Room::room) return room == PageBuilder::Room::skipped;
    const auto held = page_.held_bytes(entity.sequence);
    if (!held)
      entity.json = reads_documents() ? std::string(TRY(document_at(row, 3))) : TRY(document_of(row.view_at(0)));
    const size_t bytes = held.value_or(entity.json.size());
    return page_.take(std::move(entity), bytes, position_);
  }

  // Until the next document is read.
  Result<std::string_view> document_at(const Statement& row, int column) const {
    return connection_.documents().json(row.view_at(column));
  }

  Result<std::string> document_of(std::string_view id) {
    Statement row = TRY(connection_.kept("SELECT doc FROM " + table_of(collection_) + " WHERE tenant = ? AND id = ?"));
    if (!TRY(row.integer(tenant_).blob(id).step()))
      return base::fail(base::ErrorCode::corrupt_data, "An index of the entity store names a row that is not there.");
    return std::string(TRY(document_at(row, 0)));
  }

  // What was there and is no more comes in its place. Whether the page is full.
  Result<bool> add(Entity entity, const Position& position) {
    if (TRY(past_.add_to(page_, &position))) return true;
    return !page_.add(std::move(entity), position);
  }

  // An order that no index has: all that match, sorted here; documents of the page alone are kept.
  Result<bool> sorted(const std::optional<Position>& after, const std::string& index) {
    std::vector<Position> positions;
    const auto before = [&](const Position& a, const Position& b) { return comes_after(query_.order, b, a); };
    const int64_t most = query_.top >= INT32_MAX || query_.skip >= INT32_MAX ? INT64_MAX : query_.skip + query_.top + 1;
    const auto keep = [&](size_t size) {
      if (static_cast<int64_t>(positions.size()) < most || positions.size() < size) return;
      std::nth_element(positions.begin(), positions.begin() + (most - 1), positions.end(), before);
      positions.resize(static_cast<size_t>(most));
    };
    Statement rows = TRY(connection_.kept("SELECT number, doc" + from(index) + where()));
    bind(rows);
    while (TRY(rows.step())) {
      TRY(query_.stop.check());
      const json::Value& document = *TRY(scratch_.parse(TRY(document_at(rows, 1))));
      if (!plan_.is_exact() && !TRY(matches(query_, document))) continue;
      Position position = position_of(query_.order, document, rows.integer_at(0));
      if (!after || comes_after(query_.order, position, *after)) positions.push_back(std::move(position));
      keep(most < INT32_MAX ? static_cast<size_t>(2 * most + 1024) : SIZE_MAX);
    }
    std::sort(positions.begin(), positions.end(), before);
    for (const Position& position : positions) {
      Statement row = TRY(connection_.kept("SELECT id, version, sequence, doc FROM " + table_of(collection_) +
                                           " WHERE tenant = ? AND number = ?"));
      if (!TRY(row.integer(tenant_).integer(position.number).step())) continue;
      Entity entity{row.text_at(0), row.integer_at(1), row.integer_at(2), std::string(TRY(document_at(row, 3)))};
      if (TRY(add(std::move(entity), position))) return true;
    }
    return false;
  }

  Connection& connection_;
  const StoredCollection& collection_;
  const int64_t tenant_, newest_;
  const Query& query_;
  RowEstimates& estimates_;
  std::optional<Snapshot> snapshot_;
  const QueryPlan plan_;
  PastRows past_;
  std::string rank_;  // a further condition, of the rank that is read
  PageBuilder page_;
  Position position_;  // of the row that is read
  json::Scratch scratch_;
};

}  // namespace

Result<QueryPage> query_page(Connection& connection, const StoredCollection& collection, const StoredTenant& tenant,
                             const Query& query, RowEstimates& estimates, base::DateTime now) {
  return PageQuery(connection, collection, tenant, query, estimates).run(now);
}

}  // namespace vedette::store
