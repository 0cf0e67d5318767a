#include "dictionary_builder.h"

// Most texts are short: the call would cost as much as the hash.
#define XXH_INLINE_ALL
#include <xxhash.h>

#include <algorithm>
#include <bit>
#include <numeric>

#include "dynamic_codec.h"
#include "vedette/base/bytes.h"
#include "vedette/base/prefetch.h"

namespace vedette::tables {

using columnar::Dynamic;
using columnar::Type;
using columnar::Vector;

namespace {

constexpr uint32_t unknown = UINT32_MAX;

uint64_t hash_of(std::string_view value) { return XXH3_64bits(value.data(), value.size()); }
uint32_t tag_of(uint64_t hash) { return static_cast<uint32_t>(hash >> 32); }

}  // namespace

void DictionaryBuilder::add(const Vector& rows) {
  rows.type() == Type::string ? add_rows<std::string_view>(rows) : add_rows<Dynamic>(rows);
}

template <class T>
void DictionaryBuilder::add_rows(const Vector& rows) {
  if (rows.is_selected() && rows.base_size() <= 4 * rows.selection_size()) return add_selected<T>(rows);
  if (only_known_) hash_values();
  const auto view = rows.view<T>();
  const size_t distinct = rows.is_constant() ? std::min<size_t>(rows.size(), 1) : rows.size();
  fresh_values_.clear();
  for (size_t row = 0; row < distinct; ++row) fresh_values_.push_back(bytes_of(rows.is_null(row) ? T{} : view[row]));
  const size_t begin = codes_.size();
  codes_.resize(begin + distinct);
  number(fresh_values_, std::span(codes_).subspan(begin));
  if (distinct < rows.size()) codes_.resize(begin + rows.size(), codes_.back());
}

template <class T>
void DictionaryBuilder::add_selected(const Vector& rows) {
  turn_to(rows);
  const auto view = rows.view<T>();
  fresh_.clear();
  fresh_values_.clear();
  for (size_t row = 0; row < rows.size(); ++row) {
    uint32_t& code = code_of_known_[view.index(row)];
    if (code != unknown) continue;
    code = 0;  // until all of them are numbered
    fresh_.push_back(static_cast<uint32_t>(view.index(row)));
    fresh_values_.push_back(bytes_of(rows.is_null(row) ? T{} : view[row]));
  }
  fresh_codes_.resize(fresh_.size());
  number(fresh_values_, fresh_codes_);
  for (size_t i = 0; i < fresh_.size(); ++i) code_of_known_[fresh_[i]] = fresh_codes_[i];
  const size_t begin = codes_.size();
  codes_.resize(begin + rows.size());
  for (size_t row = 0; row < rows.size(); ++row) codes_[begin + row] = code_of_known_[view.index(row)];
}

void DictionaryBuilder::turn_to(const Vector& dictionary) {
  if (known_.shares_base(dictionary)) return;
  if (only_known_) hash_values();
  only_known_ = values_.empty() && dictionary.has_distinct_base();
  known_ = dictionary;
  code_of_known_.assign(dictionary.base_size(), unknown);
}

std::string_view DictionaryBuilder::bytes_of(const Dynamic& value) {
  base::ByteWriter out;
  encode(out, value);
  return arena_.copy(out.take());
}

// Some at a time and step by step, so that what a step asks of memory is on its way before it is needed.
void DictionaryBuilder::number(std::span<const std::string_view> values, std::span<uint32_t> codes) {
  if (only_known_) {
    std::iota(codes.begin(), codes.end(), static_cast<uint32_t>(values_.size()));
    values_.insert(values_.end(), values.begin(), values.end());
    return;
  }
  constexpr size_t ahead = 32;
  uint64_t hashes[ahead];
  for (size_t begin = 0; begin < values.size(); begin += ahead) {
    const size_t count = std::min(ahead, values.size() - begin);
    make_room(values_.size() + count);
    const size_t mask = slots_.size() - 1;
    for (size_t i = 0; i < count; ++i) {
      hashes[i] = hash_of(values[begin + i]);
      base::prefetch(&slots_[hashes[i] & mask]);
    }
    for (size_t i = 0; i < count; ++i) {
      const Slot& slot = slots_[hashes[i] & mask];
      if (slot.code != 0 && slot.tag == tag_of(hashes[i])) base::prefetch(values_[slot.code - 1].data());
    }
    for (size_t i = 0; i < count; ++i) codes[begin + i] = code_of(values[begin + i], hashes[i]);
  }
}

uint32_t DictionaryBuilder::code_of(std::string_view value, uint64_t hash) {
  const size_t mask = slots_.size() - 1;
  size_t at = hash & mask;
  for (; slots_[at].code != 0; at = (at + 1) & mask)
    if (slots_[at].tag == tag_of(hash) && values_[slots_[at].code - 1] == value) return slots_[at].code - 1;
  values_.push_back(value);
  hashes_.push_back(hash);
  slots_[at] = {tag_of(hash), static_cast<uint32_t>(values_.size())};
  return slots_[at].code - 1;
}

void DictionaryBuilder::hash_values() {
  only_known_ = false;
  for (const std::string_view value : values_) hashes_.push_back(hash_of(value));
  make_room(values_.size());
}

// For so many values, those that are there among them.
void DictionaryBuilder::make_room(size_t values) {
  constexpr size_t least = 64, step = 4;
  if (values * 2 <= slots_.size()) return;
  slots_.assign(std::max({least, slots_.size() * step, std::bit_ceil(values * 2)}), Slot{});
  const size_t mask = slots_.size() - 1;
  for (uint32_t code = 0; code < hashes_.size(); ++code) {
    size_t at = hashes_[code] & mask;
    while (slots_[at].code != 0) at = (at + 1) & mask;
    slots_[at] = {tag_of(hashes_[code]), code + 1};
  }
}

}  // namespace vedette::tables
