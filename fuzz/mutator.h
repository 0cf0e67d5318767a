// New queries from known ones. Changes are made to tokens, so that most results still look like KQL. Of two queries,
// one is a seed in which one literal is an extreme value, until each literal has been each of them; the other is a seed
// that has been changed at random.
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
  // A literal of a seed that becomes an extreme value.
  struct Extreme {
    uint32_t seed = 0, begin = 0, end = 0;
    const char* value = nullptr;
  };

  size_t below(size_t limit) { return limit == 0 ? 0 : random_() % limit; }
  const std::string& any_seed() { return seeds_[below(seeds_.size())]; }
  void collect_extremes();
  std::string next_extreme();
  void add_extreme(std::string& text);
  std::string changed_seed();
  void change(std::string& text);
  void change_tokens(std::string& text);
  void change_bytes(std::string& text);

  std::mt19937_64 random_;
  const std::vector<std::string> seeds_;
  std::vector<std::string> words_;  // every token of the seeds
  std::vector<Extreme> extremes_;   // in random order: those that have not been yet
  bool extreme_is_next_ = false;
};

}  // namespace vedette::fuzz
