// Source: kusto/query: parse-kv-operator.
#include "key_value_text.h"

#include <algorithm>

namespace vedette::kql {
namespace {

bool is_blank(char c) { return c == ' ' || c == '\t' || c == '\r' || c == '\n'; }
bool is_word(char c) {
  return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c & 0x80) != 0;
}

std::string_view trimmed(std::string_view text) {
  while (!text.empty() && is_blank(text.front())) text.remove_prefix(1);
  while (!text.empty() && is_blank(text.back())) text.remove_suffix(1);
  return text;
}

// A position in the text and the readers that move it.
class Cursor {
 public:
  Cursor(const ParseKvNode& options, std::string_view text) : options_(options), text_(text) {}

  bool at_end() const { return at_ >= text_.size(); }
  char here() const { return text_[at_]; }
  void skip() { ++at_; }
  bool at(std::string_view what) const { return !what.empty() && text_.substr(at_).starts_with(what); }
  void skip_blanks() {
    while (!at_end() && is_blank(here()) && !at(options_.pair_delimiter) && !at(options_.kv_delimiter)) ++at_;
  }
  // Those that open here; null where none do.
  const ParseKvNode::Quotes* quotes_here() const {
    for (const ParseKvNode::Quotes& quotes : options_.quotes)
      if (at(quotes.open)) return &quotes;
    return nullptr;
  }

  // "text" with its quotes and escapes taken away, which `buffer` holds.
  std::string_view quoted(const ParseKvNode::Quotes& quotes, std::string& buffer) {
    buffer.clear();
    for (at_ += quotes.open.size(); !at_end() && !at(quotes.close); ++at_) {
      if (const size_t escape = escape_size(); at_ + escape < text_.size()) at_ += escape;
      buffer += here();
    }
    at_ = std::min(at_ + quotes.close.size(), text_.size());
    return buffer;
  }

  // Up to `delimiter`, which is skipped; to the end of the text when it does not come.
  std::string_view up_to(std::string_view delimiter) {
    const size_t end = std::min(text_.find(delimiter, at_), text_.size());
    const std::string_view part = text_.substr(at_, end - at_);
    at_ = std::min(end + delimiter.size(), text_.size());
    return part;
  }
  // greedy: up to the last pair delimiter before the next key.
  std::string_view up_to_next_key() {
    const size_t next_kv = text_.find(options_.kv_delimiter, at_);
    if (next_kv == text_.npos) return up_to_end();
    const size_t last = text_.substr(0, next_kv).rfind(options_.pair_delimiter);
    if (last == text_.npos || last < at_) return up_to_end();
    const std::string_view part = text_.substr(at_, last - at_);
    at_ = last + options_.pair_delimiter.size();
    return part;
  }
  // Whether the key delimiter comes before the pair's end.
  bool pair_ahead() const {
    const size_t kv = text_.find(options_.kv_delimiter, at_);
    return kv != text_.npos && (options_.greedy || kv <= text_.find(options_.pair_delimiter, at_));
  }
  std::string_view word() {
    const size_t begin = at_;
    while (!at_end() && is_word(here())) ++at_;
    return text_.substr(begin, at_ - begin);
  }
  std::string_view up_to_end() {
    const std::string_view part = text_.substr(std::min(at_, text_.size()));
    at_ = text_.size();
    return part;
  }

 private:
  size_t escape_size() const {  // 0: none stands here
    for (const std::string& escape : options_.escapes)
      if (at(escape)) return escape.size();
    return 0;
  }

  const ParseKvNode& options_;
  const std::string_view text_;
  size_t at_ = 0;
};

void delimited_pairs(const ParseKvNode& options, std::string_view text, const OnPair& on_pair) {
  Cursor cursor(options, text);
  std::string key_buffer, value_buffer;
  while (!cursor.at_end()) {
    cursor.skip_blanks();
    if (cursor.at_end()) return;
    std::string_view key;
    if (const auto* quotes = cursor.quotes_here()) {
      key = cursor.quoted(*quotes, key_buffer);
      cursor.up_to(options.kv_delimiter);
    } else if (cursor.pair_ahead()) {
      key = trimmed(cursor.up_to(options.kv_delimiter));
    } else {
      cursor.up_to(options.pair_delimiter);
      continue;
    }
    cursor.skip_blanks();
    if (const auto* quotes = cursor.quotes_here()) {
      on_pair(key, cursor.quoted(*quotes, value_buffer));
      cursor.up_to(options.pair_delimiter);
    } else {
      on_pair(key, trimmed(options.greedy ? cursor.up_to_next_key() : cursor.up_to(options.pair_delimiter)));
    }
  }
}

bool is_key(const ParseKvNode& options, std::string_view word) {
  return std::any_of(options.captures.begin(), options.captures.end(),
                     [&](const ParseKvNode::Capture& capture) { return capture.key == word; });
}

// A word or quoted text that is a wanted key has the next one for its value.
void undelimited_pairs(const ParseKvNode& options, std::string_view text, const OnPair& on_pair) {
  Cursor cursor(options, text);
  std::string buffer, key;
  bool have_key = false;
  while (!cursor.at_end()) {
    std::string_view token;
    if (const auto* quotes = cursor.quotes_here()) {
      token = cursor.quoted(*quotes, buffer);
    } else if (is_word(cursor.here())) {
      token = cursor.word();
    } else {
      cursor.skip();
      continue;
    }
    if (have_key) {
      on_pair(key, token);
      have_key = false;
    } else if (is_key(options, token)) {
      key = token;
      have_key = true;
    }
  }
}

}  // namespace

void for_each_pair(const ParseKvNode& options, std::string_view text, const OnPair& on_pair) {
  if (options.kv_delimiter.empty() || options.pair_delimiter.empty()) return undelimited_pairs(options, text, on_pair);
  delimited_pairs(options, text, on_pair);
}

}  // namespace vedette::kql
