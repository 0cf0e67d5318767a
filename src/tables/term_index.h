// The inverted index of a dictionary: from a term to the codes of the values that have it.
//
// A term is a maximal run of ASCII letters and digits, in lower case and of at least term_bytes_min bytes. What `has`
// sees (kql/functions/string_search.cpp) may go on with letters beyond ASCII: its ASCII parts are terms here, and what
// has them all is a *candidate*, as terms are known by 32 bits of their hash, which another one may share. The caller
// checks candidates against the values.
//
//   terms       := group*                     groups of about term_group_bytes bytes, cut between terms
//   group       := (hash_step:varint posting)*      hashes ascend; the first step of a group counts from 0
//   posting     := single:varint              lowest bit 0: the one code is single / 2
//                | head:varint code_step:varint*    lowest bit 1: head / 2 codes, ascending, the first step from 0;
//                                             head 1 (no codes): so many values have the term that all are candidates
//   directory   := group_count:varint (first_hash:u32 bytes:varint checksum:u64)*      checksum: XXH3 of the group
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace vedette::tables {

inline constexpr size_t term_bytes_min = 3;
inline constexpr size_t term_group_bytes = 16'384;

bool is_term_byte(char c);
uint32_t term_hash(std::string_view term);  // ignoring ASCII case

// Calls visit(term) for every term of a text, of any length.
template <class Visit>
void for_each_term(std::string_view text, const Visit& visit) {
  for (size_t at = 0; at < text.size();) {
    while (at < text.size() && !is_term_byte(text[at])) ++at;
    const size_t begin = at;
    while (at < text.size() && is_term_byte(text[at])) ++at;
    if (at > begin) visit(text.substr(begin, at - begin));
  }
}

class TermIndexBuilder {
 public:
  // `text_bytes`: of all values together.
  TermIndexBuilder(size_t value_count, size_t text_bytes) : value_count_(value_count), text_bytes_(text_bytes) {}
  void add(uint32_t code, std::string_view value);  // codes ascend
  struct Encoded {
    std::string terms, directory;
  };
  Encoded finish();

 private:
  void expect_postings(uint32_t code);

  const size_t value_count_, text_bytes_;
  std::vector<uint64_t> postings_;  // hash << 32 | code
  std::vector<uint8_t> folded_;
};

// The directory in memory, and what a group says.
class TermDirectory {
 public:
  static std::optional<TermDirectory> parse(std::string_view bytes);
  struct Group {
    uint32_t first_hash = 0;
    uint64_t offset = 0, bytes = 0, checksum = 0;
  };
  const Group* find(uint32_t hash) const;  // the group that would have it; null when none can

 private:
  std::vector<Group> groups_;
};

struct Posting {
  bool all = false;  // every value is a candidate
  std::vector<uint32_t> codes;
};
// nullopt when the group is damaged; an empty posting when no value has the term.
std::optional<Posting> find_posting(std::string_view group, uint32_t hash);

}  // namespace vedette::tables
