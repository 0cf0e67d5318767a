#include "term_index.h"

// Most texts are short: the call would cost as much as the hash.
#define XXH_INLINE_ALL
#include <xxhash.h>

#include <algorithm>
#include <array>
#include <bit>
#include <cstring>
#include <memory>
#include <span>
#include <utility>

#include "vedette/base/bytes.h"

namespace vedette::tables {
namespace {

// A term that this share of the values has does not narrow anything.
constexpr size_t common_share = 4;

constexpr std::array<uint8_t, 256> fold_table = [] {
  std::array<uint8_t, 256> table{};  // 0: no byte of a term
  for (unsigned c = 0; c < 256; ++c) {
    if (c >= 'A' && c <= 'Z') table[c] = static_cast<uint8_t>(c - 'A' + 'a');
    if ((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9')) table[c] = static_cast<uint8_t>(c);
  }
  return table;
}();

uint8_t folded(char c) { return fold_table[static_cast<unsigned char>(c)]; }

constexpr size_t word_bits = 64;

// Folds so many bytes in their place; bit i of the result: byte i is one of a term.
uint64_t fold_word(uint8_t* bytes) {
  alignas(word_bits) uint8_t of_term[word_bits];
  for (size_t i = 0; i < word_bits; ++i) {
    const uint8_t c = bytes[i];
    const bool upper = static_cast<uint8_t>(c - 'A') < 26, lower = static_cast<uint8_t>(c - 'a') < 26;
    const bool digit = static_cast<uint8_t>(c - '0') < 10;
    bytes[i] = static_cast<uint8_t>(c + (upper ? 'a' - 'A' : 0));
    of_term[i] = upper | lower | digit;
  }
  uint64_t out = 0;
  for (size_t i = 0; i < word_bits; i += sizeof out) {
    uint64_t eight = 0;
    std::memcpy(&eight, &of_term[i], sizeof eight);
    out |= (eight * 0x0102040810204080 >> 56) << i;  // byte k to bit k
  }
  return out;
}

uint32_t hash_of(const void* lower_case, size_t size) {
  return static_cast<uint32_t>(XXH3_64bits(lower_case, size) >> 32);
}

// By the hash alone: codes came in order and stay so. The sorted ones are in one of the two places.
std::span<uint64_t> sort_by_hash(std::span<uint64_t> postings, std::span<uint64_t> other) {
  constexpr unsigned digit_bits = 11;
  for (unsigned shift = 32; shift < 64; shift += digit_bits) {
    std::array<size_t, (size_t{1} << digit_bits)> place{};
    constexpr uint64_t mask = (uint64_t{1} << digit_bits) - 1;
    for (const uint64_t posting : postings) ++place[posting >> shift & mask];
    size_t sum = 0;
    for (size_t& at : place) sum += std::exchange(at, sum);
    for (const uint64_t posting : postings) other[place[posting >> shift & mask]++] = posting;
    std::swap(postings, other);
  }
  return postings;
}

void write_posting(base::ByteWriter& out, std::span<const uint64_t> postings, size_t value_count) {
  const auto code_of = [](uint64_t posting) { return static_cast<uint32_t>(posting); };
  if (postings.size() == 1) return out.varint(uint64_t{code_of(postings[0])} << 1);
  if (postings.size() * common_share > value_count) return out.varint(1);
  out.varint(postings.size() << 1 | 1);
  uint32_t last = 0;
  for (const uint64_t posting : postings) {
    out.varint(code_of(posting) - last);
    last = code_of(posting);
  }
}

}  // namespace

bool is_term_byte(char c) { return folded(c) != 0; }

uint32_t term_hash(std::string_view term) {
  char small[64];
  std::string large;
  char* lower = small;
  if (term.size() > sizeof small) large.resize(term.size()), lower = large.data();
  for (size_t i = 0; i < term.size(); ++i) lower[i] = static_cast<char>(folded(term[i]));
  return hash_of(lower, term.size());
}

// Values resemble each other: when some are known, memory is taken for all at once. But there are no more terms than
// the texts have room for.
void TermIndexBuilder::expect_postings(uint32_t code) {
  constexpr uint32_t known_min = 512;
  if (code != known_min) return;
  const size_t likely = postings_.size() / known_min * (value_count_ + value_count_ / 8);
  postings_.reserve(std::min(likely, text_bytes_ / (term_bytes_min + 1) + value_count_));
}

// 64 bytes at a time, which the compiler makes into a few instructions: the text is folded, and each bit of a word says
// whether a byte belongs to a term. Where the bits change, a term begins or ends.
void TermIndexBuilder::add(uint32_t code, std::string_view value) {
  expect_postings(code);
  if (folded_.size() < value.size() + word_bits) folded_.resize(value.size() * 2 + word_bits);
  if (!value.empty()) std::memcpy(folded_.data(), value.data(), value.size());
  std::memset(folded_.data() + value.size(), 0, word_bits);
  size_t begin = 0;
  uint64_t inside = 0;  // whether the byte before belongs to a term
  for (size_t at = 0; at <= value.size(); at += word_bits) {
    const uint64_t of_terms = fold_word(&folded_[at]);
    for (uint64_t edges = of_terms ^ (of_terms << 1 | inside); edges != 0; edges &= edges - 1) {
      const size_t edge = at + static_cast<size_t>(std::countr_zero(edges));
      inside ^= 1;
      if (inside)
        begin = edge;
      else if (edge - begin >= term_bytes_min)
        postings_.push_back(uint64_t{hash_of(&folded_[begin], edge - begin)} << 32 | code);
    }
  }
}

TermIndexBuilder::Encoded TermIndexBuilder::finish() {
  const auto other = std::make_unique_for_overwrite<uint64_t[]>(postings_.size());
  std::span<uint64_t> sorted = sort_by_hash(postings_, {other.get(), postings_.size()});
  sorted = sorted.first(static_cast<size_t>(std::unique(sorted.begin(), sorted.end()) - sorted.begin()));
  Encoded out;
  base::ByteWriter groups;
  size_t group_count = 0;
  for (size_t at = 0; at < sorted.size(); ++group_count) {
    base::ByteWriter group;
    const auto first_hash = static_cast<uint32_t>(sorted[at] >> 32);
    for (uint32_t last = 0; at < sorted.size() && group.size() < term_group_bytes;) {
      const auto hash = static_cast<uint32_t>(sorted[at] >> 32);
      size_t end = at + 1;
      while (end < sorted.size() && sorted[end] >> 32 == hash) ++end;
      group.varint(hash - last);
      write_posting(group, sorted.subspan(at, end - at), value_count_);
      last = hash;
      at = end;
    }
    const std::string bytes = group.take();
    groups.fixed(first_hash);
    groups.varint(bytes.size());
    groups.fixed<uint64_t>(XXH3_64bits(bytes.data(), bytes.size()));
    out.terms += bytes;
  }
  postings_.clear();
  base::ByteWriter directory;
  directory.varint(group_count);
  directory.raw(groups.take());
  out.directory = directory.take();
  return out;
}

std::optional<TermDirectory> TermDirectory::parse(std::string_view bytes) {
  base::ByteReader in(bytes);
  TermDirectory out;
  const uint64_t count = in.varint();
  uint64_t offset = 0;
  for (uint64_t i = 0; i < count && in.ok(); ++i) {
    Group& group = out.groups_.emplace_back();
    group.first_hash = in.fixed<uint32_t>();
    group.offset = offset;
    group.bytes = in.varint();
    group.checksum = in.fixed<uint64_t>();
    offset += group.bytes;
  }
  if (!in.ok() || !in.at_end()) return std::nullopt;
  return out;
}

const TermDirectory::Group* TermDirectory::find(uint32_t hash) const {
  const auto after = std::upper_bound(groups_.begin(), groups_.end(), hash,
                                      [](uint32_t h, const Group& group) { return h < group.first_hash; });
  return after == groups_.begin() ? nullptr : &*std::prev(after);
}

std::optional<Posting> find_posting(std::string_view group, uint32_t wanted) {
  base::ByteReader in(group);
  Posting out;
  for (uint32_t hash = 0; !in.at_end();) {
    hash += static_cast<uint32_t>(in.varint());
    const uint64_t head = in.varint();
    if (!in.ok()) return std::nullopt;
    const bool found = hash == wanted;
    if (head % 2 == 0) {
      if (found) out.codes.push_back(static_cast<uint32_t>(head / 2));
    } else if (head == 1) {
      out.all = found;
    } else {
      if (head / 2 > in.remaining()) return std::nullopt;
      uint32_t code = 0;
      for (uint64_t i = 0; i < head / 2; ++i) {
        code += static_cast<uint32_t>(in.varint());
        if (found) out.codes.push_back(code);
      }
    }
    if (!in.ok()) return std::nullopt;
    if (found || hash > wanted) return out;
  }
  return out;
}

}  // namespace vedette::tables
