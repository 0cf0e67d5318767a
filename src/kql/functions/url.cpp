// URLs: their parts, percent-encoding. Source: kusto/query, the page of each function; RFC 3986 for the syntax.
#include <algorithm>

#include "bag_members.h"
#include "dynamic_rows.h"
#include "families.h"
#include "vedette/base/hexadecimal.h"
#include "vedette/base/utf8.h"
#include "vedette/kql/functions/kernel.h"

namespace vedette::kql {
namespace {

using base::Result;
using columnar::Arena;
using columnar::Dynamic;
using columnar::DynamicMember;
using Text = std::string_view;

bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }
bool is_digit(char c) { return c >= '0' && c <= '9'; }

// What stands before the first of `delimiters`; `text` keeps the rest, from the delimiter on.
Text take_until(Text& text, Text delimiters) {
  const size_t end = std::min(text.find_first_of(delimiters), text.size());
  const Text taken = text.substr(0, end);
  text.remove_prefix(end);
  return taken;
}

// "k1=v1&k2=v2" as a bag. Of a repeated name the last value stands.
Dynamic query_parameters(Arena& arena, Text query) {
  BagMembers members;
  while (!query.empty()) {
    Text parameter = take_until(query, "&");
    if (!query.empty()) query.remove_prefix(1);
    const Text name = take_until(parameter, "=");
    if (!parameter.empty()) parameter.remove_prefix(1);
    if (name.empty()) continue;
    if (!members.set(name, Dynamic::string(parameter))) break;
  }
  return make_bag(arena, members);
}

struct Url {
  Text scheme, username, password, host, port, path, query, fragment;
};

// "scheme:" as in RFC 3986, section 3.1; nothing is taken when there is none.
Text take_scheme(Text& text) {
  const size_t colon = text.find(':');
  if (colon == Text::npos || colon == 0 || !is_letter(text[0])) return {};
  const Text scheme = text.substr(0, colon);
  const auto allowed = [](char c) { return is_letter(c) || is_digit(c) || c == '+' || c == '-' || c == '.'; };
  if (!std::all_of(scheme.begin(), scheme.end(), allowed) || !text.substr(colon).starts_with("://")) return {};
  text.remove_prefix(colon + 1);
  return scheme;
}

// [user[:password]@]host[:port]; the host may be an IPv6 address in brackets.
void split_authority(Text authority, Url& url) {
  if (const size_t at = authority.rfind('@'); at != Text::npos) {
    Text user = authority.substr(0, at);
    url.username = take_until(user, ":");
    if (!user.empty()) url.password = user.substr(1);
    authority.remove_prefix(at + 1);
  }
  const size_t colon =
      authority.find(':', authority.starts_with('[') ? std::min(authority.find(']'), authority.size()) : 0);
  url.host = authority.substr(0, colon);
  if (colon != Text::npos) url.port = authority.substr(colon + 1);
}

Url split_url(Text text) {
  Url url;
  url.scheme = take_scheme(text);
  if (text.starts_with("//")) {
    text.remove_prefix(2);
    split_authority(take_until(text, "/?#"), url);
  }
  url.path = take_until(text, "?#");
  if (text.starts_with('?')) text.remove_prefix(1), url.query = take_until(text, "#");
  if (text.starts_with('#')) url.fragment = text.substr(1);
  return url;
}

Result<Vector> parse_url(const CallContext&, std::span<const Vector> arguments, size_t rows) {
  return map_dynamic(arguments, rows, [](Arena& arena, Text text) {
    const Url url = split_url(text);
    return make_bag(arena, {{"Scheme", Dynamic::string(url.scheme)},
                            {"Host", Dynamic::string(url.host)},
                            {"Port", Dynamic::string(url.port)},
                            {"Path", Dynamic::string(url.path)},
                            {"Username", Dynamic::string(url.username)},
                            {"Password", Dynamic::string(url.password)},
                            {"Query Parameters", query_parameters(arena, url.query)},
                            {"Fragment", Dynamic::string(url.fragment)}});
  });
}

Result<Vector> parse_query(const CallContext&, std::span<const Vector> arguments, size_t rows) {
  return map_dynamic(arguments, rows, [](Arena& arena, Text query) {
    return make_bag(arena, {{"Query Parameters", query_parameters(arena, query)}});
  });
}

enum class Blank { plus, percent };

// Whether "!'()*~" are encoded is not documented: refused.
template <Blank blank>
Result<Vector> encode(const CallContext&, std::span<const Vector> arguments, size_t rows) {
  bool refused = false;
  auto encoded = map_text(arguments, rows, [&](std::string& out, Text text) {
    for (const char c : text) {
      refused = refused || Text("!'()*~").find(c) != Text::npos;
      if (is_letter(c) || is_digit(c) || c == '-' || c == '_' || c == '.') {
        out += c;
      } else if (c == ' ' && blank == Blank::plus) {
        out += '+';
      } else {
        out += '%';
        base::append_hexadecimal(out, {&c, 1});
      }
    }
  });
  if (refused)
    return base::fail(base::ErrorCode::not_supported, "Encoding a text with one of !'()*~ for a URL is not supported.");
  return encoded;
}

int digit_of(char c) {
  if (is_digit(c)) return c - '0';
  const char lower = static_cast<char>(c | 0x20);
  return lower >= 'a' && lower <= 'f' ? lower - 'a' + 10 : -1;
}

// Octets that are no UTF-8 become U+FFFD; a '%' without two digits stays.
Result<Vector> decode(const CallContext&, std::span<const Vector> arguments, size_t rows) {
  return map_text(arguments, rows, [](std::string& out, Text text) {
    std::string bytes;
    for (size_t i = 0; i < text.size(); ++i) {
      const int high = text[i] == '%' && i + 2 < text.size() ? digit_of(text[i + 1]) : -1;
      const int low = high >= 0 ? digit_of(text[i + 2]) : -1;
      bytes += low >= 0 ? static_cast<char>(high * 16 + low) : text[i] == '+' ? ' ' : text[i];
      if (low >= 0) i += 2;
    }
    if (base::is_valid_utf8(bytes)) {
      out += bytes;
      return;
    }
    for (size_t at = 0; at < bytes.size();) base::append_utf8(out, base::next_code_point(bytes, at));
  });
}

constexpr ScalarFunction url_table[] = {
    {"parse_url", "(string) -> dynamic", parse_url, "The parts of a URL."},
    {"parseurl", "(string) -> dynamic", parse_url, "The parts of a URL."},
    {"parse_urlquery", "(string) -> dynamic", parse_query, "The parameters of a URL's query."},
    {"parseurlquery", "(string) -> dynamic", parse_query, "The parameters of a URL's query."},
    {"url_encode", "(string) -> string", encode<Blank::plus>, "A text as it may stand in a URL, blanks as '+'."},
    {"url_encode_component", "(string) -> string", encode<Blank::percent>,
     "A text as it may stand in a URL, blanks as '%20'."},
    {"url_decode", "(string) -> string", decode, "The text that stands in a URL."},
};

}  // namespace

std::span<const ScalarFunction> url_functions() { return url_table; }

}  // namespace vedette::kql
