#include "text_patterns.h"

#include <algorithm>
#include <numeric>
#include <unordered_map>

namespace vedette::kql {
namespace {

constexpr size_t texts_between_checks = 256;
constexpr size_t terms_between_checks = 4096;  // of one text
constexpr int64_t bytes_between_checks = 1 << 20;

bool is_alphanumeric(char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }

class Terms {
 public:
  explicit Terms(const TextPatternOptions& options) : characters_(options.characters) {}

  bool separates(char c) const {
    return characters_ ? characters_->find(c) != std::string_view::npos : !is_alphanumeric(c);
  }

  // Calls separators(text) and term(text) in turn, from left to right.
  template <class OnSeparators, class OnTerm>
  void walk(std::string_view text, OnSeparators separators, OnTerm term) const {
    for (size_t at = 0; at < text.size();) {
      size_t end = at;
      const bool separating = separates(text[at]);
      while (end < text.size() && separates(text[end]) == separating) ++end;
      separating ? separators(text.substr(at, end - at)) : term(text.substr(at, end - at));
      at = end;
    }
  }

 private:
  const std::optional<std::string_view> characters_;
};

struct PlacedTerm {
  size_t place = 0;
  std::string_view term;
  bool operator==(const PlacedTerm&) const = default;
};
struct PlacedTermHash {
  size_t operator()(const PlacedTerm& t) const {
    return std::hash<std::string_view>()(t.term) ^ (t.place * 0x9E3779B97F4A7C15ULL);
  }
};

class Grouping {
 public:
  Grouping(const std::vector<std::string_view>& texts, const std::vector<int64_t>& counts,
           const TextPatternOptions& options, const base::StopCheck& stop, MemoryCharge& charge)
      : texts_(texts),
        counts_(counts),
        terms_(options),
        named_(options.characters.has_value()),
        stop_(stop),
        charge_(charge) {
    const auto rows = static_cast<double>(std::accumulate(counts.begin(), counts.end(), int64_t{0}));
    least_ = options.threshold * rows;
  }

  base::Result<TextGroups> run() {
    TRY(count_terms());
    TRY(group());
    return ordered();
  }

 private:
  bool is_frequent(int64_t count) const { return static_cast<double>(count) > least_; }

  // `bytes` are what this pass holds.
  base::Status check(size_t text, int64_t bytes) {
    if (text % texts_between_checks != 0 && held_ + bytes < charge_.bytes() + bytes_between_checks) return {};
    TRY(stop_.check());
    return charge_.set(held_ + bytes);
  }

  int64_t frequency_bytes() const { return static_cast<int64_t>(frequency_.size() * (sizeof(PlacedTerm) + 40)); }

  base::Status count_terms() {
    held_ = charge_.bytes();
    for (size_t i = 0; i < texts_.size(); ++i) {
      TRY(check(i, frequency_bytes()));
      base::Status going;
      size_t place = 0;
      terms_.walk(
          texts_[i], [](std::string_view) {},
          [&](std::string_view term) {
            if (going && place % terms_between_checks == 0) going = check(0, frequency_bytes());
            if (going) frequency_[{place++, term}] += counts_[i];
          });
      TRY(std::move(going));
    }
    std::erase_if(frequency_, [&](const auto& entry) { return !is_frequent(entry.second); });
    return {};
  }

  // The pattern of a text; empty when none of its terms is frequent.
  std::string pattern_of(std::string_view text) const {
    std::string out;
    std::string_view between;
    bool any = false, after_star = false;
    size_t place = 0;
    terms_.walk(
        text, [&](std::string_view separators) { between = separators; },
        [&](std::string_view term) {
          const bool fixed = frequency_.contains({place++, term});
          const bool swallowed = named_ && (after_star || !fixed);
          if (!swallowed) out += between;
          if (fixed)
            out += term;
          else if (!(named_ && after_star))
            out += '*';
          any = any || fixed;
          after_star = !fixed;
          between = {};
        });
    if (!(named_ && after_star)) out += between;
    return any ? out : std::string();
  }

  base::Status group() {
    std::unordered_map<std::string, uint32_t> numbers;
    int64_t bytes = 0;
    result_.of_text.resize(texts_.size());
    held_ = charge_.bytes() + static_cast<int64_t>(texts_.size() * sizeof(uint32_t));
    for (size_t i = 0; i < texts_.size(); ++i) {
      TRY(check(i, bytes));
      std::string pattern = pattern_of(texts_[i]);
      const auto [found, added] = numbers.emplace(pattern, static_cast<uint32_t>(result_.groups.size()));
      if (added) {
        bytes += static_cast<int64_t>(2 * pattern.size() + sizeof(TextGroup) + 100);
        result_.groups.push_back({std::move(pattern), 0, texts_[i]});
      }
      result_.groups[found->second].count += counts_[i];
      result_.of_text[i] = found->second;
    }
    return {};
  }

  // The frequent groups by their size, and what is left as the last one.
  TextGroups ordered() {
    std::vector<uint32_t> frequent;
    TextGroup others{"others", 0, {}};
    for (uint32_t i = 0; i < result_.groups.size(); ++i) {
      const TextGroup& group = result_.groups[i];
      if (!group.pattern.empty() && is_frequent(group.count))
        frequent.push_back(i);
      else
        others.count += group.count;
    }
    std::stable_sort(frequent.begin(), frequent.end(),
                     [&](uint32_t a, uint32_t b) { return result_.groups[a].count > result_.groups[b].count; });
    std::vector<uint32_t> places(result_.groups.size(), static_cast<uint32_t>(frequent.size()));
    TextGroups out;
    for (const uint32_t old : frequent) {
      places[old] = static_cast<uint32_t>(out.groups.size());
      out.groups.push_back(std::move(result_.groups[old]));
    }
    if (others.count > 0) out.groups.push_back(std::move(others));
    for (const uint32_t old : result_.of_text) out.of_text.push_back(places[old]);
    return out;
  }

  const std::vector<std::string_view>& texts_;
  const std::vector<int64_t>& counts_;
  const Terms terms_;
  const bool named_;  // the separators
  const base::StopCheck& stop_;
  MemoryCharge& charge_;
  int64_t held_ = 0;
  double least_ = 0;
  std::unordered_map<PlacedTerm, int64_t, PlacedTermHash> frequency_;
  TextGroups result_;
};

}  // namespace

base::Result<TextGroups> group_texts(const std::vector<std::string_view>& texts, const std::vector<int64_t>& counts,
                                     const TextPatternOptions& options, const base::StopCheck& stop,
                                     MemoryCharge& charge) {
  return Grouping(texts, counts, options, stop, charge).run();
}

}  // namespace vedette::kql
