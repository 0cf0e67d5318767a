#include "documents.h"

#include <algorithm>
#include <set>

#include "literal.h"

namespace vedette::store {

using base::ErrorCode;
using base::fail;
using base::Result;

Result<const Collection*> find_collection(const std::vector<Collection>& collections, std::string_view name) {
  for (const Collection& collection : collections)
    if (collection.name == name) return &collection;
  return fail(ErrorCode::bad_request, "There is no collection '" + std::string(name) + "'.");
}

Result<std::vector<json::Value>> check_commit(const std::vector<Collection>& collections, const Commit& commit) {
  std::vector<json::Value> documents;
  std::set<std::pair<std::string_view, std::string_view>> seen;
  for (const EntityWrite& write : commit.entities) {
    TRY(find_collection(collections, write.collection));
    if (write.id.empty()) return fail(ErrorCode::bad_request, "An entity must have an id.");
    if (!seen.emplace(write.collection, write.id).second)
      return fail(ErrorCode::bad_request, "The entity '" + write.id + "' is written twice in one commit.");
    documents.push_back(write.json ? TRY(json::parse(*write.json)) : json::Value());
    if (write.json && !documents.back().is_object())
      return fail(ErrorCode::bad_request, "The document of '" + write.id + "' is no JSON object.");
  }
  for (const StateWrite& write : commit.states)
    if (!seen.emplace("", write.name).second)
      return fail(ErrorCode::bad_request, "The state '" + write.name + "' is written twice in one commit.");
  return documents;
}

base::Status check_version(const std::string& what, int64_t expected, int64_t stored) {
  if (expected == any_version || expected == stored) return {};
  return fail(ErrorCode::conflict, "'" + what + "' was changed by someone else.");
}

Position position_of(const std::vector<OrderBy>& order, const json::Value& document, int64_t number) {
  Position position;
  for (const OrderBy& key : order)
    position.values.push_back(order_value(literal_of(follow(&document, key.path), key.kind), key));
  position.number = number;
  return position;
}

PageBuilder::Room PageBuilder::next_room() {
  if (skipped_ < query_.skip && query_.after.empty()) {
    ++skipped_;
    return Room::skipped;
  }
  more_ = static_cast<int64_t>(page_.entities.size()) >= query_.top;
  return more_ ? Room::none : Room::room;
}

std::optional<size_t> PageBuilder::held_bytes(int64_t sequence) const {
  return query_.is_held ? query_.is_held(sequence) : std::nullopt;
}

bool PageBuilder::take(Entity entity, size_t document_bytes, const Position& position) {
  constexpr int64_t reserved_max = 1000;
  const bool first = page_.entities.empty();
  bytes_ += static_cast<int64_t>(document_bytes);
  more_ = bytes_ > query_.bytes_max && !first;
  if (more_) return false;
  if (first) page_.entities.reserve(static_cast<size_t>(std::min(query_.top, reserved_max)));
  page_.entities.push_back(std::move(entity));
  last_ = position;  // memory is used again
  return true;
}

bool PageBuilder::add(Entity entity, const Position& position) {
  const Room room = next_room();
  if (room != Room::room) return room == Room::skipped;
  const auto held = held_bytes(entity.sequence);
  if (held) entity.json.clear();
  const size_t bytes = held.value_or(entity.json.size());
  return take(std::move(entity), bytes, position);
}

QueryPage PageBuilder::finish(int64_t count, std::optional<Snapshot> snapshot) && {
  if (query_.count) page_.count = count;
  if (query_.count && snapshot) snapshot->count = count;
  if (more_ && !page_.entities.empty()) page_.next = encode_cursor(query_, {std::move(last_), snapshot});
  return std::move(page_);
}

}  // namespace vedette::store
