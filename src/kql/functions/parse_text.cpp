// parse_path, parse_version, parse_csv: texts with a structure of their own.
// Source: kusto/query, the page of each function.
#include <algorithm>
#include <charconv>

#include "command_line.h"
#include "families.h"
#include "vedette/kql/functions/kernel.h"

namespace vedette::kql {
namespace {

using base::Result;
using columnar::Arena;
using columnar::Dynamic;
using columnar::DynamicMember;
using Text = std::string_view;

// Up to the last of `separators`, and behind it; all is behind when there is none.
std::pair<Text, Text> split_last(Text text, Text separators) {
  const size_t at = text.find_last_of(separators);
  if (at == Text::npos) return {{}, text};
  return {text.substr(0, at), text.substr(at + 1)};
}

bool has_drive(Text path) {
  return path.size() >= 2 && path[1] == ':' && ((path[0] | 0x20) >= 'a' && (path[0] | 0x20) <= 'z');
}

Dynamic path_parts(Arena& arena, Text path) {
  Text scheme;
  if (const size_t at = path.find("://"); at != Text::npos) scheme = path.substr(0, at), path.remove_prefix(at + 3);
  const Text root = has_drive(path) ? path.substr(0, 2) : Text();
  auto [directory, file] = split_last(path, "\\/");
  const Text directory_name = directory.size() == root.size() ? Text() : split_last(directory, "\\/").second;
  Text stream;
  if (const size_t colon = file.find(':', directory.empty() ? root.size() : 0); colon != Text::npos)
    stream = file.substr(colon + 1), file = file.substr(0, colon);
  const size_t dot = file.rfind('.');
  const DynamicMember members[] = {
      {"Scheme", Dynamic::string(scheme)},
      {"RootPath", Dynamic::string(root)},
      {"DirectoryPath", Dynamic::string(directory)},
      {"DirectoryName", Dynamic::string(directory_name)},
      {"Filename", Dynamic::string(file)},
      {"Extension", Dynamic::string(dot == Text::npos ? Text() : file.substr(dot + 1))},
      {"AlternateDataStreamName", Dynamic::string(stream)},
  };
  auto* copies = arena.allocate_array<DynamicMember>(std::size(members));
  std::copy(std::begin(members), std::end(members), copies);
  return Dynamic::bag({copies, std::size(members)});
}

Result<Vector> parse_path(const CallContext&, std::span<const Vector> arguments, size_t rows) {
  bool refused = false;
  auto out = map_dynamic(arguments, rows, [&](Arena& arena, Text path) {
    refused = refused || path.starts_with("\\\\?\\");
    return path_parts(arena, path);
  });
  if (refused)
    return base::fail(base::ErrorCode::not_supported,
                      "parse_path() of a path that starts with \\\\?\\ is not supported.");
  return out;
}

// One to four numbers of one to eight digits between dots: as one number of eight digits each.
std::optional<columnar::Decimal> version(Text text) {
  __int128 value = 0;
  int parts = 0;
  for (;;) {
    const Text part = text.substr(0, text.find('.'));
    uint32_t number = 0;
    const auto read = std::from_chars(part.data(), part.data() + part.size(), number);
    if (part.empty() || part.size() > 8 || read.ec != std::errc() || read.ptr != part.data() + part.size() ||
        ++parts > 4)
      return std::nullopt;
    value = value * 100'000'000 + number;
    if (part.size() == text.size()) break;
    text.remove_prefix(part.size() + 1);
  }
  for (; parts < 4; ++parts) value *= 100'000'000;
  return columnar::Decimal{value, 0};
}

Result<Vector> parse_version(const CallContext&, std::span<const Vector> arguments, size_t rows) {
  return map<columnar::Decimal>(Type::decimal, arguments, rows, [](Text text) { return version(text); });
}

Dynamic array_of(Arena& arena, const std::vector<std::string>& texts) {
  auto* items = arena.allocate_array<Dynamic>(texts.size());
  std::transform(texts.begin(), texts.end(), items,
                 [&](const std::string& text) { return Dynamic::string(arena.copy(text)); });
  return Dynamic::array({items, texts.size()});
}

// A field in quotes, moving `text` past it; false when it does not end, or something follows its end.
bool take_quoted(Text& text, std::string& field) {
  for (size_t i = 1; i < text.size(); ++i) {
    if (text[i] != '"') {
      field += text[i];
    } else if (i + 1 < text.size() && text[i + 1] == '"') {
      field += '"', ++i;
    } else {
      text.remove_prefix(i + 1);
      return text.empty() || text.find_first_of(",\r\n") == 0;
    }
  }
  return false;
}

// The first record (RFC 4180). nullopt where RFC 4180 has nothing to say: quotes inside of a field that does not start
// with one, text behind a closing quote, a quote without end, no text at all.
std::optional<std::vector<std::string>> first_record(Text text) {
  if (text.empty()) return std::nullopt;
  std::vector<std::string> fields;
  for (;;) {
    std::string& field = fields.emplace_back();
    if (text.starts_with('"')) {
      if (!take_quoted(text, field)) return std::nullopt;
    } else {
      const Text plain = text.substr(0, text.find_first_of(",\r\n"));
      if (plain.find('"') != Text::npos) return std::nullopt;
      field = plain;
      text.remove_prefix(plain.size());
    }
    if (!text.starts_with(',')) return fields;
    text.remove_prefix(1);
  }
}

Result<Vector> parse_csv(const CallContext&, std::span<const Vector> arguments, size_t rows) {
  bool refused = false;
  auto out = map_dynamic(arguments, rows, [&](Arena& arena, Text text) {
    const auto fields = first_record(text);
    refused = refused || !fields;
    return fields ? array_of(arena, *fields) : Dynamic();
  });
  if (refused)
    return base::fail(base::ErrorCode::not_supported,
                      "parse_csv() of an empty text, or of one whose quotes are not as in RFC 4180, is not supported.");
  return out;
}

// Without text Windows answers with the path of the running program: null here.
Result<Vector> parse_command_line(const CallContext&, std::span<const Vector> arguments, size_t rows) {
  bool refused = false;
  auto out = map_dynamic(arguments, rows, [&](Arena& arena, Text line, Text kind) {
    refused = refused || kind != "windows";
    return line.empty() ? Dynamic() : array_of(arena, windows_arguments(line));
  });
  if (refused)
    return base::fail(base::ErrorCode::not_supported, "parse_command_line() knows the parser \"windows\" only.");
  return out;
}

constexpr ScalarFunction parse_text_table[] = {
    {"parse_path", "(string) -> dynamic", parse_path, "The parts of a file's path."},
    {"parse_version", "(string) -> decimal", parse_version, "A version as a number that compares as versions do."},
    {"parse_csv", "(string) -> dynamic", parse_csv, "The fields of a record of comma-separated values."},
    {"parse_command_line", "(string, parser: string) -> dynamic", parse_command_line,
     "The arguments of a command line."},
};

}  // namespace

std::span<const ScalarFunction> parse_text_functions() { return parse_text_table; }

}  // namespace vedette::kql
