#include "json_path.h"

#include <charconv>

namespace vedette::kql {

using columnar::Dynamic;

namespace {

class PathReader {
 public:
  explicit PathReader(std::string_view text) : text_(text) {}

  std::optional<JsonPath> read() {
    if (!take('$')) return std::nullopt;
    JsonPath path;
    while (!text_.empty()) {
      auto step = take('.') ? member() : take('[') ? bracket() : std::nullopt;
      if (!step) return std::nullopt;
      path.push_back(std::move(*step));
    }
    return path;
  }

 private:
  bool take(char c) {
    if (!text_.starts_with(c)) return false;
    text_.remove_prefix(1);
    return true;
  }
  std::optional<JsonPathStep> member() {
    const size_t size = std::min(text_.find_first_of(".["), text_.size());
    if (size == 0 || text_.substr(0, size).find_first_of("*]'\"?()") != std::string_view::npos) return std::nullopt;
    std::string key(text_.substr(0, size));
    text_.remove_prefix(size);
    return key;
  }
  std::optional<JsonPathStep> bracket() {
    if (text_.starts_with('\'') || text_.starts_with('"')) return quoted();
    int64_t index = 0;
    const auto number = std::from_chars(text_.data(), text_.data() + text_.size(), index);
    if (number.ec != std::errc()) return std::nullopt;
    text_.remove_prefix(static_cast<size_t>(number.ptr - text_.data()));
    if (!take(']')) return std::nullopt;
    return index;
  }
  std::optional<JsonPathStep> quoted() {
    const char quote = text_.front();
    const size_t end = text_.find(quote, 1);
    if (end == std::string_view::npos) return std::nullopt;
    std::string key(text_.substr(1, end - 1));
    text_.remove_prefix(end + 1);
    if (!take(']')) return std::nullopt;
    return key;
  }

  std::string_view text_;
};

const Dynamic* item(const Dynamic& array, int64_t index) {
  const auto items = array.items();
  if (index < 0) index += static_cast<int64_t>(items.size());
  return index < 0 || index >= static_cast<int64_t>(items.size()) ? nullptr : &items[static_cast<size_t>(index)];
}

}  // namespace

std::optional<JsonPath> parse_json_path(std::string_view text) { return PathReader(text).read(); }

const Dynamic* find(const Dynamic& value, const JsonPath& path) {
  const Dynamic* at = &value;
  for (const JsonPathStep& step : path) {
    const auto* key = std::get_if<std::string>(&step);
    at = key ? at->find(*key) : item(*at, std::get<int64_t>(step));
    if (!at) return nullptr;
  }
  return at;
}

std::optional<std::vector<std::string>> parse_bag_key(std::string_view text) {
  if (!text.starts_with("$.") && !text.starts_with("$[")) return std::vector<std::string>{std::string(text)};
  const auto path = parse_json_path(text);
  if (!path) return std::nullopt;
  std::vector<std::string> keys;
  for (const JsonPathStep& step : *path) {
    if (!std::holds_alternative<std::string>(step)) return std::nullopt;
    keys.push_back(std::get<std::string>(step));
  }
  return keys;
}

}  // namespace vedette::kql
