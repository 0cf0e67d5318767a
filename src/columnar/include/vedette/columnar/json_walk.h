// The members of a JSON object found in its text, without making values of them: where structure is comes from the
// first stage of simdjson, which reads 64 bytes at a time; its second stage, which makes values, does not run.
//
// What these functions refuse may be JSON nevertheless (deeper, or with rare numbers); DynamicParser decides that. What
// they take, it takes.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>

namespace vedette::columnar {

// Where structure is in a text, which may stand among others.
struct JsonPlaces {
  std::string_view run;  // that the text stands in, or the text itself
  // The places of the brackets, commas, colons, opening quotes and first bytes of other scalars of the run that stand
  // outside of strings, from the text's first on, ascending. Empty when the text is not well-formed UTF-8, a string in
  // it is not closed or has control characters, or it is blank. Nothing else is checked.
  std::span<const uint32_t> places;
  size_t end = 0;            // of the text, in the run
  bool has_escapes = false;  // whether there may be a backslash
};

// Belongs to one thread.
class JsonStructure {
 public:
  JsonStructure();
  ~JsonStructure();
  // Texts that are asked for next stand one behind the other in `run`, which stays until the next call: they are read
  // in one go, which takes half the time that small texts take one by one. As run_of_texts() makes them.
  void expect(std::string_view run);
  // Valid until the next call of expect() or, for a text that was not expected, of find().
  JsonPlaces find(std::string_view text);

  static constexpr size_t run_bytes_max = 64 << 10;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

// How many of `texts`, the first ones, stand one behind the other in memory, in at most JsonStructure::run_bytes_max;
// and what they are together. The first alone when it is longer. Empty texts stand anywhere.
struct TextRun {
  size_t count = 0;
  std::string_view bytes;
};
template <class Texts>  // texts[i]: std::string_view
TextRun run_of_texts(const Texts& texts, size_t first, size_t end) {
  TextRun run;
  for (size_t i = first; i < end; ++i, ++run.count) {
    const std::string_view text = texts[i];
    if (text.empty()) continue;
    if (run.bytes.empty()) {
      run.bytes = text;
      continue;
    }
    const bool follows = text.data() == run.bytes.data() + run.bytes.size();
    if (!follows || run.bytes.size() + text.size() > JsonStructure::run_bytes_max) break;
    run.bytes = {run.bytes.data(), run.bytes.size() + text.size()};
  }
  return run;
}

// A number without exponent and of at most 18 digits before and after the point, true, false or null.
bool is_plain_scalar(std::string_view token);
// A number of at most 18 digits, without point and exponent.
bool read_integer(std::string_view token, int64_t& out);
// Whether the escapes of a text between its quotes are right; and what it stands for, appended.
bool has_good_escapes(std::string_view escaped);
bool append_unescaped(std::string& out, std::string_view escaped);

enum class MemberKind : uint8_t { text, scalar, nested };

// `value` is as it stands in the text: a text between its quotes (its escapes are not checked), a scalar (not checked),
// or a well-formed object or array.
struct JsonMember {
  std::string_view name;  // between its quotes, as it stands
  std::string_view value;
  MemberKind kind = MemberKind::scalar;
};

class JsonWalk {
 public:
  explicit JsonWalk(const JsonPlaces& text)
      : text_(text.run), structure_(text.places), end_(text.end), has_escapes_(text.has_escapes) {}
  // Calls visit(member) for each; false when it returns false, or the text is no object or is malformed, which may show
  // only after some members, read from what follows the text.
  template <class Visit>
  bool members(const Visit& visit) const {
    if (structure_.size() < 2 || byte(0) != '{') return false;
    if (byte(1) == '}') return is_last(1);
    // Each member takes a quote, a colon, a value and what follows.
    for (size_t at = 1; at + 3 < structure_.size(); ++at) {
      JsonMember member;
      if (byte(at) != '"' || byte(at + 1) != ':') return false;
      member.name = between_quotes(at);
      at += 2;
      if (!read_value(at, member) || !visit(member)) return false;
      if (byte(at) == '}') return is_last(at);
      if (byte(at) != ',') return false;
    }
    return false;
  }
  // Of what stands between quotes in the text: whether its escapes are right.
  bool good_escapes(std::string_view escaped) const { return !has_escapes_ || has_good_escapes(escaped); }

 private:
  static bool is_blank(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; }
  char byte(size_t at) const { return text_[structure_[at]]; }
  bool is_last(size_t at) const {
    return structure_[at] < end_ && (at + 1 == structure_.size() || structure_[at + 1] >= end_);
  }
  // The bytes from one place to the next, without the blanks before that.
  std::string_view token(size_t at) const {
    const size_t begin = structure_[at];
    size_t end = structure_[at + 1];
    while (is_blank(text_[end - 1])) --end;
    return text_.substr(begin, end - begin);
  }
  std::string_view between_quotes(size_t at) const {
    const std::string_view quoted = token(at);
    return quoted.substr(1, quoted.size() - 2);
  }
  // `at`, the value's place, moves to what follows it.
  bool read_value(size_t& at, JsonMember& member) const {
    const char first = byte(at);
    if (first == '"') {
      member.kind = MemberKind::text;
      member.value = between_quotes(at++);
      return true;
    }
    if (first != '{' && first != '[') {
      member.value = token(at++);
      return true;
    }
    member.kind = MemberKind::nested;
    const size_t begin = structure_[at];
    if (!pass_nested(at)) return false;
    member.value = text_.substr(begin, structure_[at - 1] + 1 - begin);
    return true;
  }
  bool pass_nested(size_t& at) const;
  bool pass_key(size_t& at) const;

  std::string_view text_;  // and more, where it stands in a run
  std::span<const uint32_t> structure_;
  size_t end_;
  bool has_escapes_;
};

}  // namespace vedette::columnar
