#include "sqlite_schema.h"

#include <algorithm>

#include "sqlite_past.h"
#include "sqlite_rows.h"

namespace vedette::store {

using base::ErrorCode;
using base::fail;
using base::Result;
using base::Status;

namespace {

constexpr int64_t application = 0x56656474;  // "Vedt"

constexpr const char* tables = R"(
CREATE TABLE tenants(number INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, sequence INTEGER NOT NULL) STRICT;
CREATE TABLE collections(number INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE) STRICT;
CREATE TABLE properties(collection INTEGER NOT NULL, ordinal INTEGER NOT NULL, path TEXT NOT NULL, kind TEXT NOT NULL,
  PRIMARY KEY(collection, ordinal)) STRICT;
CREATE TABLE changes(tenant INTEGER NOT NULL, sequence INTEGER NOT NULL, collection INTEGER NOT NULL, id TEXT NOT NULL,
  version INTEGER NOT NULL, deleted INTEGER NOT NULL, actor_kind INTEGER NOT NULL, actor_id TEXT NOT NULL,
  at INTEGER NOT NULL, PRIMARY KEY(tenant, sequence)) STRICT, WITHOUT ROWID;
CREATE TABLE states(tenant INTEGER NOT NULL, name BLOB NOT NULL, version INTEGER NOT NULL, value BLOB NOT NULL,
  PRIMARY KEY(tenant, name)) STRICT, WITHOUT ROWID;
)";

std::string joined(const std::vector<std::string>& path) {
  std::string out;
  for (const std::string& name : path) out += (out.empty() ? "" : "/") + name;
  return out;
}

std::vector<std::string> split(const std::string& path) {
  std::vector<std::string> names;
  for (size_t at = 0; at < path.size();) {
    const size_t slash = std::min(path.find('/', at), path.size());
    names.push_back(path.substr(at, slash - at));
    at = slash + 1;
  }
  return names;
}

// By ValueKind; and that of a text that identifies.
constexpr const char* kind_names[] = {"boolean", "int64", "real", "text", "text_ignoring_case", "date_time"};
constexpr std::string_view identifier = "identifier";

std::string kind_name(const IndexedProperty& property) {
  return property.identifies ? std::string(identifier) : kind_names[static_cast<size_t>(property.kind)];
}

Result<IndexedProperty> stored_property(const std::string& path, std::string_view kind) {
  if (kind == identifier) return IndexedProperty{split(path), ValueKind::text, true};
  const auto found = std::find(std::begin(kind_names), std::end(kind_names), kind);
  if (found == std::end(kind_names))
    return fail(ErrorCode::corrupt_data, "The entity store describes its indexes wrongly.");
  return IndexedProperty{split(path), static_cast<ValueKind>(found - std::begin(kind_names))};
}

bool same(const IndexedProperty& a, const IndexedProperty& b) { return a.path == b.path && a.kind == b.kind; }

Status create_table(Connection& connection, const StoredCollection& collection, const std::string& table) {
  return connection.run("CREATE TABLE " + table +
                        "(tenant INTEGER NOT NULL, id BLOB NOT NULL, version INTEGER NOT NULL, sequence INTEGER NOT"
                        " NULL, number INTEGER NOT NULL" +
                        key_declarations(collection) + ", doc BLOB NOT NULL, PRIMARY KEY(tenant, id)) STRICT");
}

// Pages are ordered by times and filtered by short texts: the index of a time has the texts behind it, and each what a
// page tells of an entity beside its document, so that often no row is read.
std::string texts_behind(const StoredCollection& collection, size_t ordinal) {
  std::string columns;
  if (collection.properties[ordinal].kind != ValueKind::date_time) return columns;
  for (size_t i = 0; i < collection.properties.size(); ++i)
    if (const IndexedProperty& other = collection.properties[i]; other.kind == ValueKind::text && !other.identifies)
      columns += ", k" + std::to_string(i);
  return columns;
}

// What comes later has a higher number: it is added at the end of the range of its key, where the last ones are. But
// texts that identify are spread over all of their index: it has nothing that a change of other properties changes.
Status create_indexes(Connection& connection, const StoredCollection& collection) {
  const std::string on = " ON " + table_of(collection) + "(tenant, ";
  TRY(connection.run("CREATE UNIQUE INDEX " + index_of_numbers(collection) + on + "number, id, sequence, version)"));
  for (size_t i = 0; i < collection.properties.size(); ++i) {
    const std::string shown = collection.properties[i].identifies ? "" : ", id, sequence, version";
    TRY(connection.run("CREATE INDEX " + index_of(collection, i) + on + "k" + std::to_string(i) + ", number" + shown +
                       texts_behind(collection, i) + ")"));
  }
  return {};
}

Status copy_rows(Connection& connection, const StoredCollection& collection, const std::string& from,
                 const std::string& to) {
  Statement rows = TRY(connection.prepare("SELECT tenant, id, version, sequence, doc, " +
                                          TRY(number_column(connection, from)) + " FROM " + from));
  while (TRY(rows.step())) {
    const Entity entity{rows.text_at(1), rows.integer_at(2), rows.integer_at(3),
                        std::string(TRY(connection.documents().json(rows.view_at(4))))};
    TRY(insert_row(connection, collection, to, rows.integer_at(0), entity, rows.integer_at(5)));
  }
  return {};
}

// Documents come last in a row, so that keys are read without them: columns cannot be added, the table is built anew.
Status build(Connection& connection, const StoredCollection& collection, bool exists) {
  const std::string table = table_of(collection), fresh = table + "_new";
  TRY(create_table(connection, collection, exists ? fresh : table));
  if (exists) {
    TRY(copy_rows(connection, collection, table, fresh));
    TRY(take_place(connection, fresh, table));
  }
  return create_indexes(connection, collection);
}

Status declare(Connection& connection, const Collection& wanted, std::vector<StoredCollection>& stored) {
  auto found = std::find_if(stored.begin(), stored.end(), [&](const auto& one) { return one.name == wanted.name; });
  const bool exists = found != stored.end();
  if (!exists) {
    Statement insert = TRY(connection.prepare("INSERT INTO collections(number, name) VALUES(?, ?)"));
    TRY(insert.integer(static_cast<int64_t>(stored.size())).text(wanted.name).run());
    stored.push_back({wanted.name, static_cast<int64_t>(stored.size()), {}, false});
    found = stored.end() - 1;
  }
  bool changed = !exists;
  for (const IndexedProperty& property : wanted.indexed) {
    if (property.path.empty() || static_cast<size_t>(property.kind) >= std::size(kind_names))
      return fail(ErrorCode::bad_request, "A single value alone can be indexed, not '" + joined(property.path) + "'.");
    if (property.identifies && property.kind != ValueKind::text)
      return fail(ErrorCode::bad_request, "A text alone identifies, not '" + joined(property.path) + "'.");
    const auto is = [&](const IndexedProperty& other) { return same(property, other); };
    if (std::any_of(found->properties.begin(), found->properties.end(), is)) continue;
    Statement insert = TRY(connection.prepare("INSERT INTO properties VALUES(?, ?, ?, ?)"));
    insert.integer(found->number).integer(static_cast<int64_t>(found->properties.size())).text(joined(property.path));
    TRY(insert.text(kind_name(property)).run());
    found->properties.push_back(property);
    changed = true;
  }
  if (changed) TRY(build(connection, *found, exists));
  const bool past_is_built = found->keeps_past && !changed;
  return (wanted.keeps_past || found->keeps_past) && !past_is_built ? build_past(connection, *found) : Status();
}

}  // namespace

