// in, !in, in~ and !in~ of an array: a table of one column on the right is one. Source: kusto/query, "in operator".
#include <bit>
#include <unordered_set>

#include "ascii_fold.h"
#include "conversion.h"
#include "dynamic_number.h"
#include "dynamic_rows.h"
#include "families.h"
#include "native.h"
#include "vedette/columnar/whole_number.h"

namespace vedette::kql {
namespace {

using base::Result;
using columnar::Dynamic;
using columnar::DynamicKind;

enum class Case : uint8_t { kept, ignored };

// A value as a key that is equal when the values are: numbers by value, NaN as one of them, all else by kind and
// content.
bool append_key(std::string& key, const Dynamic& value, Case fold) {
  switch (value.kind()) {
    case DynamicKind::string: {
      key += 's';
      const size_t begin = key.size();
      key += value.text();
      if (fold == Case::ignored) fold_ascii(key, begin);
      return true;
    }
    case DynamicKind::boolean:
      key += value.boolean() ? "n1" : "n0";
      return true;
    case DynamicKind::int64:
      key += 'n' + std::to_string(value.integer());
      return true;
    case DynamicKind::real: {
      if (const auto whole = columnar::whole_number(value.real()))
        key += 'n' + std::to_string(*whole);
      else
        key += 'r' + std::to_string(std::bit_cast<uint64_t>(value.real()));
      return true;
    }
    case DynamicKind::datetime:
      key += 'd' + std::to_string(value.integer());
      return true;
    case DynamicKind::timespan:
      key += 't' + std::to_string(value.integer());
      return true;
    case DynamicKind::guid:
      key += 'g';
      key.append(reinterpret_cast<const char*>(value.guid().bytes.data()), value.guid().bytes.size());
      return true;
    case DynamicKind::array:
    case DynamicKind::bag:
    case DynamicKind::null:
      return false;
  }
  return false;
}

template <class T>
Dynamic as_dynamic(Type type, const T& value) {
  if constexpr (std::is_same_v<T, std::string_view>)
    return Dynamic::string(value);
  else if constexpr (std::is_same_v<T, double>)
    return Dynamic::of(value);
  else if constexpr (std::is_same_v<T, int64_t> || std::is_same_v<T, int32_t>) {
    if (type == Type::datetime) return Dynamic::datetime(value);
    if (type == Type::timespan) return Dynamic::timespan(value);
    return Dynamic::of(static_cast<int64_t>(value));
  } else if constexpr (std::is_same_v<T, uint8_t>)
    return Dynamic::of(value != 0);
  else if constexpr (std::is_same_v<T, base::Guid>)
    return Dynamic::guid(&value);
  else
    return Dynamic();
}

// A list's item as a value of the type on the left, as it would be beside it: null where it is none.
Dynamic as_left(const Dynamic& item, Type left) {
  if (item.kind() != DynamicKind::string) return item;
  switch (left) {
    case Type::datetime: {
      const auto time = base::parse_date_time(item.text());
      return time ? Dynamic::datetime(time->ticks) : Dynamic();
    }
    case Type::timespan: {
      const auto ticks = timespan_ticks_of(item);
      return ticks ? Dynamic::timespan(*ticks) : Dynamic();
    }
    case Type::bool_:
    case Type::int_:
    case Type::long_:
    case Type::real: {
      const auto number = held_number(item);
      if (!number) return Dynamic();
      return number->is_real ? Dynamic::of(number->real) : Dynamic::of(number->whole);
    }
    default:
      return item;
  }
}

struct ArrayKeys {
  std::unordered_set<std::string> keys;
  bool has_bags = false, has_nulls = false;
};

// "Nested arrays are flattened into a single list of values."
void add_keys(const Dynamic& item, Type left, Case fold, ArrayKeys& to) {
  if (item.kind() == DynamicKind::array) {
    for (const Dynamic& inner : item.items()) add_keys(inner, left, fold, to);
    return;
  }
  to.has_bags = to.has_bags || item.kind() == DynamicKind::bag;
  to.has_nulls = to.has_nulls || item.is_null();
  std::string key;
  if (left == Type::string && !item.is_null()) {
    std::string text;
    append_text(text, item);
    append_key(key, Dynamic::string(text), fold);
  } else if (left != Type::guid || item.kind() != DynamicKind::string) {
    append_key(key, as_left(item, left), fold);
  } else if (const auto guid = base::parse_guid(item.text())) {
    append_key(key, Dynamic::guid(&*guid), fold);
  }
  if (!key.empty()) to.keys.insert(std::move(key));
}

// Of a dynamic on the left: a number is what a text in the list says too, and a text the number.
bool has_other_form(const ArrayKeys& keys, const Dynamic& value, Case fold) {
  std::string key;
  if (value.kind() == DynamicKind::string) {
    const Dynamic number = as_left(value, Type::real);
    return append_key(key, number, fold) && keys.keys.contains(key);
  }
  std::string text;
  append_text(text, value);
  return append_key(key, Dynamic::string(text), fold) && keys.keys.contains(key);
}

// x in (dynamic array)
template <Case Fold, bool Negated>
Result<Vector> in_array(const CallContext& context, std::span<const Vector> arguments, size_t rows) {
  const auto arrays = arguments[1].view<Dynamic>();
  const Type type = arguments[0].type();
  if (type == Type::decimal)
    return base::fail(base::ErrorCode::not_supported, "A dynamic list on the right of a decimal.");
  std::shared_ptr<ArrayKeys> keys;
  if (context.state && *context.state) keys = std::static_pointer_cast<ArrayKeys>(*context.state);
  const auto test = [&]<class T>(T) -> Result<Vector> {
    const auto value = arguments[0].view<T>();
    columnar::VectorBuilder out(Type::bool_);
    auto* found = out.resize<uint8_t>(rows);
    std::string key;
    for (size_t row = 0; row < rows; ++row) {
      if (!keys || !arguments[1].is_constant()) {
        keys = std::make_shared<ArrayKeys>();
        add_keys(arrays.is_null(row) ? Dynamic() : arrays[row], type, Fold, *keys);
        if (context.state && arguments[1].is_constant()) *context.state = keys;
      }
      key.clear();
      bool same = false;
      if (!value.is_null(row)) {
        if constexpr (std::is_same_v<T, Dynamic>) {
          if (value[row].kind() == DynamicKind::bag && keys->has_bags)
            return base::fail(base::ErrorCode::not_supported, "A bag in a list with bags.");
          same = (append_key(key, value[row], Fold) && keys->keys.contains(key)) ||
                 has_other_form(*keys, value[row], Fold);
        } else {
          same = append_key(key, as_dynamic(type, value[row]), Fold) && keys->keys.contains(key);
        }
      }
      found[row] = same != Negated;
      if (keys->has_nulls && value.is_null(row)) out.set_null(row);  // as beside ==
    }
    return out.finish();
  };
  if (type == Type::dynamic) return test(Dynamic{});
  return with_native(type, "A list", test);
}

constexpr ScalarFunction in_array_table[] = {
    {"in", "(scalar, dynamic) -> bool", in_array<Case::kept, false>, "Whether a value is in an array."},
    {"!in", "(scalar, dynamic) -> bool", in_array<Case::kept, true>, "Whether a value is not in an array."},
    {"in~", "(scalar, dynamic) -> bool", in_array<Case::ignored, false>, "As in, ignoring case."},
    {"!in~", "(scalar, dynamic) -> bool", in_array<Case::ignored, true>, "As !in, ignoring case."},
};

}  // namespace

std::span<const ScalarFunction> in_array_functions() { return in_array_table; }

}  // namespace vedette::kql
