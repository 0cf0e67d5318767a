// New queries from known ones. Changes are made to tokens, so that most results still look like KQL.
#pragma once

#include <random>
#include <string>
#include <vector>

namespace vedette::fuzz {

class Mutator {
 public:
  Mutator(std::vector<std::string> seeds, uint64_t random_seed);
  std::string next();

 private:
  size_t below(size_t limit) { return limit == 0 ? 0 : random_() % limit; }
  const std::string& any_seed() { return seeds_[below(seeds_.size())]; }
  void change(std::string& text);
  void change_tokens(std::string& text);
  void change_bytes(std::string& text);

  std::mt19937_64 random_;
  const std::vector<std::string> seeds_;
  std::vector<std::string> words_;  // every token of the seeds
};

}  // namespace vedette::fuzz
