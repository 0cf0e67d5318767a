#include "vedette/json/value.h"

#include <boost/json/basic_parser_impl.hpp>
#include <boost/json/value_stack.hpp>
#include <charconv>
#include <cmath>
#include <cstring>

#include "vedette/base/hexadecimal.h"
#include "vedette/base/utf8.h"
#include "vedette/json/scratch.h"

namespace vedette::json {
namespace {

using base::ErrorCode;

// True for the bytes that can be copied into a JSON string as they are (ASCII only; others are checked as UTF-8).
bool is_plain(unsigned char c) { return c >= 0x20 && c != '"' && c != '\\' && c < 0x80; }

// The first byte from `at` on that is not plain. Eight are looked at together: the high bit of a byte is set below
// where it is less than 0x20, '"', '\\', or 0x80 and above; where none is, none is.
size_t skip_plain(std::string_view text, size_t at) {
  constexpr uint64_t ones = 0x0101'0101'0101'0101, high = 0x80 * ones;
  const auto zeros = [](uint64_t bytes) { return (bytes - ones) & ~bytes; };
  for (; at + 8 <= text.size(); at += 8) {
    uint64_t eight = 0;
    std::memcpy(&eight, text.data() + at, sizeof eight);
    const uint64_t controls = (eight - 0x20 * ones) & ~eight;
    if ((controls | zeros(eight ^ ('"' * ones)) | zeros(eight ^ ('\\' * ones)) | eight) & high) break;
  }
  while (at < text.size() && is_plain(static_cast<unsigned char>(text[at]))) ++at;
  return at;
}

void append_escape(std::string& out, char c) {
  switch (c) {
    case '"':
      out += "\\\"";
      return;
    case '\\':
      out += "\\\\";
      return;
    case '\n':
      out += "\\n";
      return;
    case '\r':
      out += "\\r";
      return;
    case '\t':
      out += "\\t";
      return;
    case '\b':
      out += "\\b";
      return;
    case '\f':
      out += "\\f";
      return;
    default:
      out += "\\u00";
      base::append_hexadecimal(out, {&c, 1});
  }
}

// What the parser calls to build a value. Boost's own takes the parser's reading of a real number, which is off by one
// in the last place for some of them; this one reads its text again, rounded correctly.
class Builder {
 public:
  static constexpr size_t max_object_size = Object::max_size();
  static constexpr size_t max_array_size = Array::max_size();
  static constexpr size_t max_key_size = boost::json::string::max_size();
  static constexpr size_t max_string_size = boost::json::string::max_size();
  using Text = boost::json::string_view;
  using Error = boost::system::error_code;

  explicit Builder(boost::json::storage_ptr storage) { stack_.reset(std::move(storage)); }
  Value release() { return stack_.release(); }

  bool on_document_begin(Error&) { return true; }
  bool on_document_end(Error&) { return true; }
  bool on_object_begin(Error&) { return true; }
  bool on_object_end(size_t count, Error&) { return stack_.push_object(count), true; }
  bool on_array_begin(Error&) { return true; }
  bool on_array_end(size_t count, Error&) { return stack_.push_array(count), true; }
  bool on_key_part(Text text, size_t, Error&) { return stack_.push_chars(text), true; }
  bool on_key(Text text, size_t, Error&) { return stack_.push_key(text), true; }
  bool on_string_part(Text text, size_t, Error&) { return stack_.push_chars(text), true; }
  bool on_string(Text text, size_t, Error&) { return stack_.push_string(text), true; }
  bool on_number_part(Text, Error&) { return true; }  // of texts that come in pieces
  bool on_int64(int64_t number, Text, Error&) { return stack_.push_int64(number), true; }
  bool on_uint64(uint64_t number, Text, Error&) { return stack_.push_uint64(number), true; }
  bool on_double(double number, Text text, Error&) {
    std::from_chars(text.data(), text.data() + text.size(), number);  // out of range: as it was, infinite or zero
    return stack_.push_double(number), true;
  }
  bool on_bool(bool value, Error&) { return stack_.push_bool(value), true; }
  bool on_null(Error&) { return stack_.push_null(), true; }
  bool on_comment_part(Text, Error&) { return true; }
  bool on_comment(Text, Error&) { return true; }

