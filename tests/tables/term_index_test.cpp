// The index of terms against the terms that for_each_term() sees, one byte at a time.
#include "term_index.h"

#include <gtest/gtest.h>

#include <map>
#include <random>
#include <set>

namespace vedette::tables {
namespace {

using Postings = std::map<uint32_t, std::set<uint32_t>>;

Postings expected(const std::vector<std::string>& texts) {
  Postings out;
  for (uint32_t code = 0; code < texts.size(); ++code)
    for_each_term(texts[code], [&](std::string_view term) {
      if (term.size() >= term_bytes_min) out[term_hash(term)].insert(code);
    });
  return out;
}

// Every posting by its hash; the directory leads to the group.
void expect_index_of(const std::vector<std::string>& texts) {
  const size_t value_count = 1 << 20;  // no term is common
  TermIndexBuilder builder(value_count);
  for (uint32_t code = 0; code < texts.size(); ++code) builder.add(code, texts[code]);
  const auto encoded = builder.finish();
  const auto directory = TermDirectory::parse(encoded.directory);
  ASSERT_TRUE(directory);
  for (const auto& [hash, codes] : expected(texts)) {
    const auto* group = directory->find(hash);
    ASSERT_NE(group, nullptr);
    const auto posting = find_posting(std::string_view(encoded.terms).substr(group->offset, group->bytes), hash);
    ASSERT_TRUE(posting);
    EXPECT_EQ(std::vector<uint32_t>(codes.begin(), codes.end()), posting->codes);
  }
}

TEST(TermIndex, HasTheTermsOfEveryText) {
  std::mt19937_64 random(20'261'129);
  static constexpr std::string_view bytes = "abcXYZ019 .-_/\\\"\xc3\xbc@[`{\x7f\x80\xff";
  std::vector<std::string> texts{"", "ab", "abc", std::string(3, '\0')};
  for (size_t size = 0; size < 300; ++size) {
    std::string text;
    const size_t of_letters = random() % 4;  // some have long terms
    for (size_t i = 0; i < size; ++i) text += bytes[random() % (random() % 4 < of_letters ? 9 : bytes.size())];
    texts.push_back(std::move(text));
  }
  expect_index_of(texts);
}

TEST(TermIndex, HasTermsThatEndWhereWordsOfTheProcessorDo) {
  for (const size_t size : {3, 62, 63, 64, 65, 127, 128, 129, 192})
    for (const size_t before : {0, 1, 61, 63, 64}) {
      const std::string text = std::string(before, ' ') + std::string(size, 'K');
      expect_index_of({text, text + " ", text + "."});
    }
}

}  // namespace
}  // namespace vedette::tables
