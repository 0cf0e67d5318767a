// KQL's dynamic: one typed value in memory, parsed once, never text between operators.
// Source: kusto/query/scalar-data-types/dynamic of the KQL documentation.
#pragma once

#include <bit>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "vedette/base/guid.h"
#include "vedette/base/result.h"
#include "vedette/columnar/arena.h"

namespace vedette::columnar {

enum class DynamicKind : uint8_t { null, boolean, int64, real, string, datetime, timespan, guid, array, bag };

struct DynamicMember;

// 16 bytes, trivially copyable. Strings, guids, arrays and bags point into an Arena that the holder keeps alive.
// A bag keeps insertion order and has each key once.
class Dynamic {
 public:
  Dynamic() = default;
  static Dynamic of(bool value) { return make(DynamicKind::boolean, 0, {.integer = value ? 1 : 0}); }
  static Dynamic of(int64_t value) { return make(DynamicKind::int64, 0, {.integer = value}); }
  static Dynamic of(double value) { return make(DynamicKind::real, 0, {.real = value}); }
  static Dynamic datetime(int64_t ticks) { return make(DynamicKind::datetime, 0, {.integer = ticks}); }
  static Dynamic timespan(int64_t ticks) { return make(DynamicKind::timespan, 0, {.integer = ticks}); }
  // These point at what they are given; the caller keeps it alive (or has put it into the arena).
  static Dynamic string(std::string_view text) {
    Dynamic value = make(DynamicKind::string, static_cast<uint32_t>(text.size()), {.text = text.data()});
    value.weight_ = static_cast<uint8_t>(std::bit_width(text.size() / weight_unit_bytes));
    return value;
  }
  static Dynamic guid(const base::Guid* guid) { return make(DynamicKind::guid, 0, {.guid = guid}); }
  static Dynamic array(std::span<const Dynamic> items);
  static Dynamic bag(std::span<const DynamicMember> members);

  DynamicKind kind() const { return kind_; }
  bool is_null() const { return kind_ == DynamicKind::null; }
  bool boolean() const { return data_.integer != 0; }
  int64_t integer() const { return data_.integer; }  // int64, or the ticks of a datetime or timespan
  double real() const { return data_.real; }
  std::string_view text() const { return {data_.text, size_}; }
  const base::Guid& guid() const { return *data_.guid; }
  std::span<const Dynamic> items() const;
  std::span<const DynamicMember> members() const;
  // The member `key` of a bag; null when this is no bag or has none.
  const Dynamic* find(std::string_view key) const;

  // How much work a walk over the value is: 2^weight() elements or more, a long text counted in units of its bytes, and
  // a part that stands in it several times as often. A value that shares its parts takes little memory, so this is what
  // bounds it. depth(): levels of arrays and bags.
  int weight() const { return weight_; }
  int depth() const { return depth_; }

 private:
  union Data {
    int64_t integer;
    double real;
    const char* text;
    const base::Guid* guid;
    const Dynamic* items;
    const DynamicMember* members;
  };
  static Dynamic make(DynamicKind kind, uint32_t size, Data data) {
    Dynamic value;
    value.kind_ = kind, value.size_ = size, value.data_ = data;
    return value;
  }

  static constexpr size_t weight_unit_bytes = 16;
  template <class Parts, class Of>
  static Dynamic with_parts(Dynamic value, const Parts& parts, Of of);

  DynamicKind kind_ = DynamicKind::null;
  uint8_t weight_ = 0;
  uint16_t depth_ = 0;
  uint32_t size_ = 0;
  Data data_{.integer = 0};
};
static_assert(sizeof(Dynamic) == 16);

struct DynamicMember {
  std::string_view key;
  Dynamic value;
};

inline constexpr int dynamic_depth_max = 200;
inline constexpr int dynamic_weight_max = 24;  // 16,777,216 elements, or 256 MiB of text

// A deep copy whose memory is all in `arena`.
Dynamic copy(const Dynamic& value, Arena& arena);
// Equal kinds and contents; int64 and real compare as numbers; bags compare without regard to order.
bool equal(const Dynamic& a, const Dynamic& b);
uint64_t hash(const Dynamic& value);  // agrees with equal()

// JSON text of the value: members in order, datetime and guid as strings, timespan as "[-][d.]hh:mm:ss[.fffffff]",
// non-finite reals as "NaN", "Infinity", "-Infinity".
void append_json(std::string& out, const Dynamic& value);

// Parses JSON into `arena`. Repeated keys: the last one wins, at the place of the first. bad_request on malformed text,
// limit_exceeded deeper than dynamic_depth_max. Numbers without point or exponent that fit are int64, others real,
// infinite where that is too small for them.
// The parser keeps buffers; use one per thread.
class DynamicParser {
 public:
  DynamicParser();
  ~DynamicParser();
  base::Result<Dynamic> parse(std::string_view json, Arena& arena);

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace vedette::columnar
