// Literals of $filter (OData 4.01 ABNF, section 7), and the characters that they and names are made of.
#include <charconv>

#include "filter_parser.h"
#include "vedette/base/guid.h"
#include "vedette/edm/type.h"
#include "xml_duration.h"

namespace vedette::odata {

using base::Result;
using Kind = FilterNode::Kind;

bool is_filter_digit(char c) { return c >= '0' && c <= '9'; }
bool is_filter_name_char(char c) {
  return is_filter_digit(c) || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || c == '.' || c == '$';
}

Result<std::string> FilterParser::quoted() {
  std::string value;
  for (++at_; at_ < text_.size(); ++at_) {
    if (text_[at_] != '\'') {
      value += text_[at_];
    } else if (at_ + 1 < text_.size() && text_[at_ + 1] == '\'') {
      value += text_[at_++];
    } else {
      ++at_;
      return value;
    }
  }
  return expected("the quote that ends the text");
}

// duration'PT1H', guid'…', or a member of an enumeration: microsoft.graph.security.alertStatus'new'
Result<FilterNode> FilterParser::typed_literal(std::string_view type, size_t start) {
  FilterNode node;
  node.at = start;
  std::string value = TRY(quoted());
  if (edm::equal_names(type, "duration")) {
    const auto span = parse_xml_duration(value);
    if (!span) return at_ = start, expected("a duration as in duration'P1DT2H'");
    node.kind = Kind::duration;
    node.value = span->ticks;
    return node;
  }
  node.value = std::move(value);
  if (edm::equal_names(type, "guid")) {
    node.guid = true;
    return node;
  }
  node.kind = Kind::enumeration;
  node.name = type;
  return node;
}

Result<FilterNode> FilterParser::bare_literal() {
  FilterNode node;
  node.at = at_;
  size_t end = at_;
  while (end < text_.size() &&
         (is_filter_name_char(text_[end]) || std::string_view("+-:").find(text_[end]) != text_.npos))
    ++end;
  std::string literal(text_.substr(at_, end - at_));
  if (literal.size() == 36 && base::parse_guid(literal)) {
    node.guid = true;
    node.value = base::to_string(*base::parse_guid(literal));
  } else if (literal.size() >= 10 && literal[4] == '-') {
    // A '+' that the client did not escape has become a blank.
    const bool offset = literal.find('T') != literal.npos && text_.size() - end >= 6 && text_[end] == ' ' &&
                        is_filter_digit(text_[end + 1]) && is_filter_digit(text_[end + 2]) && text_[end + 3] == ':';
    if (offset) literal += "+" + std::string(text_.substr(end + 1, 5)), end += 6;
    const auto time = base::parse_iso_date_time(literal);
    if (!time) return expected("a date-time as in 2024-05-01T12:00:00Z");
    node.value = *time;
  } else {
    const char *begin = literal.data(), *last = begin + literal.size();
    int64_t whole = 0;
    double real = 0;
    if (const auto read = std::from_chars(begin, last, whole); read.ec == std::errc() && read.ptr == last)
      node.value = whole;
    else if (const auto again = std::from_chars(begin, last, real); again.ec == std::errc() && again.ptr == last)
      node.value = real;
    else
      return expected("a literal");
  }
  at_ = end;
  return node;
}

}  // namespace vedette::odata
