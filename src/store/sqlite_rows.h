// The row of an entity in the table of its collection: its document, and the keys of what is indexed in it.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "sqlite_schema.h"

namespace vedette::store {

// What a write has to know of the row that it replaces.
struct StoredRow {
  int64_t version = 0;                   // 0: there is none
  std::vector<std::string> identifiers;  // keys of the properties that identify

  bool exists() const { return version > 0; }
};

base::Result<StoredRow> find_row(Connection& connection, const StoredCollection& collection, int64_t tenant,
                                 std::string_view id);
// Into `table`, which has the columns of the collection's.
base::Status insert_row(Connection& connection, const StoredCollection& collection, const std::string& table,
                        int64_t tenant, const Entity& entity, int64_t number);
// Where it is, so that what the document does not change of the indexes stays as it is.
base::Status update_row(Connection& connection, const StoredCollection& collection, int64_t tenant,
                        const Entity& entity, const StoredRow& before);
base::Status erase_row(Connection& connection, const StoredCollection& collection, int64_t tenant, std::string_view id);

// Binds the keys and, last, the document, which is the caller's.
base::Status bind_document(Connection& connection, Statement& statement, const StoredCollection& collection,
                           std::string_view json);

}  // namespace vedette::store