 private:
  boost::json::value_stack stack_;
};

base::Result<Value> parse_into(boost::json::storage_ptr storage, std::string_view text, size_t depth_max) {
  boost::json::parse_options options;
  options.max_depth = depth_max;
  boost::json::basic_parser<Builder> parser(options, std::move(storage));
  boost::system::error_code error;
  const size_t read = parser.write_some(false, text.data(), text.size(), error);
  if (error == boost::json::error::too_deep)
    return base::fail(ErrorCode::limit_exceeded,
                      "The JSON text is nested deeper than " + std::to_string(depth_max) + " levels.");
  if (!error && read < text.size()) error = boost::json::error::extra_data;
  if (error)
    return base::fail(ErrorCode::bad_request,
                      "The text is not valid JSON: " + error.message() + " at byte " + std::to_string(read) + ".");
  return parser.handler().release();
}

}  // namespace

base::Result<Value> parse(std::string_view text, size_t depth_max) { return parse_into({}, text, depth_max); }

base::Result<const Value*> Scratch::parse(std::string_view text, size_t depth_max) {
  constexpr size_t block_bytes = 32 * 1024;
  value_.reset();
  memory_.emplace(block_bytes);  // its release() would have each block twice as large as the one before
  value_.emplace(TRY(parse_into(&*memory_, text, depth_max)));
  return &*value_;
}

void append_string(std::string& out, std::string_view text) {
  out += '"';
  size_t from = 0, at = 0;
  const auto flush = [&] { out.append(text, from, at - from); };
  while ((at = skip_plain(text, at)) < text.size()) {
    if (static_cast<unsigned char>(text[at]) < 0x80) {
      flush();
      append_escape(out, text[at]);
      from = ++at;
    } else {
      const size_t start = at;
      const char32_t point = base::next_code_point(text, at);
      if (point == 0xFFFD && at == start + 1) {
        out.append(text, from, start - from);
        base::append_utf8(out, point);
        from = at;
      }
    }
  }
  flush();
  out += '"';
}

void append_double(std::string& out, double value) {
  if (std::isnan(value)) {
    out += "\"NaN\"";
  } else if (std::isinf(value)) {
    out += value > 0 ? "\"Infinity\"" : "\"-Infinity\"";
  } else {
    char text[32];
    const std::string_view digits(text, std::to_chars(text, text + sizeof text, value).ptr - text);
    out += digits;
    if (digits.find_first_of(".eE") == std::string_view::npos) out += ".0";
  }
}

void append(std::string& out, const Value& value) {
  switch (value.kind()) {
    case boost::json::kind::null:
      out += "null";
      return;
    case boost::json::kind::bool_:
      out += value.get_bool() ? "true" : "false";
      return;
    case boost::json::kind::int64:
      out += std::to_string(value.get_int64());
      return;
    case boost::json::kind::uint64:
      out += std::to_string(value.get_uint64());
      return;
    case boost::json::kind::double_:
      append_double(out, value.get_double());
      return;
    case boost::json::kind::string:
      append_string(out, std::string_view(value.get_string()));
      return;
    case boost::json::kind::array: {
      out += '[';
      bool first = true;
      for (const auto& item : value.get_array()) {
        if (!std::exchange(first, false)) out += ',';
        append(out, item);
      }
      out += ']';
      return;
    }
    case boost::json::kind::object: {
      out += '{';
      bool first = true;
      for (const auto& member : value.get_object()) {
        if (!std::exchange(first, false)) out += ',';
        append_string(out, std::string_view(member.key()));
        out += ':';
        append(out, member.value());
      }
      out += '}';
      return;
    }
  }
}

std::string to_text(const Value& value) {
  std::string out;
  append(out, value);
  return out;
}

const Value* find(const Value& object, std::string_view name) {
  const auto* members = object.if_object();
  return members ? members->if_contains(name) : nullptr;
}

std::string_view find_string(const Value& object, std::string_view name) {
  const Object* members = object.if_object();
  return members ? find_string(*members, name) : std::string_view();
}

std::string_view find_string(const Object& object, std::string_view name) {
  const Value* value = object.if_contains(name);
  const auto* text = value ? value->if_string() : nullptr;
  return text ? std::string_view(*text) : std::string_view();
}

}  // namespace vedette::json
