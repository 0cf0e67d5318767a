#include "dynamic_codec.h"

#include <new>

namespace vedette::tables {

using columnar::Arena;
using columnar::Dynamic;
using columnar::DynamicKind;
using columnar::DynamicMember;

void encode(base::ByteWriter& out, const Dynamic& value) {
  out.byte(static_cast<uint8_t>(value.kind()));
  switch (value.kind()) {
    case DynamicKind::null:
      return;
    case DynamicKind::boolean:
      return out.byte(value.boolean());
    case DynamicKind::int64:
    case DynamicKind::datetime:
    case DynamicKind::timespan:
      return out.fixed(value.integer());
    case DynamicKind::real:
      return out.fixed(value.real());
    case DynamicKind::guid:
      return out.fixed(value.guid());
    case DynamicKind::string:
      return out.text(value.text());
    case DynamicKind::array:
      out.varint(value.items().size());
      for (const Dynamic& item : value.items()) encode(out, item);
      return;
    case DynamicKind::bag:
      out.varint(value.members().size());
      for (const DynamicMember& member : value.members()) {
        out.text(member.key);
        encode(out, member.value);
      }
      return;
  }
}

namespace {

// Every item takes at least a byte, so a count that the rest cannot hold is damage and never an allocation.
template <class T, class Read>
std::span<const T> decode_many(base::ByteReader& in, Arena& arena, Read read) {
  const uint64_t count = in.varint();
  if (!in.ok() || count > in.remaining()) {
    in.fail();
    return {};
  }
  T* items = arena.allocate_array<T>(count);
  for (uint64_t i = 0; i < count; ++i) new (items + i) T(read());
  return {items, count};
}

}  // namespace

Dynamic decode(base::ByteReader& in, Arena& arena, int depth) {
  if (depth > columnar::dynamic_depth_max) in.fail();
  const auto kind = static_cast<DynamicKind>(in.byte());
  if (!in.ok()) return {};
  switch (kind) {
    case DynamicKind::null:
      return {};
    case DynamicKind::boolean:
      return Dynamic::of(in.byte() != 0);
    case DynamicKind::int64:
      return Dynamic::of(in.fixed<int64_t>());
    case DynamicKind::datetime:
      return Dynamic::datetime(in.fixed<int64_t>());
    case DynamicKind::timespan:
      return Dynamic::timespan(in.fixed<int64_t>());
    case DynamicKind::real:
      return Dynamic::of(in.fixed<double>());
    case DynamicKind::guid:
      return Dynamic::guid(new (arena.allocate_array<base::Guid>(1)) base::Guid(in.fixed<base::Guid>()));
    case DynamicKind::string:
      return Dynamic::string(in.text());
    case DynamicKind::array:
      return Dynamic::array(decode_many<Dynamic>(in, arena, [&] { return decode(in, arena, depth + 1); }));
    case DynamicKind::bag:
      return Dynamic::bag(decode_many<DynamicMember>(in, arena, [&] {
        const std::string_view key = in.text();
        return DynamicMember{key, decode(in, arena, depth + 1)};
      }));
  }
  in.fail();
  return {};
}

}  // namespace vedette::tables
