#include "join_table.h"

#include <algorithm>
#include <atomic>
#include <bit>
#include <thread>

#include "value_ids.h"

namespace vedette::kql {
namespace {

using Columns = std::vector<columnar::View<int64_t>>;

// A partition's table is to fit into the processor's second cache.
constexpr size_t partition_rows = 16'384;
constexpr uint32_t partition_bits_max = 10;

uint64_t mix(uint64_t x) {
  x ^= x >> 32;
  x *= 0xd6e8feb86659fd93;
  x ^= x >> 32;
  x *= 0xd6e8feb86659fd93;
  return x ^ (x >> 32);
}

Columns views_of(const std::vector<Vector>& keys) {
  Columns out;
  for (const Vector& key : keys) out.push_back(key.view<int64_t>());
  return out;
}

// 0 for a row with a null key; no other row has 0.
uint64_t hash_of(const Columns& keys, size_t row) {
  uint64_t hash = 0x9e3779b97f4a7c15;
  for (const auto& key : keys) {
    if (key.is_null(row)) return 0;
    hash = mix(hash ^ static_cast<uint64_t>(key[row]));
  }
  return hash | 1;
}

uint32_t tag_of(uint64_t hash) { return static_cast<uint32_t>(hash >> 20); }
size_t slot_of(uint64_t hash, size_t mask) { return hash >> 8 & mask; }

// Runs work(i) for i below `count` on the workers' threads, until they are told to stop.
template <class Work>
base::Status for_each_parallel(size_t count, const JoinTable::Workers& workers, const Work& work) {
  std::atomic<size_t> next = 0;
  const auto run = [&] {
    for (size_t i = next++; i < count && !workers.stop.stopped(); i = next++) work(i);
  };
  {
    std::vector<std::jthread> others;
    for (size_t i = 1; i < std::min(workers.count, count); ++i) others.emplace_back(run);
    run();
  }
  return workers.stop.check();
}

}  // namespace

// By pieces of the rows: each counts its rows of each partition, and then knows where they go.
base::Status JoinTable::place_rows(const std::vector<Vector>& key_columns, size_t rows, const Workers& workers) {
  const Columns keys = views_of(key_columns);
  constexpr size_t piece = 131'072;
  const size_t pieces = (rows + piece - 1) / piece;
  std::vector<uint64_t> hashes(rows);
  std::vector<std::vector<size_t>> at(pieces, std::vector<size_t>(partitions_.size()));
  TRY(for_each_parallel(pieces, workers, [&](size_t i) {
    for (size_t row = i * piece; row < std::min(rows, (i + 1) * piece); ++row) {
      hashes[row] = hash_of(keys, row);
      if (hashes[row] != 0) ++at[i][partition_of(hashes[row])];
    }
  }));
  size_t places = 0;
  for (size_t partition = 0; partition < partitions_.size(); ++partition) {
    partitions_[partition].begin = places;
    for (auto& of_piece : at) places += std::exchange(of_piece[partition], places);
    partitions_[partition].end = places;
  }
  rows_.resize(places);
  hashes_.resize(places);
  keys_.resize(places * width_);
  return for_each_parallel(pieces, workers, [&](size_t i) {
    for (size_t row = i * piece; row < std::min(rows, (i + 1) * piece); ++row) {
      if (hashes[row] == 0) continue;
      const size_t place = at[i][partition_of(hashes[row])]++;
      rows_[place] = static_cast<uint32_t>(row);
      hashes_[place] = hashes[row];
      for (size_t column = 0; column < width_; ++column) keys_[place * width_ + column] = keys[column][row];
    }
  });
}

base::Status JoinTable::build(const std::vector<Vector>& keys, size_t rows, Keep keep, const Workers& workers) {
  width_ = keys.size();
  partition_bits_ = std::min(partition_bits_max, static_cast<uint32_t>(std::bit_width(rows / partition_rows)));
  partitions_.resize(size_t{1} << partition_bits_);
  TRY(place_rows(keys, rows, workers));
  groups_.resize(rows_.size());
  TRY(for_each_parallel(partitions_.size(), workers, [&](size_t i) { fill(partitions_[i]); }));
  hashes_ = {};
  uint32_t groups = 0;
  for (Partition& partition : partitions_) {
    partition.first_group = groups;
    groups += partition.groups;
  }
  // Of a partition, its groups' rows stand where its places are.
  first_.resize(size_t{groups} + 1, static_cast<uint32_t>(rows_.size()));
  rows_by_group_.resize(rows_.size());
  TRY(for_each_parallel(partitions_.size(), workers, [&](size_t i) { group_rows(partitions_[i]); }));
  if (keep == Keep::first_of_group) {
    for (uint32_t group = 0; group < groups; ++group) rows_by_group_[group] = rows_by_group_[first_[group]];
    for (uint32_t group = 0; group <= groups; ++group) first_[group] = group;
  }
  return {};
}

void JoinTable::fill(Partition& partition) {
  partition.slots.resize(std::bit_ceil((partition.end - partition.begin) * 2 + 1));
  const size_t mask = partition.slots.size() - 1;
  for (size_t place = partition.begin; place < partition.end; ++place) {
    const uint32_t tag = tag_of(hashes_[place]);
    size_t slot = slot_of(hashes_[place], mask);
    for (; partition.slots[slot].place != 0; slot = (slot + 1) & mask) {
      const Slot& known = partition.slots[slot];
      if (known.tag == tag && equal(known.place - 1, &keys_[place * width_])) break;
    }
    Slot& found = partition.slots[slot];
    if (found.place == 0) {
      found = {static_cast<uint32_t>(place) + 1, tag};
      groups_[place] = partition.groups++;
    } else {
      groups_[place] = groups_[found.place - 1];
    }
  }
}

// Rows of a group stay in their order: it is that of their places.
void JoinTable::group_rows(const Partition& partition) {
  std::vector<uint32_t> next(partition.groups + 1);
  for (size_t place = partition.begin; place < partition.end; ++place) ++next[groups_[place] + 1];
  next[0] = static_cast<uint32_t>(partition.begin);
  for (size_t group = 0; group < partition.groups; ++group) {
    next[group + 1] += next[group];
    first_[partition.first_group + group] = next[group];
  }
  for (size_t place = partition.begin; place < partition.end; ++place) {
    rows_by_group_[next[groups_[place]]++] = rows_[place];
    groups_[place] += partition.first_group;
  }
}

// Some rows at a time and step by step, so that what a step asks of memory is on its way before it is needed.
void JoinTable::find(const std::vector<Vector>& key_columns, size_t rows, std::vector<uint32_t>& groups) const {
  const Columns keys = views_of(key_columns);
  groups.assign(rows, no_id);
  if (size() == 0) return;
  constexpr size_t ahead = 64;
  uint64_t hashes[ahead];
  size_t slots[ahead];
  std::vector<int64_t> key(width_);
  for (size_t begin = 0; begin < rows; begin += ahead) {
    const size_t count = std::min(ahead, rows - begin);
    for (size_t i = 0; i < count; ++i) {
      hashes[i] = hash_of(keys, begin + i);
      const Partition& partition = partitions_[partition_of(hashes[i])];
      slots[i] = slot_of(hashes[i], partition.slots.size() - 1);
      base::prefetch(&partition.slots[slots[i]]);
    }
    const auto next_of_tag = [&](size_t i) -> const Slot& {
      const auto& table = partitions_[partition_of(hashes[i])].slots;
      const size_t mask = table.size() - 1;
      const uint32_t tag = tag_of(hashes[i]);
      while (table[slots[i]].place != 0 && table[slots[i]].tag != tag) slots[i] = (slots[i] + 1) & mask;
      return table[slots[i]];
    };
    for (size_t i = 0; i < count; ++i) {
      const Slot& found = next_of_tag(i);
      if (found.place == 0) continue;
      base::prefetch(&keys_[(found.place - 1) * width_]);
      base::prefetch(&groups_[found.place - 1]);
    }
    for (size_t i = 0; i < count; ++i) {
      if (hashes[i] == 0) continue;
      for (size_t column = 0; column < width_; ++column) key[column] = keys[column][begin + i];
      const Slot* found = &next_of_tag(i);
      while (found->place != 0 && !equal(found->place - 1, key.data())) {
        slots[i] = (slots[i] + 1) & (partitions_[partition_of(hashes[i])].slots.size() - 1);
        found = &next_of_tag(i);
      }
      if (found->place != 0) groups[begin + i] = groups_[found->place - 1];
    }
  }
}

int64_t JoinTable::held_bytes() const {
  size_t bytes = keys_.capacity() * sizeof(int64_t);
  bytes += (rows_.capacity() + groups_.capacity() + first_.capacity() + rows_by_group_.capacity()) * sizeof(uint32_t);
  for (const Partition& partition : partitions_) bytes += partition.slots.capacity() * sizeof(Slot);
  return static_cast<int64_t>(bytes);
}

}  // namespace vedette::kql
