// Property bags. Source: kusto/query, the page of each function. What is no bag gives null.
#include "bag_members.h"
#include "dynamic_rows.h"
#include "families.h"
#include "json_path.h"

namespace vedette::kql {
namespace {

using base::Result;
using columnar::Arena;
using columnar::Dynamic;
using columnar::DynamicKind;
using columnar::DynamicMember;

using Members = BagMembers;

// Key, value, key, value, …
Result<Vector> pack(const CallContext&, std::span<const Vector> arguments, size_t rows) {
  if (arguments.size() % 2 != 0)
    return base::fail(base::ErrorCode::semantic_error, "bag_pack() takes keys and values in pairs.");
  for (size_t i = 0; i < arguments.size(); i += 2)
    if (arguments[i].type() != Type::string)
      return base::fail(base::ErrorCode::semantic_error, "A key of bag_pack() must be a string.");
  Members members;
  return dynamic_rows(arguments, rows, [&](Arena& arena, size_t row) {
    members.clear();
    for (size_t i = 0; i < arguments.size(); i += 2) {
      const std::string_view key = arguments[i].view<std::string_view>()[row];
      const Dynamic value = dynamic_view(arguments[i + 1], row, arena);
      members.set(key, value);
    }
    return make_bag(arena, members);
  });
}

// The members that are neither null nor an empty text.
Result<Vector> without_empty(const CallContext&, std::span<const Vector> arguments, size_t rows) {
  Members members;
  return dynamic_rows(arguments, rows, [&](Arena& arena, size_t row) {
    members.clear();
    for (const DynamicMember& member : dynamic_at(arguments[0], row).members())
      if (!member.value.is_null() &&
          !(member.value.kind() == columnar::DynamicKind::string && member.value.text().empty()))
        members.add(member.key, member.value);
    return make_bag(arena, members);
  });
}

// "If a key is present in multiple input bags, the value associated with the key from the leftmost argument takes
// precedence."
Result<Vector> merge(const CallContext&, std::span<const Vector> arguments, size_t rows) {
  Members members;
  return dynamic_rows(arguments, rows, [&](Arena& arena, size_t row) {
    members.clear();
    for (const Vector& argument : arguments) {
      const Dynamic bag = dynamic_at(argument, row);
      if (bag.is_null()) continue;
      if (!is_bag(bag)) return Dynamic();
      for (const DynamicMember& member : bag.members())
        if (!members.find(member.key) && !members.add(member.key, member.value)) return Dynamic();
    }
    return make_bag(arena, members);
  });
}

Result<Vector> keys(const CallContext&, std::span<const Vector> arguments, size_t rows) {
  std::vector<Dynamic> items;
  return map_dynamic(arguments, rows, [&](Arena& arena, const Dynamic& bag) {
    if (!is_bag(bag)) return Dynamic();
    items.clear();
    for (const DynamicMember& member : bag.members()) items.push_back(Dynamic::string(member.key));
    return make_array(arena, items);
  });
}

base::Error bad_path() {
  return base::fail(base::ErrorCode::not_supported, "A path to a member of a bag may have keys only: \"$.a.b\".");
}

Result<Vector> has_key(const CallContext&, std::span<const Vector> arguments, size_t rows) {
  bool malformed = false;
  auto result = map<uint8_t>(Type::bool_, arguments, rows,
                             [&](const Dynamic& bag, std::string_view text) -> std::optional<uint8_t> {
                               if (!is_bag(bag)) return std::nullopt;
                               const auto path = parse_bag_key(text);
                               if (!path) return malformed = true, std::nullopt;
                               const Dynamic* at = &bag;
                               for (const std::string& key : *path)
                                 if (at) at = at->find(key);
                               return at != nullptr;
                             });
  if (malformed) return bad_path();
  return result;
}

// The bag without the member at path[0], path[1], …
Dynamic without(Arena& arena, const Dynamic& bag, std::span<const std::string> path) {
  Members members;
  for (const DynamicMember& member : bag.members()) {
    if (member.key != path.front())
      members.add(member.key, member.value);
    else if (path.size() > 1)
      members.add(member.key, without(arena, member.value, path.subspan(1)));
  }
  return is_bag(bag) ? make_bag(arena, members) : bag;
}

Result<Vector> remove_keys(const CallContext&, std::span<const Vector> arguments, size_t rows) {
  bool malformed = false;
  auto result = map_dynamic(arguments, rows, [&](Arena& arena, const Dynamic& bag, const Dynamic& list) {
    if (!is_bag(bag) || !is_array(list)) return Dynamic();
    Dynamic rest = bag;
    for (const Dynamic& key : list.items()) {
      if (!base::goes_on(arena.reserved_bytes())) return Dynamic();
      if (key.kind() != DynamicKind::string) continue;
      const auto path = parse_bag_key(key.text());
      if (!path) return malformed = true, Dynamic();
      rest = without(arena, rest, *path);
    }
    return rest;
  });
  if (malformed) return bad_path();
  return result;
}

Dynamic with(Arena& arena, const Dynamic& bag, std::span<const std::string> path, const Dynamic& value) {
  if (path.empty()) return value;
  Members members;
  for (const DynamicMember& member : bag.members()) members.add(member.key, member.value);
  const Dynamic* known = members.find(path.front());
  const Dynamic inner = with(arena, known ? *known : Dynamic(), path.subspan(1), value);
  members.set(known ? std::string_view(path.front()) : arena.copy(path.front()), inner);
  return make_bag(arena, members);
}

Result<Vector> set_key(const CallContext&, std::span<const Vector> arguments, size_t rows) {
  bool malformed = false;
  auto result = dynamic_rows(arguments, rows, [&](Arena& arena, size_t row) {
    const Dynamic bag = dynamic_at(arguments[0], row);
    if (!is_bag(bag)) return Dynamic();
    const auto path = parse_bag_key(arguments[1].view<std::string_view>()[row]);
    if (!path) return malformed = true, Dynamic();
    return with(arena, bag, *path, dynamic_view(arguments[2], row, arena));
  });
  if (malformed) return bad_path();
  return result;
}

// Values that are missing are null; values without a key are dropped.
Result<Vector> zip(const CallContext&, std::span<const Vector> arguments, size_t rows) {
  Members members;
  return map_dynamic(arguments, rows, [&](Arena& arena, const Dynamic& names, const Dynamic& values) {
    if (!is_array(names)) return Dynamic();
    const auto items = is_array(values) ? values.items() : std::span<const Dynamic>();
    members.clear();
    for (size_t i = 0; i < names.items().size(); ++i) {
      const Dynamic& name = names.items()[i];
      if (name.kind() != DynamicKind::string) continue;
      const Dynamic value = i < items.size() ? items[i] : Dynamic();
      members.set(name.text(), value);
    }
    return make_bag(arena, members);
  });
}

constexpr std::string_view pairs = "(string, scalar, scalar?...) -> dynamic";
constexpr ScalarFunction bag_table[] = {
    {"bag_pack", pairs, pack, "A bag of keys and values."},
    {"pack", pairs, pack, "As bag_pack."},
    {"pack_dictionary", pairs, pack, "As bag_pack."},
    {"pack_all of what is not empty", "(dynamic) -> dynamic", without_empty, "A bag without null and empty members."},
    {"bag_merge", "(dynamic, dynamic, dynamic?...) -> dynamic", merge, "The members of several bags in one."},
    {"bag_keys", "(dynamic) -> dynamic", keys, "The keys of a bag."},
    {"bag_has_key", "(dynamic, string) -> bool", has_key, "Whether a bag has a key."},
    {"bag_remove_keys", "(dynamic, dynamic) -> dynamic", remove_keys, "A bag without some members."},
    {"bag_set_key", "(dynamic, string, scalar) -> dynamic", set_key, "A bag with a member set."},
    {"bag_zip", "(dynamic, dynamic) -> dynamic", zip, "A bag of an array of keys and one of values."},
};

}  // namespace

std::span<const ScalarFunction> bag_functions() { return bag_table; }

}  // namespace vedette::kql
