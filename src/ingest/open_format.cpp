// Which form a member has, by its first bytes.
#include <algorithm>
#include <cctype>

#include "json_extent.h"
#include "record_collector.h"

namespace vedette::ingest {

using namespace std::literals;

namespace {

constexpr size_t sniff_bytes_max = 1 << 20;

bool has_ending(std::string_view name, std::string_view ending) {
  return name.size() >= ending.size() &&
         std::equal(ending.begin(), ending.end(), name.end() - static_cast<std::ptrdiff_t>(ending.size()),
                    [](char a, char b) { return a == std::tolower(static_cast<unsigned char>(b)); });
}

// The first byte that is no blank from `from` on, growing the window for it; 0 at the end.
char first_byte(InputWindow& window, size_t from, size_t& at) {
  while (true) {
    at = window.view().find_first_not_of(" \t\r\n", from);
    if (at != std::string_view::npos) return window.view()[at];
    if (window.view().size() > sniff_bytes_max || !window.grow()) return 0;
  }
}

// An array is one of objects: text logs begin with "[2024-…" too.
bool looks_like_json(InputWindow& window) {
  size_t at = 0, next = 0;
  const char first = first_byte(window, 0, at);
  if (first != '{' && first != '[') return false;
  const char second = first_byte(window, at + 1, next);
  return first == '{' ? second == '"' || second == '}' : second == '{' || second == ']';
}

// Lines when the first line is an object, or the beginning of one that the second line does not continue.
bool is_json_lines(InputWindow& window) {
  size_t begin = 0;
  if (first_byte(window, 0, begin) != '{') return false;
  window.consume(begin);
  size_t line_end = 0;
  while ((line_end = window.view().find('\n')) == std::string_view::npos)
    if (window.view().size() > sniff_bytes_max || !window.grow()) break;
  const std::string_view line = window.view().substr(0, line_end);
  JsonExtent extent({});
  if (extent.scan(line) == JsonExtent::Outcome::complete) return true;
  if (line_end == std::string_view::npos) return window.at_end();
  size_t next = 0;
  first_byte(window, line_end, next);
  return extent.scan(window.view()) == JsonExtent::Outcome::broken && extent.position() == line_end;
}

}  // namespace

std::optional<RecordFormat> parse_record_format(std::string_view name) {
  if (name == "automatic") return RecordFormat::automatic;
  if (name == "json") return RecordFormat::json;
  if (name == "csv") return RecordFormat::csv;
  if (name == "zeek") return RecordFormat::zeek;
  if (name == "text") return RecordFormat::text;
  return std::nullopt;
}

bool is_delimited(std::string_view name) { return has_ending(name, ".csv") || has_ending(name, ".tsv"); }

namespace {

RecordFormat format_of(std::string_view first, std::string_view name, InputWindow& window) {
  if (first.starts_with("#separator") || first.starts_with("#fields")) return RecordFormat::zeek;
  if (looks_like_json(window)) return RecordFormat::json;
  return is_delimited(name) ? RecordFormat::csv : RecordFormat::text;
}

// Lines that nothing but their order holds together. What a page is, is found where it stands.
std::unique_ptr<FormatReader> open_lines(RecordFormat format, InputWindow& window, const ReadOptions& options) {
  if (format != RecordFormat::text && !options.wrapper.empty()) return read_json_values(window);
  if (format == RecordFormat::json) return read_json_lines(window);
  return format == RecordFormat::text ? read_text(window) : read_mixed_lines(window);
}

}  // namespace

std::unique_ptr<FormatReader> open_format(RecordFormat format, std::string_view name, InputWindow& window,
                                          const ReadOptions& options) {
  constexpr size_t look_bytes = 4096;
  while (window.view().size() < look_bytes && window.grow()) continue;
  if (window.view().starts_with("\xef\xbb\xbf"sv)) window.consume(3);
  const std::string_view first = window.view().substr(0, look_bytes);
  const bool has_header = format == RecordFormat::csv || format == RecordFormat::zeek;
  if (options.framing == Framing::lines && !has_header) return open_lines(format, window, options);
  if (first.starts_with("\xff\xfe"sv) || first.starts_with("\xfe\xff"sv))
    return refuse_member(window, "UTF-16 is not read: convert the file to UTF-8.");
  if (first.find('\0') != std::string_view::npos) return refuse_member(window, "The file is binary.");
  switch (format == RecordFormat::automatic ? format_of(first, name, window) : format) {
    case RecordFormat::json:
      return options.wrapper.empty() && is_json_lines(window) ? read_json_lines(window) : read_json_values(window);
    case RecordFormat::csv:
      return read_csv(window, options);
    case RecordFormat::zeek:
      return read_zeek(window);
    case RecordFormat::automatic:
    case RecordFormat::text:
      break;
  }
  return read_text(window);
}

}  // namespace vedette::ingest
