// What the nodes of a syntax tree are made of: arena, lists, names and type names.
//
// Nodes are immutable once parsed, trivially destructible and live as long as the arena of their Query. Every
// std::string_view in a node points into the query's text or into its arena. Columns and names of `SourceSpan` are
// those of base/error.h. The tree of an expression is at most SyntaxLimits::tree_height_max nodes high (parse.h), so
// that plain recursion over it is safe.
#pragma once

#include <cstdint>
#include <memory_resource>
#include <span>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

#include "vedette/base/error.h"

namespace vedette::kql::ast {

using base::SourceSpan;

template <class T>
using List = std::span<const T>;

// Owns nodes, lists and texts; frees them all at once. Not safe for concurrent use while a tree is built.
class Arena {
 public:
  template <class T>
  T* make(T node) {
    static_assert(std::is_trivially_destructible_v<T>, "an arena does not run destructors");
    return new (memory_.allocate(sizeof(T), alignof(T))) T(std::move(node));
  }
  template <class T>
  List<T> list(const std::vector<T>& items) {
    static_assert(std::is_trivially_destructible_v<T>, "an arena does not run destructors");
    if (items.empty()) return {};
    T* copy = static_cast<T*>(memory_.allocate(items.size() * sizeof(T), alignof(T)));
    for (size_t i = 0; i < items.size(); ++i) new (copy + i) T(items[i]);
    return {copy, items.size()};
  }
  std::string_view text(std::string_view source);

 private:
  std::pmr::monotonic_buffer_resource memory_;
};

// A name that is declared or used: `x`, `['my col']`, `["x"]`, and, where the grammar lets it, a pattern such as `s*`.
struct Name {
  std::string_view text;  // without brackets and quotes, escapes resolved; empty when there is no name
  SourceSpan span;
  bool quoted = false;    // in brackets: never a keyword, never a pattern
  bool wildcard = false;  // has a `*` outside brackets
  bool empty() const { return text.empty(); }
};

// The scalar types; aliases (`boolean`, `int64`, `double`, `date`, `time`, `uuid`, …) are resolved.
enum class ScalarType : uint8_t {
  unknown,  // `let f = (x) {…}` has none; never in a declared column
  boolean,
  int_,
  long_,
  real,
  decimal,
  string,
  datetime,
  timespan,
  guid,
  dynamic,
};

const char* to_string(ScalarType type);                 // "bool", "int", "long", …; "unknown"
ScalarType scalar_type_from(std::string_view keyword);  // unknown when the word names no type

// `name: type` in datatable, externaldata, parse-kv, assert-schema, typeof(a:long) and tabular parameters.
struct Column {
  Name name;
  ScalarType type = ScalarType::unknown;
};

// `(a:long, *)`: the star (anywhere) lets further columns in.
struct Schema {
  List<Column> columns;
  bool open = false;
  SourceSpan span;
};

}  // namespace vedette::kql::ast
