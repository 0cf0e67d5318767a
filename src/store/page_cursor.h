// QueryPage::next: where a page ended, as the values that its order compares and the entity's number.
//
//   cursor := base64url of a JSON array of strings: hash sequence count value* number
//   hash   := of collection, filter and order: a cursor goes on with the query that it came from and no other
//   sequence, count := of the snapshot, in digits; "" when there is none
//   value  := 'n' | 'b0' | 'b1' | 'i' digits | 'r' real | 's' text | 't' ticks, one per property of the order
// It says nothing that the page did not, and is checked but not signed: a forged one starts at another place of the
// tenant's own entities, or at another time of them.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "snapshot.h"
#include "vedette/base/result.h"
#include "vedette/store/entity_store.h"

namespace vedette::store {

struct Position {
  std::vector<Literal> values;  // one per OrderBy
  int64_t number = 0;           // of the entity: the sequence of its first write
};

struct Cursor {
  Position position;
  std::optional<Snapshot> snapshot;
};

std::string encode_cursor(const Query& query, const Cursor& cursor);
// bad_request when it is damaged, or was made for another filter or order.
base::Result<Cursor> decode_cursor(const Query& query);

// In which entities follow each other, by their numbers, that the order takes for equal: that of its first property, so
// that an index serves both.
Direction number_direction(const std::vector<OrderBy>& order);

// Whether the entity at `position` comes after `other` in the order of the query.
bool comes_after(const std::vector<OrderBy>& order, const Position& position, const Position& other);

}  // namespace vedette::store
