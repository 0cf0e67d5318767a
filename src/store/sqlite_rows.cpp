#include "sqlite_rows.h"

#include "literal.h"
#include "sort_key.h"
#include "vedette/json/scratch.h"

namespace vedette::store {

using base::Result;
using base::Status;

namespace {

// By ordinal.
Result<std::vector<std::string>> keys_of(const StoredCollection& collection, std::string_view json) {
  std::vector<std::string> keys;
  if (collection.properties.empty()) return keys;
  json::Scratch scratch;
  const json::Value& document = *TRY(scratch.parse(json));
  keys.reserve(collection.properties.size());
  for (const IndexedProperty& property : collection.properties)
    keys.push_back(sort_key(literal_of(follow(&document, property.path), property.kind)));
  return keys;
}

bool has_identifiers(const StoredCollection& collection, const std::vector<std::string>& keys,
                     const std::vector<std::string>& identifiers) {
  size_t next = 0;
  for (size_t i = 0; i < keys.size(); ++i)
    if (collection.properties[i].identifies && keys[i] != identifiers[next++]) return false;
  return true;
}

std::string key_column(size_t ordinal) { return ", k" + std::to_string(ordinal); }

}  // namespace

Result<StoredRow> find_row(Connection& connection, const StoredCollection& collection, int64_t tenant,
                           std::string_view id) {
  std::string columns = "version";
  for (size_t i = 0; i < collection.properties.size(); ++i)
    if (collection.properties[i].identifies) columns += key_column(i);
  Statement row =
      TRY(connection.kept("SELECT " + columns + " FROM " + table_of(collection) + " WHERE tenant = ? AND id = ?"));
  StoredRow found;
  if (!TRY(row.integer(tenant).blob(id).step())) return found;
  found.version = row.integer_at(0);
  int column = 0;
  for (const IndexedProperty& property : collection.properties)
    if (property.identifies) found.identifiers.push_back(row.text_at(++column));
  return found;
}

Status insert_row(Connection& connection, const StoredCollection& collection, const std::string& table, int64_t tenant,
                  const Entity& entity, int64_t number) {
  Statement insert =
      TRY(connection.kept("INSERT INTO " + table + " VALUES(?, ?, ?, ?, ?" + key_parameters(collection) + ", ?)"));
  insert.integer(tenant).blob(entity.id).integer(entity.version).integer(entity.sequence).integer(number);
  TRY(bind_document(connection, insert, collection, entity.json));
  return insert.run();
}

Status update_row(Connection& connection, const StoredCollection& collection, int64_t tenant, const Entity& entity,
                  const StoredRow& before) {
  const std::vector<std::string> keys = TRY(keys_of(collection, entity.json));
  // SQLite changes the index of each column that is set, to whatever it is set.
  const bool kept = has_identifiers(collection, keys, before.identifiers);
  const auto is_set = [&](size_t ordinal) { return !kept || !collection.properties[ordinal].identifies; };
  std::string sql = "UPDATE " + table_of(collection) + " SET version = ?, sequence = ?";
  for (size_t i = 0; i < keys.size(); ++i)
    if (is_set(i)) sql += key_column(i) + " = ?";
  Statement update = TRY(connection.kept(sql + ", doc = ? WHERE tenant = ? AND id = ?"));
  update.integer(entity.version).integer(entity.sequence);
  for (size_t i = 0; i < keys.size(); ++i)
    if (is_set(i)) update.blob(keys[i]);
  return update.blob(connection.documents().stored(entity.json)).integer(tenant).blob(entity.id).run();
}

Status erase_row(Connection& connection, const StoredCollection& collection, int64_t tenant, std::string_view id) {
  Statement erase = TRY(connection.kept("DELETE FROM " + table_of(collection) + " WHERE tenant = ? AND id = ?"));
  return erase.integer(tenant).blob(id).run();
}

Status bind_document(Connection& connection, Statement& statement, const StoredCollection& collection,
                     std::string_view json) {
  for (const std::string& key : TRY(keys_of(collection, json))) statement.blob(key);
  statement.blob(connection.documents().stored(json));
  return {};
}

}  // namespace vedette::store
