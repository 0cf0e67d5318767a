// One row a group: what arg_max and take_any hold.
//
// Between begin() and end() the rows of a batch that win are chosen; end() keeps the batch's columns, and a group knows
// its row's place. When some batches are kept, or their rows are few of a large batch, the live rows are copied
// together, so that what is held stays proportional to the number of groups.
#pragma once

#include <vector>

#include "vedette/columnar/vector.h"

namespace vedette::kql {

class KeptRows {
 public:
  explicit KeptRows(std::vector<columnar::Type> types) : types_(std::move(types)) {}

  void begin(size_t group_count);
  void choose(uint32_t group, uint32_t row) {  // in place of what it kept and chose before
    if (chosen_[group] == none) touched_.push_back(group);
    chosen_[group] = row;
  }
  bool has_chosen(uint32_t group) const { return chosen_[group] != none; }
  // Keeps the chosen rows of `values`; moved(group) is called for each group whose row has another place now.
  template <class Moved>
  void end(std::span<const columnar::Vector> values, Moved moved) {
    if (touched_.empty()) return;
    if (keep_chosen(values)) {
      for (uint32_t group = 0; group < places_.size(); ++group)
        if (places_[group].chunk != none) moved(group);
    } else {
      for (const uint32_t group : touched_) moved(group);
    }
    touched_.clear();
  }

  struct Live {
    std::vector<columnar::Vector> columns;
    std::vector<uint32_t> groups;  // of each row
  };
  Live live() const;

  // The value of the first column in the group's row, which must be there.
  template <class T>
  const T& first(size_t group) const {
    const Place place = places_[group];
    return chunks_[place.chunk].columns.front().template view<T>()[place.row];
  }
  std::vector<columnar::Vector> finish(size_t group_count) const;  // nulls where a group has kept no row
  int64_t held_bytes() const;

 private:
  static constexpr uint32_t none = UINT32_MAX;
  struct Place {
    uint32_t chunk = none;
    uint32_t row = 0;
  };
  struct Chunk {
    std::vector<columnar::Vector> columns;
    size_t live = 0;  // rows that a group still keeps; without any, the columns go
    int64_t bytes = 0;
  };
  bool keep_chosen(std::span<const columnar::Vector> values);  // whether all rows have moved
  void release(Place place);
  void compact();

  std::vector<columnar::Type> types_;
  std::vector<Chunk> chunks_;
  std::vector<Place> places_;               // of each group
  std::vector<uint32_t> chosen_, touched_;  // by group; the groups that have chosen
  size_t live_ = 0;
  int64_t bytes_ = 0, compact_bytes_ = 0;  // in all; after the last compaction
};

}  // namespace vedette::kql