Status declare(Connection& connection, const std::vector<Collection>& collections) {
  Transaction transaction = TRY(Transaction::begin(connection, "BEGIN IMMEDIATE"));
  if (TRY(is_unused(connection))) {
    TRY(connection.run(tables));
    TRY(connection.run("PRAGMA application_id = " + std::to_string(application)));
  }
  TRY(check_format(connection, Access::read_write));
  std::vector<StoredCollection> stored = TRY(load_collections(connection));
  if (TRY(connection.integer("PRAGMA user_version")) < format_version) {
    for (const StoredCollection& one : stored) {
      TRY(build(connection, one, true));
      if (one.keeps_past) TRY(build_past(connection, one));
    }
    TRY(connection.run("PRAGMA user_version = " + std::to_string(format_version)));
  }
  for (const Collection& collection : collections) TRY(declare(connection, collection, stored));
  return transaction.commit();
}

Result<bool> is_unused(Connection& connection) {
  return TRY(connection.integer("PRAGMA user_version")) == 0 &&
         TRY(connection.integer("SELECT count(*) FROM sqlite_schema")) == 0;
}

Status check_format(Connection& connection, Access access) {
  const int64_t version = TRY(connection.integer("PRAGMA user_version"));
  if (version > format_version)
    return fail(ErrorCode::bad_request, "The entity store has format version " + std::to_string(version) +
                                            ", this program reads up to " + std::to_string(format_version) + ".");
  if (TRY(connection.integer("PRAGMA application_id")) != application)
    return fail(ErrorCode::bad_request, "The file is a database, but no entity store.");
  if (access == Access::read_only && version < format_version)
    return fail(ErrorCode::bad_request, "The entity store has the older format version " + std::to_string(version) +
                                            ": whoever writes, as the server does, brings it to " +
                                            std::to_string(format_version) + " when it starts.");
  return {};
}

