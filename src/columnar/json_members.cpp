#include "vedette/columnar/json_members.h"

#include <algorithm>
#include <optional>
#include <string>

#include "vedette/columnar/json_walk.h"

namespace vedette::columnar {

namespace {

// Of a few short keys, compared where they stand: a call of memcmp for each costs more.
const std::string_view* find_key(std::span<const std::string_view> keys, std::string_view name) {
  for (const std::string_view& key : keys) {
    if (key.size() != name.size()) continue;
    size_t same = 0;
    while (same < key.size() && key[same] == name[same]) ++same;
    if (same == key.size()) return &key;
  }
  return nullptr;
}

}  // namespace

struct JsonMembers::Impl {
  std::optional<Dynamic> walk(std::string_view json, std::span<const std::string_view> keys, Arena& arena);
  Dynamic parse_whole(std::string_view json, std::span<const std::string_view> keys, Arena& arena);
  std::optional<Dynamic> value_of(const JsonMember& member, bool has_escapes, Arena& arena);

  JsonStructure structure;
  DynamicParser parser;
  std::string text;
};

JsonMembers::JsonMembers() : impl_(std::make_unique<Impl>()) {}
JsonMembers::~JsonMembers() = default;

// nullopt when the parser has to decide.
std::optional<Dynamic> JsonMembers::Impl::value_of(const JsonMember& member, bool has_escapes, Arena& arena) {
  if (member.kind == MemberKind::text) {
    if (!has_escapes || member.value.find('\\') == std::string_view::npos)
      return Dynamic::string(arena.copy(member.value));
    text.clear();
    if (!append_unescaped(text, member.value)) return std::nullopt;
    return Dynamic::string(arena.copy(text));
  }
  if (int64_t integer = 0; member.kind == MemberKind::scalar && read_integer(member.value, integer))
    return Dynamic::of(integer);
  if (member.value == "true" || member.value == "false") return Dynamic::of(member.value == "true");
  if (member.value == "null") return Dynamic();
  const auto value = parser.parse(member.value, arena);
  return value ? std::optional(*value) : std::nullopt;
}

// Only what is asked for becomes a value; the rest is looked at as far as it could make the text no JSON.
std::optional<Dynamic> JsonMembers::Impl::walk(std::string_view json, std::span<const std::string_view> keys,
                                               Arena& arena) {
  auto* members = arena.allocate_array<DynamicMember>(keys.size());
  size_t count = 0;
  const JsonPlaces places = structure.find(json);
  const JsonWalk text(places);
  const bool whole = text.members([&](const JsonMember& member) {
    if (places.has_escapes && member.name.find('\\') != std::string_view::npos) return false;
    const std::string_view* const wanted = find_key(keys, member.name);
    if (!wanted)
      return member.kind == MemberKind::nested ||
             (member.kind == MemberKind::text ? text.good_escapes(member.value) : is_plain_scalar(member.value));
    const auto value = value_of(member, places.has_escapes, arena);
    if (!value) return false;
    size_t at = 0;
    while (at < count && members[at].key != *wanted) ++at;
    members[at] = {*wanted, *value};  // the last of a repeated key stays
    count = std::max(count, at + 1);
    return true;
  });
  return whole ? std::optional(Dynamic::bag({members, count})) : std::nullopt;
}

Dynamic JsonMembers::Impl::parse_whole(std::string_view json, std::span<const std::string_view> keys, Arena& arena) {
  const auto value = parser.parse(json, arena);
  if (!value || value->kind() != DynamicKind::bag) return {};
  auto* members = arena.allocate_array<DynamicMember>(keys.size());
  size_t count = 0;
  for (const DynamicMember& member : value->members())
    if (const auto wanted = std::find(keys.begin(), keys.end(), member.key); wanted != keys.end())
      members[count++] = {*wanted, member.value};
  return Dynamic::bag({members, count});
}

void JsonMembers::expect(std::string_view run) { impl_->structure.expect(run); }

Dynamic JsonMembers::parse(std::string_view json, std::span<const std::string_view> keys, Arena& arena) {
  const auto walked = impl_->walk(json, keys, arena);
  return walked ? *walked : impl_->parse_whole(json, keys, arena);
}

}  // namespace vedette::columnar
