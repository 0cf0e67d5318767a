#include "key_table.h"

#include <algorithm>

namespace vedette::kql {

using columnar::Vector;

namespace {

uint64_t hash_of(const uint32_t* tuple, size_t width) {
  uint64_t hash = 0;
  for (size_t i = 0; i < width; ++i) {
    hash = (hash ^ tuple[i]) * 0x9e3779b97f4a7c15;
    hash ^= hash >> 29;
  }
  return hash;
}

}  // namespace

KeyTable::KeyTable(std::span<const columnar::Type> types) : width_(types.size()), slots_(16, no_id), ids_(width_) {
  for (const columnar::Type type : types) columns_.push_back(ValueIds::make(type));
}

void KeyTable::find_or_add(std::span<const Vector> keys, size_t rows, std::vector<uint32_t>& groups) {
  groups.resize(rows);
  if (width_ == 1) return columns_[0]->find_or_add(keys[0], groups.data());
  if (width_ == 0) {
    if (rows > 0) keyless_groups_ = 1;
    std::fill(groups.begin(), groups.end(), 0);
    return;
  }
  for (size_t i = 0; i < width_; ++i) {
    ids_[i].resize(rows);
    columns_[i]->find_or_add(keys[i], ids_[i].data());
  }
  std::vector<uint32_t> tuple(width_);
  for (size_t row = 0; row < rows; ++row) {
    for (size_t i = 0; i < width_; ++i) tuple[i] = ids_[i][row];
    groups[row] = find_or_add(tuple.data());
  }
}

bool KeyTable::find_dictionary(std::span<const Vector> keys, std::vector<uint32_t>& groups) {
  return width_ == 1 && keys[0].is_selected() && columns_[0]->find_dictionary(keys[0], groups);
}

size_t KeyTable::slot_of(const uint32_t* tuple, uint64_t hash) const {
  size_t slot = hash & (slots_.size() - 1);
  for (; slots_[slot] != no_id; slot = (slot + 1) & (slots_.size() - 1)) {
    const uint32_t group = slots_[slot];
    if (hashes_[group] == hash && std::equal(tuple, tuple + width_, &tuples_[group * width_])) break;
  }
  return slot;
}

uint32_t KeyTable::find_or_add(const uint32_t* tuple) {
  const uint64_t hash = hash_of(tuple, width_);
  uint32_t& slot = slots_[slot_of(tuple, hash)];
  if (slot != no_id) return slot;
  const auto group = static_cast<uint32_t>(hashes_.size());
  hashes_.push_back(hash);
  tuples_.insert(tuples_.end(), tuple, tuple + width_);
  slot = group;
  if (hashes_.size() * 2 > slots_.size()) grow();
  return group;
}

void KeyTable::grow() {
  slots_.assign(slots_.size() * 2, no_id);
  constexpr size_t steps_to_place = 4;  // a place is seldom in the processor's cache
  base::StepWatch watch;
  for (uint32_t group = 0; group < hashes_.size() && watch.go_on(steps_to_place); ++group) {
    size_t slot = hashes_[group] & (slots_.size() - 1);
    while (slots_[slot] != no_id) slot = (slot + 1) & (slots_.size() - 1);
    slots_[slot] = group;
  }
}

size_t KeyTable::size() const {
  if (width_ == 0) return keyless_groups_;
  return width_ == 1 ? columns_[0]->size() : hashes_.size();
}

std::vector<Vector> KeyTable::keys() const {
  std::vector<Vector> keys;
  for (size_t i = 0; i < width_; ++i) {
    keys.push_back(columns_[i]->values());
    if (width_ == 1) break;
    auto ids = std::make_shared<std::vector<uint32_t>>(size());
    for (size_t group = 0; group < ids->size(); ++group) (*ids)[group] = tuples_[group * width_ + i];
    keys[i] = keys[i].select(ids);
  }
  return keys;
}

int64_t KeyTable::held_bytes() const {
  auto bytes = static_cast<int64_t>((tuples_.capacity() + slots_.capacity()) * sizeof(uint32_t) +
                                    hashes_.capacity() * sizeof(uint64_t));
  for (const auto& column : columns_) bytes += column->held_bytes();
  return bytes;
}

}  // namespace vedette::kql
