#include "text_column.h"

#include <algorithm>

#include "vedette/base/prefetch.h"
#include "vedette/columnar/json_walk.h"

// Most texts are short: the call would cost as much as the hash.
#define XXH_INLINE_ALL
#include <xxhash.h>

namespace vedette::ingest {

namespace {

constexpr size_t slots_min = 64;

// Whether another text, with other escapes, may stand for the same: of the characters that these leave each has one
// spelling.
bool has_other_spellings(std::string_view escaped) {
  for (size_t at = escaped.find('\\'); at < escaped.size(); at = escaped.find('\\', at + 2))
    if (escaped[at + 1] == 'u' || escaped[at + 1] == '/') return true;
  return false;
}

}  // namespace

TextColumn::TextColumn() : slots_(slots_min) {}

TextColumn::Lookup TextColumn::begin(std::string_view escaped) const {
  Lookup lookup{escaped, XXH3_64bits(escaped.data(), escaped.size())};
  lookup.slot = lookup.hash & (slots_.size() - 1);
  base::prefetch(&slots_[lookup.slot]);
  return lookup;
}

// To the first slot that may have it, or is free.
void TextColumn::find(Lookup& lookup) const {
  const size_t mask = slots_.size() - 1;
  while (slots_[lookup.slot].escaped && slots_[lookup.slot].tag != tag_of(lookup.hash))
    lookup.slot = (lookup.slot + 1) & mask;
  base::prefetch(slots_[lookup.slot].escaped);
}

std::optional<uint32_t> TextColumn::code_of(const Lookup& lookup) {
  const size_t mask = slots_.size() - 1;
  size_t at = lookup.slot;
  for (; slots_[at].escaped; at = (at + 1) & mask)
    if (slots_[at].tag == tag_of(lookup.hash) &&
        std::string_view(slots_[at].escaped, slots_[at].size) == lookup.escaped)
      return slots_[at].code;
  return insert(lookup, at);
}

uint32_t TextColumn::empty_code() {
  Lookup lookup = begin({});
  find(lookup);
  return *code_of(lookup);
}

std::optional<uint32_t> TextColumn::insert(const Lookup& lookup, size_t at) {
  std::string_view value = lookup.escaped;
  if (value.find('\\') != std::string_view::npos) {
    unescaped_.clear();
    if (!columnar::append_unescaped(unescaped_, lookup.escaped)) return std::nullopt;
    value = unescaped_;
    distinct_ = distinct_ && !has_other_spellings(lookup.escaped);
  }
  const auto code = static_cast<uint32_t>(values_.size());
  const bool as_it_stands = value.data() == lookup.escaped.data();
  value = value.empty() ? std::string_view("") : values_.arena().copy(value);
  values_.append(value);
  const std::string_view kept = as_it_stands ? value : escaped_texts_->copy(lookup.escaped);
  slots_[at] = {kept.data(), static_cast<uint32_t>(kept.size()), tag_of(lookup.hash), code};
  bytes_ += lookup.escaped.size() + value.size();
  if (values_.size() * 2 > slots_.size()) grow();
  return code;
}

// Lookups that are on their way stay right only for the slots of before: a record ends them before it goes on.
void TextColumn::grow() {
  std::vector<Slot> old(slots_.size() * 2);
  old.swap(slots_);
  const size_t mask = slots_.size() - 1;
  for (const Slot& slot : old) {
    if (!slot.escaped) continue;
    size_t at = XXH3_64bits(slot.escaped, slot.size) & mask;
    while (slots_[at].escaped) at = (at + 1) & mask;
    slots_[at] = slot;
  }
}

columnar::Vector TextColumn::finish() {
  const size_t rows = codes_->size();
  if (distinct_) values_.set_distinct();
  distinct_ = true;
  columnar::Vector out = values_.finish().select(std::move(codes_));
  codes_ = std::make_shared<std::vector<uint32_t>>();
  codes_->reserve(rows);
  std::fill(slots_.begin(), slots_.end(), Slot{});
  escaped_texts_ = std::make_unique<columnar::Arena>();
  bytes_ = 0;
  return out;
}

}  // namespace vedette::ingest
