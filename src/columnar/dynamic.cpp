#include "vedette/columnar/dynamic.h"

#include <algorithm>
#include <bit>
#include <charconv>
#include <cmath>
#include <cstdio>

#include "vedette/base/time.h"
#include "vedette/base/work_scope.h"
#include "vedette/columnar/real_text.h"
#include "vedette/columnar/whole_number.h"
#include "vedette/json/text.h"

namespace vedette::columnar {
namespace {

// Sums of 2^32 parts of this weight still fit into 64 bits.
constexpr int weight_cap = 31, depth_cap = 0xffff;
// An element as text costs as much as so many elements that are only looked at.
constexpr size_t steps_of_text = 16;

}  // namespace

template <class Parts, class Of>
Dynamic Dynamic::with_parts(Dynamic value, const Parts& parts, Of of) {
  uint64_t elements = 1;
  uint16_t depth = 0;
  for (const auto& part : parts) {
    const Dynamic& inner = of(part);
    elements += uint64_t{1} << std::min<int>(inner.weight_, weight_cap);
    depth = std::max(depth, inner.depth_);
  }
  value.weight_ = static_cast<uint8_t>(std::min(static_cast<int>(std::bit_width(elements)) - 1, weight_cap));
  value.depth_ = static_cast<uint16_t>(std::min(depth + 1, depth_cap));
  return value;
}

Dynamic Dynamic::array(std::span<const Dynamic> items) {
  return with_parts(make(DynamicKind::array, static_cast<uint32_t>(items.size()), {.items = items.data()}), items,
                    [](const Dynamic& item) -> const Dynamic& { return item; });
}

Dynamic Dynamic::bag(std::span<const DynamicMember> members) {
  return with_parts(make(DynamicKind::bag, static_cast<uint32_t>(members.size()), {.members = members.data()}), members,
                    [](const DynamicMember& member) -> const Dynamic& { return member.value; });
}

std::span<const Dynamic> Dynamic::items() const {
  if (kind_ != DynamicKind::array) return {};
  return {data_.items, size_};
}

std::span<const DynamicMember> Dynamic::members() const {
  if (kind_ != DynamicKind::bag) return {};
  return {data_.members, size_};
}

const Dynamic* Dynamic::find(std::string_view key) const {
  for (const DynamicMember& member : members())
    if (member.key == key) return &member.value;
  return nullptr;
}

namespace {

bool is_number(DynamicKind kind) { return kind == DynamicKind::int64 || kind == DynamicKind::real; }

// Of a number: the long that equals it.
std::optional<int64_t> long_of(const Dynamic& value) {
  return value.kind() == DynamicKind::int64 ? value.integer() : whole_number(value.real());
}

// Walks ask the watch on their way; once it says no, what they give is any value.
bool equal(const Dynamic& a, const Dynamic& b, base::StepWatch& watch);

bool equal_bags(std::span<const DynamicMember> a, const Dynamic& b, base::StepWatch& watch) {
  if (a.size() != b.members().size()) return false;
  for (const DynamicMember& member : a) {
    if (!watch.go_on(b.members().size())) return false;
    const Dynamic* other = b.find(member.key);
    if (!other || !equal(member.value, *other, watch)) return false;
  }
  return true;
}

uint64_t mix(uint64_t a, uint64_t b) {
  uint64_t x = a ^ (b + 0x9E3779B97F4A7C15u + (a << 6) + (a >> 2));
  x ^= x >> 31;
  return x * 0xD6E8FEB86659FD93u;
}

uint64_t hash_text(std::string_view text) {
  uint64_t h = 1469598103934665603u;
  for (const char c : text) h = (h ^ static_cast<unsigned char>(c)) * 1099511628211u;
  return h;
}

bool equal(const Dynamic& a, const Dynamic& b, base::StepWatch& watch) {
  if (!watch.go_on()) return false;
  if (a.kind() != b.kind()) return is_number(a.kind()) && is_number(b.kind()) && long_of(a) && long_of(a) == long_of(b);
  switch (a.kind()) {
    case DynamicKind::null:
      return true;
    case DynamicKind::boolean:
    case DynamicKind::int64:
    case DynamicKind::datetime:
    case DynamicKind::timespan:
      return a.integer() == b.integer();
    case DynamicKind::real:
      return a.real() == b.real() || (std::isnan(a.real()) && std::isnan(b.real()));
    case DynamicKind::string:
      return a.text() == b.text();
    case DynamicKind::guid:
      return a.guid() == b.guid();
    case DynamicKind::array: {
      const auto x = a.items(), y = b.items();
      if (x.size() != y.size()) return false;
      for (size_t i = 0; i < x.size(); ++i)
        if (!equal(x[i], y[i], watch)) return false;
      return true;
    }
    case DynamicKind::bag:
      return equal_bags(a.members(), b, watch);
  }
  return false;
}

uint64_t hash(const Dynamic& value, base::StepWatch& watch) {
  if (!watch.go_on()) return 0;
  const auto kind = static_cast<uint64_t>(value.kind());
  switch (value.kind()) {
    case DynamicKind::null:
      return 0;
    case DynamicKind::boolean:
    case DynamicKind::datetime:
    case DynamicKind::timespan:
      return mix(kind, static_cast<uint64_t>(value.integer()));
    case DynamicKind::int64:
    case DynamicKind::real: {
      if (const auto whole = long_of(value)) return mix(1, static_cast<uint64_t>(*whole));
      return mix(2, std::isnan(value.real()) ? 1 : std::bit_cast<uint64_t>(value.real()));
    }
    case DynamicKind::string:
      return mix(kind, hash_text(value.text()));
    case DynamicKind::guid:
      return mix(kind,
                 hash_text({reinterpret_cast<const char*>(value.guid().bytes.data()), value.guid().bytes.size()}));
    case DynamicKind::array: {
      uint64_t h = kind;
      for (const Dynamic& item : value.items()) {
        if (!watch.go_on()) break;
        h = mix(h, hash(item, watch));
      }
      return h;
    }
    case DynamicKind::bag: {
      uint64_t sum = 0;  // order does not matter
      for (const DynamicMember& member : value.members()) sum += mix(hash_text(member.key), hash(member.value, watch));
      return mix(kind, sum);
    }
  }
  return 0;
}

}  // namespace

bool equal(const Dynamic& a, const Dynamic& b) {
  base::StepWatch watch;
  return equal(a, b, watch);
}

uint64_t hash(const Dynamic& value) {
  base::StepWatch watch;
  return hash(value, watch);
}

namespace {

void append_engine_real(std::string& out, double value) {
  std::isfinite(value) ? append_real_text(out, value) : json::append_double(out, value);
}

using AppendReal = void (*)(std::string&, double);

void append(std::string& out, const Dynamic& value, AppendReal append_real, base::StepWatch& watch) {
  if (!watch.go_on(steps_of_text, static_cast<int64_t>(out.size()))) return;
  switch (value.kind()) {
    case DynamicKind::null:
      out += "null";
      return;
    case DynamicKind::boolean:
      out += value.boolean() ? "true" : "false";
      return;
    case DynamicKind::int64:
      out += std::to_string(value.integer());
      return;
    case DynamicKind::real:
      append_real(out, value.real());
      return;
    case DynamicKind::string:
      json::append_string(out, value.text());
      return;
    case DynamicKind::datetime:
      json::append_string(out, base::format_date_time({value.integer()}));
      return;
    case DynamicKind::timespan:
      json::append_string(out, base::format_time_span({value.integer()}));
      return;
    case DynamicKind::guid:
      json::append_string(out, base::to_string(value.guid()));
      return;
    case DynamicKind::array: {
      char separator = '[';
      for (const Dynamic& item : value.items()) {
        if (!watch.go_on(0)) return;
        out += std::exchange(separator, ',');
        append(out, item, append_real, watch);
      }
      out += separator == '[' ? "[]" : "]";
      return;
    }
    case DynamicKind::bag: {
      char separator = '{';
      for (const DynamicMember& member : value.members()) {
        if (!watch.go_on(0)) return;
        out += std::exchange(separator, ',');
        json::append_string(out, member.key);
        out += ':';
        append(out, member.value, append_real, watch);
      }
      out += separator == '{' ? "{}" : "}";
      return;
    }
  }
}

}  // namespace

void append_json(std::string& out, const Dynamic& value) {
  base::StepWatch watch;
  append(out, value, json::append_double, watch);
}

void append_engine_json(std::string& out, const Dynamic& value) {
  base::StepWatch watch;
  append(out, value, append_engine_real, watch);
}

}  // namespace vedette::columnar
