#include "kept_rows.h"

#include <algorithm>
#include <utility>

namespace vedette::kql {

using columnar::Vector;
using columnar::VectorBuilder;

namespace {

// More than this of batches is not kept for the few rows of them that are live.
constexpr int64_t kept_bytes_max = int64_t{64} << 20;
constexpr size_t kept_chunks_max = 1024;

int64_t bytes_of(const std::vector<Vector>& columns) {
  int64_t bytes = 0;
  for (const Vector& column : columns) bytes += column.value_bytes();
  return bytes;
}

// What keeping slices of columns costs: a dictionary is shared with its segment, a row of it is a number.
int64_t slice_bytes(std::span<const Vector> columns) {
  size_t bytes = 0;
  for (const Vector& column : columns) {
    if (column.is_constant()) continue;
    bytes += column.size() * (column.is_selected() ? sizeof(uint32_t) : native_size(column.type()));
  }
  return static_cast<int64_t>(bytes);
}

}  // namespace

void KeptRows::begin(size_t group_count) {
  places_.resize(group_count);
  chosen_.resize(group_count, none);
}

void KeptRows::release(Place place) {
  Chunk& chunk = chunks_[place.chunk];
  if (--chunk.live > 0) return;
  bytes_ -= std::exchange(chunk.bytes, 0);
  chunk.columns.clear();
}

bool KeptRows::keep_chosen(std::span<const Vector> values) {
  Chunk& chunk = chunks_.emplace_back();
  chunk.columns.assign(values.begin(), values.end());
  chunk.bytes = slice_bytes(values);
  chunk.live = touched_.size();
  bytes_ += chunk.bytes;
  const auto number = static_cast<uint32_t>(chunks_.size() - 1);
  for (const uint32_t group : touched_) {
    if (places_[group].chunk == none)
      ++live_;
    else
      release(places_[group]);
    places_[group] = {number, std::exchange(chosen_[group], none)};
  }
  const bool crowded = bytes_ > std::max(kept_bytes_max, 2 * compact_bytes_) || chunks_.size() > kept_chunks_max;
  if (crowded) compact();
  return crowded;
}

int64_t KeptRows::held_bytes() const {
  return bytes_ + static_cast<int64_t>(places_.capacity() * sizeof(Place) + chosen_.capacity() * sizeof(uint32_t));
}

KeptRows::Live KeptRows::live() const {
  Live out;
  for (size_t i = 0; i < types_.size(); ++i) {
    VectorBuilder builder(types_[i], live_);
    for (const Place place : places_)
      if (place.chunk != none) builder.append_from(chunks_[place.chunk].columns[i], place.row);
    out.columns.push_back(builder.finish());
  }
  for (size_t group = 0; group < places_.size(); ++group)
    if (places_[group].chunk != none) out.groups.push_back(static_cast<uint32_t>(group));
  return out;
}

void KeptRows::compact() {
  Live rows = live();
  for (size_t i = 0; i < rows.groups.size(); ++i) places_[rows.groups[i]] = {0, static_cast<uint32_t>(i)};
  bytes_ = compact_bytes_ = bytes_of(rows.columns);
  chunks_.clear();
  chunks_.push_back({std::move(rows.columns), live_, bytes_});
}

std::vector<Vector> KeptRows::finish(size_t group_count) const {
  std::vector<Vector> out;
  for (size_t i = 0; i < types_.size(); ++i) {
    VectorBuilder builder(types_[i], group_count);
    for (size_t group = 0; group < group_count; ++group) {
      const Place place = group < places_.size() ? places_[group] : Place{};
      if (place.chunk == none)
        builder.append_null();
      else
        builder.append_from(chunks_[place.chunk].columns[i], place.row);
    }
    out.push_back(builder.finish());
  }
  return out;
}

}  // namespace vedette::kql
