// The tables of an entity store's file, and bringing a file to what is declared.
//
//   tenants(number, id, sequence)          sequence: of its last change
//   collections(number, name)
//   properties(collection, ordinal, path, kind)   indexed: column k<ordinal>, a sort key (sort_key.h)
//   c<number>(tenant, id, version, sequence, number, k0 …, doc)   number: the sequence of the entity's first write;
//                                          indexes (tenant, k, number …), read in both directions
//   p<number>(tenant, until, sequence, id, version, number, k0 …, doc)   of a collection that keeps its past
//   (sqlite_past.h) changes(tenant, sequence, collection, id, version, deleted, actor_kind, actor_id, at)
//   states(tenant, name, version, value)
//
// user_version is the format's version. Properties are only added, so that processes with different declarations can
// share a file: each writes all columns of the file, and reads those that it declares.
#pragma once

#include <vector>

#include "sqlite.h"
#include "vedette/store/entity_store.h"

namespace vedette::store {

// 1 had no p<number>, 2 no keys in it, and no texts in indexes of times, 3 no numbers, and an index for each direction,
// 4 versions in the indexes of texts that identify.
inline constexpr int64_t format_version = 5;

struct StoredCollection {
  std::string name;
  int64_t number = 0;
  std::vector<IndexedProperty> properties;  // by ordinal
  bool keeps_past = false;
};

// Whether nobody has written into the file: a writer creates it before it fills it.
base::Result<bool> is_unused(Connection& connection);
// Creates or extends the file, in one transaction. bad_request for a newer format.
base::Status declare(Connection& connection, const std::vector<Collection>& collections);
// bad_request for a file that is no entity store, one of a newer format, or one of an older to be read only.
base::Status check_format(Connection& connection, Access access);
base::Result<std::vector<StoredCollection>> load_collections(Connection& connection);

// The table `fresh` takes the place and the name of `table`. SQLite reads the whole schema for each renaming: tables
// that are new are better created under their own names.
base::Status take_place(Connection& connection, const std::string& fresh, const std::string& table);
std::string table_of(const StoredCollection& collection);
std::string index_of(const StoredCollection& collection, size_t ordinal);
std::string index_of_numbers(const StoredCollection& collection);
// The keys' columns as a table declares them, as parameters and by their names, each with a comma in front.
std::string key_declarations(const StoredCollection& collection);
std::string key_parameters(const StoredCollection& collection);
std::string key_columns(const StoredCollection& collection);
// The column of a table with the numbers of entities; of an older format, another one that is as good.
base::Result<std::string> number_column(Connection& connection, const std::string& table);

}  // namespace vedette::store
