#include "join_table.h"

#include <algorithm>
#include <atomic>
#include <bit>
#include <thread>

#include "value_ids.h"

namespace vedette::kql {
namespace {

using Columns = std::vector<columnar::View<int64_t>>;

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

// Runs work(i) for i below `count` on up to `threads` threads.
template <class Work>
void for_each_parallel(size_t count, size_t threads, const Work& work) {
  std::atomic<size_t> next = 0;
  const auto run = [&] {
    for (size_t i = next++; i < count; i = next++) work(i);
  };
  std::vector<std::jthread> others;
  for (size_t i = 1; i < threads; ++i) others.emplace_back(run);
  run();
}

}  // namespace

bool JoinTable::equal(const Columns& keys, size_t row, uint32_t build_row) const {
  for (size_t i = 0; i < keys.size(); ++i)
    if (keys[i][row] != keys_[i][build_row]) return false;
  return true;
}

void JoinTable::build(const std::vector<Vector>& key_columns, size_t rows, size_t threads,
                      std::vector<uint32_t>& groups) {
  const Columns keys = views_of(key_columns);
  keys_.assign(keys.size(), std::vector<int64_t>(rows));
  std::vector<uint64_t> hashes(rows);
  constexpr size_t piece = 65'536;
  for_each_parallel((rows + piece - 1) / piece, threads, [&](size_t i) {
    for (size_t row = i * piece; row < std::min(rows, (i + 1) * piece); ++row) {
      for (size_t column = 0; column < keys.size(); ++column) keys_[column][row] = keys[column][row];
      hashes[row] = hash_of(keys, row);
    }
  });
  // The rows of each partition, in their order.
  partitions_.resize(size_t{1} << partition_bits);
  std::vector<size_t> ends(partitions_.size() + 1);
  for (const uint64_t hash : hashes)
    if (hash != 0) ++ends[partition_of(hash) + 1];
  for (size_t i = 1; i < ends.size(); ++i) ends[i] += ends[i - 1];
  std::vector<uint32_t> ordered(ends.back());
  std::vector<size_t> at(ends.begin(), ends.end() - 1);
  for (uint32_t row = 0; row < rows; ++row)
    if (hashes[row] != 0) ordered[at[partition_of(hashes[row])]++] = row;
  groups.assign(rows, no_id);
  group_of_row_.assign(rows, 0);
  for_each_parallel(partitions_.size(), threads, [&](size_t i) {
    fill(partitions_[i], std::span(ordered).subspan(ends[i], ends[i + 1] - ends[i]), hashes, groups);
  });
  for (Partition& partition : partitions_) {
    partition.first_group = static_cast<uint32_t>(group_count_);
    group_count_ += partition.groups;
  }
  for (size_t i = 0; i < partitions_.size(); ++i)
    for (const uint32_t row : std::span(ordered).subspan(ends[i], ends[i + 1] - ends[i]))
      groups[row] += partitions_[i].first_group;
}

void JoinTable::fill(Partition& partition, std::span<const uint32_t> rows, const std::vector<uint64_t>& hashes,
                     std::vector<uint32_t>& groups) {
  partition.slots.resize(std::bit_ceil(rows.size() * 2 + 1));
  const size_t mask = partition.slots.size() - 1;
  for (const uint32_t row : rows) {
    const uint32_t tag = tag_of(hashes[row]);
    size_t slot = slot_of(hashes[row], mask);
    for (; partition.slots[slot].row != 0; slot = (slot + 1) & mask) {
      const Slot& known = partition.slots[slot];
      if (known.tag != tag) continue;
      bool same = true;
      for (const auto& column : keys_) same = same && column[row] == column[known.row - 1];
      if (same) break;
    }
    Slot& found = partition.slots[slot];
    if (found.row == 0) {
      found = {row + 1, tag};
      group_of_row_[row] = partition.groups++;
    }
    groups[row] = group_of_row_[found.row - 1];
  }
}

void JoinTable::find(const std::vector<Vector>& key_columns, size_t rows, std::vector<uint32_t>& groups) const {
  const Columns keys = views_of(key_columns);
  groups.assign(rows, no_id);
  if (group_count_ == 0) return;
  // Some rows at a time, so that their slots are on their way from memory before they are asked.
  constexpr size_t ahead = 64;
  uint64_t hashes[ahead];
  for (size_t begin = 0; begin < rows; begin += ahead) {
    const size_t count = std::min(ahead, rows - begin);
    for (size_t i = 0; i < count; ++i) {
      hashes[i] = hash_of(keys, begin + i);
      const Partition& partition = partitions_[partition_of(hashes[i])];
      if (!partition.slots.empty())
        __builtin_prefetch(&partition.slots[slot_of(hashes[i], partition.slots.size() - 1)]);
    }
    for (size_t i = 0; i < count; ++i) {
      const Partition& partition = partitions_[partition_of(hashes[i])];
      if (hashes[i] == 0 || partition.slots.empty()) continue;
      const size_t mask = partition.slots.size() - 1;
      const uint32_t tag = tag_of(hashes[i]);
      for (size_t slot = slot_of(hashes[i], mask); partition.slots[slot].row != 0; slot = (slot + 1) & mask) {
        const Slot& known = partition.slots[slot];
        if (known.tag != tag || !equal(keys, begin + i, known.row - 1)) continue;
        groups[begin + i] = partition.first_group + group_of_row_[known.row - 1];
        break;
      }
    }
  }
}

int64_t JoinTable::held_bytes() const {
  size_t bytes = group_of_row_.capacity() * sizeof(uint32_t);
  for (const auto& column : keys_) bytes += column.capacity() * sizeof(int64_t);
  for (const Partition& partition : partitions_) bytes += partition.slots.capacity() * sizeof(Slot);
  return static_cast<int64_t>(bytes);
}

}  // namespace vedette::kql
