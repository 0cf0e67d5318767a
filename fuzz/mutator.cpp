#include "mutator.h"

#include <algorithm>
#include <array>
#include <set>

#include "token.h"

namespace vedette::fuzz {
namespace {

constexpr size_t text_bytes_max = 64 << 10;

constexpr std::array extreme_values = {"0",
                                       "-1",
                                       "1",
                                       "2147483648",
                                       "9223372036854775807",
                                       "9223372036854775808",
                                       "(-9223372036854775807 - 1)",
                                       "int(-2147483648)",
                                       "1e308",
                                       "1e-320",
                                       "1000000000000000000",
                                       "real(nan)",
                                       "real(+inf)",
                                       "int(null)",
                                       "dynamic(null)",
                                       "dynamic([])",
                                       "dynamic({})",
                                       "\"\"",
                                       "\"\\u0000\\U0001F600\"",
                                       "timespan(null)",
                                       "10675199d",
                                       "timespan(-10675199.02:48:05.4775808)",
                                       "1tick",
                                       "datetime(9999-12-31T23:59:59.9999999)",
                                       "datetime(0001-01-01)",
                                       "datetime(null)",
                                       "guid(null)",
                                       "decimal(1e28)",
                                       "decimal(1e-28)",
                                       "range(1, 100000, 1)",
                                       "repeat(1, 100000)",
                                       "strcat_array(repeat(\"x\", 100000), \"\")",
                                       "decimal(null)",
                                       "false"};

struct Span {
  size_t begin = 0, end = 0;
};

std::vector<Span> tokens_of(std::string_view text) {
  std::vector<Span> spans;
  for (const kql::Token& token : kql::tokenize(text))
    if (token.span.end > token.span.begin) spans.push_back({token.span.begin, token.span.end});
  return spans;
}

std::vector<Span> literals_of(std::string_view text) {
  using Kind = kql::TokenKind;
  std::vector<Span> spans;
  for (const kql::Token& token : kql::tokenize(text))
    if (token.kind == Kind::string || token.kind == Kind::integer || token.kind == Kind::real ||
        token.kind == Kind::timespan)
      spans.push_back({token.span.begin, token.span.end});
  return spans;
}

std::vector<size_t> pipes_of(std::string_view text) {
  std::vector<size_t> at;
  for (size_t i = 0; i < text.size(); ++i)
    if (text[i] == '|') at.push_back(i);
  return at;
}

}  // namespace

Mutator::Mutator(std::vector<std::string> seeds, uint64_t random_seed)
    : random_(random_seed), seeds_(std::move(seeds)) {
  std::set<std::string> words;
  for (const std::string& seed : seeds_)
    for (const Span& token : tokens_of(seed)) words.insert(seed.substr(token.begin, token.end - token.begin));
  words_.assign(words.begin(), words.end());
  collect_extremes();
}

void Mutator::collect_extremes() {
  for (size_t seed = 0; seed < seeds_.size(); ++seed)
    for (const Span& literal : literals_of(seeds_[seed]))
      for (const char* value : extreme_values)
        extremes_.push_back({static_cast<uint32_t>(seed), static_cast<uint32_t>(literal.begin),
                             static_cast<uint32_t>(literal.end), value});
  std::shuffle(extremes_.begin(), extremes_.end(), random_);
}

std::string Mutator::next() {
  extreme_is_next_ = !extreme_is_next_ && !extremes_.empty();
  return extreme_is_next_ ? next_extreme() : changed_seed();
}

std::string Mutator::next_extreme() {
  const Extreme extreme = extremes_.back();
  extremes_.pop_back();
  std::string text = seeds_[extreme.seed];
  text.replace(extreme.begin, extreme.end - extreme.begin, extreme.value);
  if (below(2) == 0) add_extreme(text);
  return text;
}

// Any one literal more.
void Mutator::add_extreme(std::string& text) {
  const auto literals = literals_of(text);
  if (literals.empty()) return;
  const Span literal = literals[below(literals.size())];
  text.replace(literal.begin, literal.end - literal.begin, extreme_values[below(extreme_values.size())]);
}

std::string Mutator::changed_seed() {
  std::string text = any_seed();
  for (size_t changes = 1 + below(4); changes > 0; --changes) change(text);
  if (text.size() > text_bytes_max) text.resize(text_bytes_max);
  return text;
}

void Mutator::change(std::string& text) {
  switch (below(8)) {
    case 0: {  // the first operators of one query, the last of another
      const std::string& other = any_seed();
      const auto here = pipes_of(text), there = pipes_of(other);
      if (here.empty() || there.empty()) return;
      text = text.substr(0, here[below(here.size())]) + other.substr(there[below(there.size())]);
      return;
    }
    case 1:
      return change_bytes(text);
    default:
      return change_tokens(text);
  }
}

void Mutator::change_tokens(std::string& text) {
  const auto tokens = tokens_of(text);
  if (tokens.empty()) return;
  const Span token = tokens[below(tokens.size())], other = tokens[below(tokens.size())];
  const std::string old = text.substr(token.begin, token.end - token.begin);
  const auto put = [&](const std::string& replacement) {
    text.replace(token.begin, token.end - token.begin, replacement);
  };
  switch (below(9)) {
    case 0:
      return put("");
    case 1:
      return put(old + " " + old);
    case 2:
      return put(" " + words_[below(words_.size())] + " ");
    case 3:
      return put(old + " " + words_[below(words_.size())] + " ");
    case 4:
      return put(extreme_values[below(extreme_values.size())]);
    case 5:
      return put(text.substr(other.begin, other.end - other.begin));
    case 6:
      return put(words_[below(words_.size())] + "(" + old + ")");
    case 7: {
      const size_t depth = 1 + below(400);
      return put(std::string(depth, '(') + old + std::string(depth, ')'));
    }
    default: {  // a stretch, again and again
      const size_t begin = std::min(token.begin, other.begin), end = std::max(token.end, other.end);
      const std::string stretch = text.substr(begin, end - begin);
      std::string repeated;
      for (size_t i = below(20) == 0 ? 300 : 2; i > 0 && repeated.size() < text_bytes_max; --i) repeated += stretch;
      text.replace(begin, end - begin, repeated);
    }
  }
}

void Mutator::change_bytes(std::string& text) {
  const size_t at = below(text.size() + 1);
  switch (below(3)) {
    case 0:
      text.insert(at, 1, static_cast<char>(below(256)));
      return;
    case 1:
      text.erase(at, 1 + below(8));
      return;
    default:
      if (at < text.size()) text[at] = static_cast<char>(static_cast<size_t>(text[at]) ^ (1U << below(8)));
  }
}

}  // namespace vedette::fuzz
