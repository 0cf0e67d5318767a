// JSON text to Dynamic, through simdjson's DOM: strings are copied once, from the parser's tape to the arena. Texts
// with numbers beyond simdjson's, which are rare, go through our JSON reader, which has them as reals.
#include <simdjson.h>

#include <algorithm>
#include <cstring>
#include <unordered_map>
#include <vector>

#include "vedette/columnar/dynamic.h"
#include "vedette/json/value.h"

namespace vedette::columnar {

using base::ErrorCode;
using base::fail;

namespace {

struct JsonConverter {
  simdjson::dom::parser parser{size_t{1} << 30};
  std::vector<char> padded;  // the text, with the room behind it that the parser reads into
  std::vector<DynamicMember> scratch_members;
  std::vector<Dynamic> scratch_items;

  Dynamic convert(simdjson::dom::element element, Arena& arena);
  Dynamic convert_array(simdjson::dom::array array, Arena& arena);
  Dynamic convert_bag(simdjson::dom::object object, Arena& arena);
};

// Says of most keys that no key before them in their bag is the same.
class KeyFilter {
 public:
  bool may_have_seen(std::string_view key) {
    uint64_t hash = key.size();
    for (const size_t at : {size_t{0}, key.size() / 2, key.size() - 1})
      if (at < key.size()) hash = (hash ^ static_cast<unsigned char>(key[at])) * 0x9E3779B97F4A7C15u;
    constexpr unsigned word_shift = 62, bit_shift = 56;
    uint64_t& word = words_[hash >> word_shift];
    const uint64_t bit = uint64_t{1} << (hash >> bit_shift & 63);
    const bool seen = (word & bit) != 0;
    word |= bit;
    return seen;
  }

