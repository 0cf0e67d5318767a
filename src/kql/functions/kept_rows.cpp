#include "kept_rows.h"

#include <utility>

namespace vedette::kql {

using columnar::Vector;
using columnar::VectorBuilder;

namespace {

int64_t bytes_of(const std::vector<Vector>& columns) {
  int64_t bytes = 0;
  for (const Vector& column : columns) bytes += column.value_bytes();
  return bytes;
}

}  // namespace

void KeptRows::begin(size_t group_count) {
  places_.resize(group_count);
  chosen_.resize(group_count, none);
}

bool KeptRows::copy_chosen(std::span<const Vector> values) {
  auto rows = std::make_shared<std::vector<uint32_t>>();
  rows->reserve(touched_.size());
  for (const uint32_t group : touched_) {
    if (places_[group].chunk == none) ++live_;
    places_[group] = {static_cast<uint32_t>(chunks_.size()), static_cast<uint32_t>(rows->size())};
    rows->push_back(std::exchange(chosen_[group], none));
  }
  kept_ += rows->size();
  std::vector<Vector> chunk;
  for (const Vector& column : values) chunk.push_back(column.select(rows).flattened());
  bytes_ += bytes_of(chunk);
  chunks_.push_back(std::move(chunk));
  const bool crowded = kept_ > 2 * live_ + 1024 || chunks_.size() > 1024;
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
      if (place.chunk != none) builder.append_from(chunks_[place.chunk][i], place.row);
    out.columns.push_back(builder.finish());
  }
  for (size_t group = 0; group < places_.size(); ++group)
    if (places_[group].chunk != none) out.groups.push_back(static_cast<uint32_t>(group));
  return out;
}

void KeptRows::compact() {
  Live rows = live();
  for (size_t i = 0; i < rows.groups.size(); ++i) places_[rows.groups[i]] = {0, static_cast<uint32_t>(i)};
  bytes_ = bytes_of(rows.columns);
  kept_ = live_;
  chunks_.clear();
  chunks_.push_back(std::move(rows.columns));
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
        builder.append_from(chunks_[place.chunk][i], place.row);
    }
    out.push_back(builder.finish());
  }
  return out;
}

}  // namespace vedette::kql
