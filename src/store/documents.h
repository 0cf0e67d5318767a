// What every implementation does alike: checks of a commit, positions in an order, pages.
#pragma once

#include <vector>

#include "page_cursor.h"
#include "vedette/json/value.h"
#include "vedette/store/entity_store.h"

namespace vedette::store {

// bad_request naming a collection that is not declared.
base::Result<const Collection*> find_collection(const std::vector<Collection>& collections, std::string_view name);

// The documents of the commit's entities, parsed (null for a deletion). bad_request for an unknown collection, a
// document that is no JSON object, an empty id, an entity or a state that is written twice.
base::Result<std::vector<json::Value>> check_commit(const std::vector<Collection>& collections, const Commit& commit);

// conflict naming `what` when `expected` asks for another version than `stored` (0: there is none).
base::Status check_version(const std::string& what, int64_t expected, int64_t stored);

Position position_of(const std::vector<OrderBy>& order, const json::Value& document, int64_t number);

// Takes entities in the order of the query, from the first after `after` on; leaves out `skip` and keeps `top`, or
// fewer when they are large.
class PageBuilder {
 public:
  explicit PageBuilder(const Query& query) : query_(query) {}
  // False once the page is full and something is known to follow.
  bool add(Entity entity, const Position& position);

  // The same in steps, so that a document is read when the page needs it.
  enum class Room : uint8_t { skipped, room, none };
  Room next_room();
  // Of the document where the caller holds it.
  std::optional<size_t> held_bytes(int64_t sequence) const;
  // False when the page is full: nothing was added.
  bool take(Entity entity, size_t document_bytes, const Position& position);
  QueryPage finish(int64_t count, std::optional<Snapshot> snapshot) &&;

 private:
  const Query& query_;
  int64_t skipped_ = 0, bytes_ = 0;
  bool more_ = false;
  Position last_;
  QueryPage page_;
};

}  // namespace vedette::store