 private:
  uint64_t words_[4] = {};
};

// Children are gathered on a scratch stack above `base`, then moved to the arena in one piece.
Dynamic JsonConverter::convert_array(simdjson::dom::array array, Arena& arena) {
  const size_t base = scratch_items.size();
  for (simdjson::dom::element item : array) {
    const Dynamic value = convert(item, arena);
    scratch_items.push_back(value);
  }
  const size_t count = scratch_items.size() - base;
  auto* items = arena.allocate_array<Dynamic>(count);
  std::uninitialized_copy_n(scratch_items.begin() + static_cast<std::ptrdiff_t>(base), count, items);
  scratch_items.resize(base);
  return Dynamic::array({items, count});
}

Dynamic JsonConverter::convert_bag(simdjson::dom::object object, Arena& arena) {
  const size_t base = scratch_members.size();
  constexpr size_t linear_max = 32;  // up to here a repeated key is looked for one by one
  std::unordered_map<std::string_view, size_t> seen;
  KeyFilter filter;
  for (const auto field : object) {
    const Dynamic value = convert(field.value, arena);
    size_t at = scratch_members.size();
    if (at - base < linear_max) {
      const size_t count = filter.may_have_seen(field.key) ? scratch_members.size() : base;
      for (size_t i = base; i < count; ++i)
        if (scratch_members[i].key == field.key) at = i;
    } else {
      if (seen.empty())
        for (size_t i = base; i < scratch_members.size(); ++i) seen.emplace(scratch_members[i].key, i - base);
      if (const auto known = seen.find(field.key); known != seen.end()) at = base + known->second;
    }
    if (at < scratch_members.size()) {
      scratch_members[at].value = value;
      continue;
    }
    const std::string_view key = arena.copy(field.key);
    if (!seen.empty()) seen.emplace(key, at - base);
    scratch_members.push_back({key, value});
  }
  const size_t count = scratch_members.size() - base;
  auto* members = arena.allocate_array<DynamicMember>(count);
  std::uninitialized_copy_n(scratch_members.begin() + static_cast<std::ptrdiff_t>(base), count, members);
  scratch_members.resize(base);
  return Dynamic::bag({members, count});
}

Dynamic JsonConverter::convert(simdjson::dom::element element, Arena& arena) {
  using simdjson::dom::element_type;
  switch (element.type()) {
    case element_type::NULL_VALUE:
      return {};
    case element_type::BOOL:
      return Dynamic::of(element.get_bool().value_unsafe());
    case element_type::INT64:
      return Dynamic::of(element.get_int64().value_unsafe());
    case element_type::UINT64:
      return Dynamic::of(static_cast<double>(element.get_uint64().value_unsafe()));
    case element_type::DOUBLE:
      return Dynamic::of(element.get_double().value_unsafe());
    case element_type::STRING:
      return Dynamic::string(arena.copy(element.get_string().value_unsafe()));
    case element_type::ARRAY:
      return convert_array(element.get_array().value_unsafe(), arena);
    case element_type::OBJECT:
      return convert_bag(element.get_object().value_unsafe(), arena);
  }
  return {};
}

}  // namespace

struct DynamicParser::Impl : JsonConverter {};

DynamicParser::DynamicParser() : impl_(std::make_unique<Impl>()) {}
DynamicParser::~DynamicParser() = default;

namespace {

simdjson::error_code parse_document(JsonConverter& converter, std::string_view json, simdjson::dom::element& root) {
  simdjson::dom::parser& parser = converter.parser;
  if (parser.max_depth() != dynamic_depth_max)
    if (const auto error = parser.allocate(std::max(parser.capacity(), json.size() + 1), dynamic_depth_max))
      return error;
  if (converter.padded.size() < json.size() + simdjson::SIMDJSON_PADDING)
    converter.padded.resize(json.size() * 2 + simdjson::SIMDJSON_PADDING);
  if (!json.empty()) std::memcpy(converter.padded.data(), json.data(), json.size());
  return parser.parse(converter.padded.data(), json.size(), false).get(root);
}

// A JSON value in memory of its own, copied. As deep as the reader let it be.
Dynamic dynamic_of(const json::Value& value, Arena& arena) {
  switch (value.kind()) {
    case boost::json::kind::null:
      return {};
    case boost::json::kind::bool_:
      return Dynamic::of(value.get_bool());
    case boost::json::kind::int64:
      return Dynamic::of(int64_t{value.get_int64()});
    case boost::json::kind::uint64:
      return Dynamic::of(static_cast<double>(value.get_uint64()));
    case boost::json::kind::double_:
      return Dynamic::of(value.get_double());
    case boost::json::kind::string:
      return Dynamic::string(arena.copy(std::string_view(value.get_string())));
    case boost::json::kind::array: {
      auto* items = arena.allocate_array<Dynamic>(value.get_array().size());
      size_t count = 0;
      for (const json::Value& item : value.get_array()) items[count++] = dynamic_of(item, arena);
      return Dynamic::array({items, count});
    }
    case boost::json::kind::object: {
      auto* members = arena.allocate_array<DynamicMember>(value.get_object().size());
      size_t count = 0;
      for (const auto& member : value.get_object())
        members[count++] = {arena.copy(std::string_view(member.key())), dynamic_of(member.value(), arena)};
      return Dynamic::bag({members, count});
    }
  }
  return {};
}

}  // namespace

base::Result<Dynamic> DynamicParser::parse(std::string_view json, Arena& arena) {
  simdjson::dom::element root;
  const auto error = parse_document(*impl_, json, root);
  if (error == simdjson::MEMALLOC)
    return fail(ErrorCode::limit_exceeded, "There is not enough memory to parse the JSON text.");
  if (error == simdjson::DEPTH_ERROR)
    return fail(ErrorCode::limit_exceeded,
                "The JSON text is nested deeper than " + std::to_string(dynamic_depth_max) + " levels.");
  if (error == simdjson::NUMBER_ERROR) return dynamic_of(TRY(json::parse(json, dynamic_depth_max)), arena);
  if (error)
    return fail(ErrorCode::bad_request, std::string("The text is not valid JSON: ") + simdjson::error_message(error));
  return impl_->convert(root, arena);
}

}  // namespace vedette::columnar
