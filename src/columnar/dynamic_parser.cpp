// JSON text to Dynamic, through simdjson's DOM: strings are copied once, from the parser's tape to the arena.
#include <simdjson.h>

#include <algorithm>
#include <cstring>
#include <unordered_map>
#include <vector>

#include "vedette/columnar/dynamic.h"
#include "vedette/columnar/json_members.h"

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
  for (const auto field : object) {
    const Dynamic value = convert(field.value, arena);
    size_t at = scratch_members.size();
    if (at - base < linear_max) {
      for (size_t i = base; i < scratch_members.size(); ++i)
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
  std::memcpy(converter.padded.data(), json.data(), json.size());
  return parser.parse(converter.padded.data(), json.size(), false).get(root);
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
  if (error)
    return fail(ErrorCode::bad_request, std::string("The text is not valid JSON: ") + simdjson::error_message(error));
  return impl_->convert(root, arena);
}

struct JsonMembers::Impl : JsonConverter {};

JsonMembers::JsonMembers() : impl_(std::make_unique<Impl>()) {}
JsonMembers::~JsonMembers() = default;

Dynamic JsonMembers::parse(std::string_view json, std::span<const std::string_view> keys, Arena& arena) {
  simdjson::dom::element root;
  simdjson::dom::object object;
  if (parse_document(*impl_, json, root) || root.get(object)) return {};
  auto* members = arena.allocate_array<DynamicMember>(keys.size());
  size_t count = 0;
  for (const auto field : object) {
    const auto wanted = std::find(keys.begin(), keys.end(), field.key);
    if (wanted == keys.end()) continue;
    const Dynamic value = impl_->convert(field.value, arena);
    size_t at = 0;
    while (at < count && members[at].key != *wanted) ++at;
    members[at] = {*wanted, value};  // the last of a repeated key stays
    count = std::max(count, at + 1);
  }
  return Dynamic::bag({members, count});
}

}  // namespace vedette::columnar
