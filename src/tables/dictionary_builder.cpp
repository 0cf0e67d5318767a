#include "dictionary_builder.h"

// Most texts are short: the call would cost as much as the hash.
#define XXH_INLINE_ALL
#include <xxhash.h>

#include "bytes.h"
#include "dynamic_codec.h"

namespace vedette::tables {

using columnar::Dynamic;
using columnar::Type;
using columnar::Vector;

namespace {

constexpr uint32_t unknown = UINT32_MAX;

}  // namespace

void DictionaryBuilder::add(const Vector& rows) {
  rows.type() == Type::string ? add_rows<std::string_view>(rows) : add_rows<Dynamic>(rows);
}

template <class T>
void DictionaryBuilder::add_rows(const Vector& rows) {
  const auto view = rows.view<T>();
  const auto look_up = [&](size_t row) { return code_of(bytes_of(rows.is_null(row) ? T{} : view[row])); };
  if (rows.is_constant()) {
    if (rows.size() > 0) codes_.insert(codes_.end(), rows.size(), look_up(0));
    return;
  }
  if (!rows.is_selected() || rows.base_size() > 4 * rows.selection_size()) {
    for (size_t row = 0; row < rows.size(); ++row) codes_.push_back(look_up(row));
    return;
  }
  if (!known_.shares_base(rows)) {
    known_ = rows;
    code_of_known_.assign(rows.base_size(), unknown);
  }
  for (size_t row = 0; row < rows.size(); ++row) {
    uint32_t& code = code_of_known_[view.index(row)];
    if (code == unknown) code = look_up(row);
    codes_.push_back(code);
  }
}

std::string_view DictionaryBuilder::bytes_of(const Dynamic& value) {
  ByteWriter out;
  encode(out, value);
  return arena_.copy(out.take());
}

uint32_t DictionaryBuilder::code_of(std::string_view value) {
  if (values_.size() * 2 >= slots_.size()) grow();
  const uint64_t hash = XXH3_64bits(value.data(), value.size());
  const auto tag = static_cast<uint32_t>(hash >> 32);
  const size_t mask = slots_.size() - 1;
  size_t at = hash & mask;
  for (; slots_[at].code != 0; at = (at + 1) & mask)
    if (slots_[at].tag == tag && values_[slots_[at].code - 1] == value) return slots_[at].code - 1;
  values_.push_back(value);
  hashes_.push_back(hash);
  slots_[at] = {tag, static_cast<uint32_t>(values_.size())};
  return slots_[at].code - 1;
}

void DictionaryBuilder::grow() {
  constexpr size_t least = 64, step = 4;
  slots_.assign(slots_.empty() ? least : slots_.size() * step, Slot{});
  const size_t mask = slots_.size() - 1;
  for (uint32_t code = 0; code < hashes_.size(); ++code) {
    size_t at = hashes_[code] & mask;
    while (slots_[at].code != 0) at = (at + 1) & mask;
    slots_[at] = {static_cast<uint32_t>(hashes_[code] >> 32), code + 1};
  }
}

}  // namespace vedette::tables
