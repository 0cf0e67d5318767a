#include "url.h"

#include <algorithm>

#include "vedette/base/nearest_name.h"
#include "vedette/base/utf8.h"

namespace vedette::odata {
namespace {

using base::ErrorCode;
using base::fail;

constexpr std::string_view known_options[] = {"filter", "orderby",   "select", "expand", "top",   "skip",
                                              "count",  "skiptoken", "format", "search", "apply", "deltatoken"};
constexpr std::string_view refused_options[] = {"compute", "index", "schemaversion"};
constexpr std::string_view base64_alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

int hex(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

bool is_unreserved(char c) {
  return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || c == '-' || c == '_' ||
         c == '.' || c == '~';
}

std::string lower(std::string_view text) {
  std::string out(text);
  for (char& c : out)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c + 32);
  return out;
}

// The key of `system`, "" for an option of the client's own.
base::Result<std::string> system_name(const std::string& name) {
  const bool dollar = name.starts_with('$');
  std::string key = lower(dollar ? std::string_view(name).substr(1) : std::string_view(name));
  const std::vector<std::string_view> known(std::begin(known_options), std::end(known_options));
  if (std::find(known.begin(), known.end(), key) != known.end()) return key;
  const bool refused =
      std::find(std::begin(refused_options), std::end(refused_options), key) != std::end(refused_options);
  if (!dollar && !refused) return std::string();
  const std::string_view nearest = refused ? std::string_view() : base::nearest_name(key, known);
  return fail(ErrorCode::bad_request, "The query option '" + name + "' is not supported." +
                                          (nearest.empty() ? "" : " Did you mean '$" + std::string(nearest) + "'?"))
      .with_target(name);
}

}  // namespace

base::Result<std::string> percent_decode(std::string_view text, Plus plus) {
  std::string out;
  for (size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '%') {
      out += text[i] == '+' && plus == Plus::blank ? ' ' : text[i];
      continue;
    }
    const int high = i + 1 < text.size() ? hex(text[i + 1]) : -1, low = i + 2 < text.size() ? hex(text[i + 2]) : -1;
    if (high < 0 || low < 0) return fail(ErrorCode::bad_request, "The URL has a broken percent escape.");
    out += static_cast<char>(high * 16 + low);
    i += 2;
  }
  if (!base::is_valid_utf8(out) || out.find('\0') != std::string::npos)
    return fail(ErrorCode::bad_request, "The URL is not valid UTF-8.");
  return out;
}

std::string percent_encode(std::string_view text) {
  static constexpr char digits[] = "0123456789ABCDEF";
  std::string out;
  for (const char c : text) {
    if (is_unreserved(c)) {
      out += c;
    } else {
      const auto byte = static_cast<unsigned char>(c);
      out += {'%', digits[byte >> 4], digits[byte & 15]};
    }
  }
  return out;
}

base::Result<std::vector<std::string>> split_path(std::string_view path) {
  std::vector<std::string> segments;
  while (!path.empty()) {
    path.remove_prefix(1);  // the slash
    const size_t end = std::min(path.find('/'), path.size());
    if (end == 0) continue;
    if (segments.size() == segments_max)
      return fail(ErrorCode::limit_exceeded,
                  "The URL has more than " + std::to_string(segments_max) + " path segments.");
    segments.push_back(TRY(percent_decode(path.substr(0, end), Plus::literal)));
    path.remove_prefix(end);
  }
  return segments;
}

const std::string* QueryOptions::find(std::string_view name) const {
  const auto found = system.find(name);
  return found == system.end() ? nullptr : &found->second;
}

base::Result<QueryOptions> parse_query(std::string_view query) {
  QueryOptions options;
  while (!query.empty()) {
    const std::string_view part = query.substr(0, std::min(query.find('&'), query.size()));
    query.remove_prefix(std::min(part.size() + 1, query.size()));
    if (part.empty()) continue;
    const size_t equals = std::min(part.find('='), part.size());
    QueryOption option;
    option.name = TRY(percent_decode(part.substr(0, equals), Plus::blank));
    if (equals < part.size()) option.value = TRY(percent_decode(part.substr(equals + 1), Plus::blank));
    option.key = TRY(system_name(option.name));
    TRY(options.add(std::move(option)));
  }
  return options;
}

base::Status QueryOptions::add(QueryOption option) {
  if (!option.key.empty() && !system.emplace(option.key, option.value).second) {
    if (option.key != "top")
      return fail(ErrorCode::bad_request, "The query option '" + option.name + "' is given twice.")
          .with_target(option.name);
    system[option.key] = option.value;
    std::erase_if(all, [&](const QueryOption& o) { return o.key == option.key; });
  }
  all.push_back(std::move(option));
  return {};
}

std::string base64url(std::string_view bytes) {
  std::string out;
  uint32_t bits = 0;
  int held = 0;
  for (const char c : bytes) {
    bits = bits << 8 | static_cast<unsigned char>(c);
    for (held += 8; held >= 6; held -= 6) out += base64_alphabet[bits >> (held - 6) & 63];
  }
  if (held > 0) out += base64_alphabet[bits << (6 - held) & 63];
  return out;
}

std::optional<std::string> parse_base64url(std::string_view text) {
  std::string out;
  uint32_t bits = 0;
  int held = 0;
  for (const char c : text) {
    const size_t value = base64_alphabet.find(c);
    if (value == std::string_view::npos) return std::nullopt;
    bits = bits << 6 | static_cast<uint32_t>(value);
    held += 6;
    if (held >= 8) out += static_cast<char>(bits >> (held -= 8) & 255);
  }
  return out;
}

}  // namespace vedette::odata
