#include "vedette/federation/text_template.h"

#include <algorithm>

#include "vedette/http/percent.h"

namespace vedette::federation {

using base::ErrorCode;
using base::fail;

namespace {

std::string escaped_literal(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if (c <= ' ' || c == '"' || c == '\'' || static_cast<unsigned char>(c) >= 0x7f)
      out += http::percent_encode({&c, 1});
    else
      out += c;
  }
  return out;
}

std::string encoded_path(std::string_view path) {
  std::string out;
  for (size_t begin = 0;;) {
    const size_t slash = std::min(path.find('/', begin), path.size());
    out += http::percent_encode(path.substr(begin, slash - begin));
    if (slash == path.size()) return out;
    out += '/';
    begin = slash + 1;
  }
}

}  // namespace

base::Result<TextTemplate> TextTemplate::parse(std::string_view text) {
  TextTemplate parsed;
  std::string literal;
  const auto end_literal = [&] {
    if (!literal.empty()) parsed.parts_.push_back({false, false, std::move(literal)});
    literal.clear();
  };
  for (size_t at = 0; at < text.size(); ++at) {
    const char c = text[at];
    const bool doubled = at + 1 < text.size() && text[at + 1] == c;
    if ((c == '{' || c == '}') && doubled) {
      literal += c;
      ++at;
    } else if (c == '{') {
      const size_t close = text.find('}', at);
      const bool keeps_slashes = at + 1 < text.size() && text[at + 1] == '+';
      const size_t name = at + (keeps_slashes ? 2 : 1);
      if (close == text.npos || close <= name)
        return fail(ErrorCode::bad_request, "a '{' has no name and '}' behind it; '{{' is a brace.");
      end_literal();
      parsed.parts_.push_back({true, keeps_slashes, std::string(text.substr(name, close - name))});
      at = close;
    } else if (c == '}') {
      return fail(ErrorCode::bad_request, "a '}' has no '{' before it; '}}' is a brace.");
    } else {
      literal += c;
    }
  }
  end_literal();
  return parsed;
}

std::vector<std::string> TextTemplate::places() const {
  std::vector<std::string> names;
  for (const Part& part : parts_)
    if (part.is_place) names.push_back(part.text);
  return names;
}

base::Result<std::string> TextTemplate::expand(const Lookup& lookup, bool as_url) const {
  std::string out;
  for (const Part& part : parts_) {
    if (!part.is_place) {
      out += as_url ? escaped_literal(part.text) : part.text;
      continue;
    }
    const auto value = lookup(part.text);
    if (!value) return fail(ErrorCode::bad_request, "'{" + part.text + "}' has no value.");
    if (!as_url || &part == &parts_.front())
      out += *value;
    else
      out += part.keeps_slashes ? encoded_path(*value) : http::percent_encode(*value);
  }
  return out;
}

base::Result<std::string> TextTemplate::text(const Lookup& lookup) const { return expand(lookup, false); }
base::Result<std::string> TextTemplate::url(const Lookup& lookup) const { return expand(lookup, true); }

}  // namespace vedette::federation