Result<std::vector<StoredCollection>> load_collections(Connection& connection) {
  std::vector<StoredCollection> collections;
  Statement names = TRY(connection.prepare("SELECT number, name FROM collections ORDER BY number"));
  while (TRY(names.step())) collections.push_back({names.text_at(1), names.integer_at(0), {}, false});
  for (StoredCollection& one : collections)
    one.keeps_past =
        TRY(connection.integer("SELECT count(*) FROM sqlite_schema WHERE name = '" + past_of(one) + "'")) > 0;
  Statement rows =
      TRY(connection.prepare("SELECT collection, path, kind FROM properties ORDER BY collection, ordinal"));
  while (TRY(rows.step())) {
    const auto collection = static_cast<size_t>(rows.integer_at(0));
    if (collection >= collections.size())
      return fail(ErrorCode::corrupt_data, "The entity store describes its indexes wrongly.");
    collections[collection].properties.push_back(TRY(stored_property(rows.text_at(1), rows.text_at(2))));
  }
  return collections;
}

Status take_place(Connection& connection, const std::string& fresh, const std::string& table) {
  TRY(connection.run("DROP TABLE " + table));
  return connection.run("ALTER TABLE " + fresh + " RENAME TO " + table);
}

std::string table_of(const StoredCollection& collection) { return "c" + std::to_string(collection.number); }

std::string index_of(const StoredCollection& collection, size_t ordinal) {
  return table_of(collection) + "_k" + std::to_string(ordinal);
}
std::string index_of_numbers(const StoredCollection& collection) { return table_of(collection) + "_number"; }

Result<std::string> number_column(Connection& connection, const std::string& table) {
  const int64_t there =
      TRY(connection.integer("SELECT count(*) FROM pragma_table_info('" + table + "') WHERE name = 'number'"));
  return std::string(there > 0 ? "number" : "sequence");
}

namespace {

template <class Column>
std::string for_each_key(const StoredCollection& collection, Column column) {
  std::string sql;
  for (size_t i = 0; i < collection.properties.size(); ++i) sql += ", " + column(std::to_string(i));
  return sql;
}

}  // namespace

std::string key_declarations(const StoredCollection& collection) {
  return for_each_key(collection, [](const std::string& number) { return "k" + number + " BLOB NOT NULL"; });
}
std::string key_parameters(const StoredCollection& collection) {
  return for_each_key(collection, [](const std::string&) { return std::string("?"); });
}
std::string key_columns(const StoredCollection& collection) {
  return for_each_key(collection, [](const std::string& number) { return "k" + number; });
}

}  // namespace vedette::store
