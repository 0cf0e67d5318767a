// What a KQL function is: one kernel and one row in its family's table.
//
// A family is a .cpp file with kernels and, at its end, a table of ScalarFunction or AggregateFunction rows;
// registry.cpp lists the families. Operators (`+`, `has`, `==`, …) are rows like any other, under their KQL spelling.
#pragma once

#include <memory>
#include <span>
#include <string_view>
#include <vector>

#include "vedette/base/deadline.h"
#include "vedette/base/result.h"
#include "vedette/base/time.h"
#include "vedette/columnar/vector.h"

namespace vedette::kql {

using columnar::Type;
using columnar::Vector;

// What a kernel may ask of the query that calls it.
struct CallContext {
  base::DateTime now;                     // one instant for the whole query
  const base::StopCheck* stop = nullptr;  // asked at least once every few thousand rows
  base::MemoryBudget* memory = nullptr;
  std::shared_ptr<void>* state =
      nullptr;  // the call site's own: a compiled regex, a parsed constant. One thread at a time
};

// Computes `rows` results from argument vectors of `rows` rows each (constants are is_constant()). Returns a vector of
// the bound result type. When every argument is constant the evaluator calls it once with rows = 1.
// An error ends the query; a value that cannot be computed (bad text, overflow of a conversion) is a null in its row.
using ScalarKernel = base::Result<Vector> (*)(const CallContext&, std::span<const Vector> arguments, size_t rows);

enum class Determinism : uint8_t { pure, per_query, per_row };  // per_query: now(); per_row: rand(), new_guid()

// Signatures are text, read once at start-up (signature.h):
//
//   signature := '(' [group ','] [parameter {',' parameter}] ')' '->' result
//   group     := '[' parameter {',' parameter} ']...'     those parameters one or more times
//   parameter := [name ':'] type ['?'] ['...']          '?' may be left out; '...' one or more, the last parameter only
//   type      := '"' text '"'                             this constant alone, ignoring case
//              | 'bool' | 'int' | … | 'dynamic'         exactly, or by KQL's implicit conversions
//              | 'number'                               int, long, real or decimal
//              | 'summable'                             number or timespan
//              | 'scalar'                               anything
//              | 'text'                                 anything, as tostring() writes it
//              | 'T'                                    anything, the same for every T; dynamics become it, and so do
//                                                       literals of strings unless the result is T
//              | 'ordered'                              as T, of what has an order: two strings have none, nor guids
//              | 'U'                                    as T, but dynamics only beside dynamics
//              | 'mixed'                                anything, when no other row fits
//              | 'beside'                               as mixed, when one of the arguments is a dynamic
//              | type '|' type
//   result    := 'bool' | … | 'T' | 'U' | '$1' (type of argument 1) | 'promoted' (widest of the numeric arguments)
//
// Rows of the same name are overloads, tried in order: exact matches first, then with numbers widened (int → long →
// real, long → decimal), then with dynamics converted, then mixed. Of rows that convert dynamics the last one counts
// that makes more of them: a real rather than a whole number.
struct ScalarFunction {
  std::string_view name;
  std::string_view signature;
  ScalarKernel kernel;
  std::string_view summary;  // one line for the generated reference
  Determinism determinism = Determinism::pure;
};

// The state of one aggregate call for all groups of a summarize: columns of states, not objects per group.
class Accumulator {
 public:
  virtual ~Accumulator() = default;
  // Row i of the arguments belongs to group groups[i]; groups are numbered from 0 and number `group_count` so far.
  virtual base::Status update(const CallContext&, std::span<const Vector> arguments, std::span<const uint32_t> groups,
                              size_t group_count) = 0;
  // Whether rows of these arguments change nothing, whichever of the groups they belong to. False when it is not known.
  virtual bool is_settled(std::span<const Vector>, std::span<const uint32_t>) const { return false; }
  // Adds other's group i to this group groups[i]. `other` is of the same class.
  virtual base::Status merge(Accumulator& other, std::span<const uint32_t> groups, size_t group_count) = 0;
  // One row per group; several vectors only for arg_max, arg_min, take_any and percentiles.
  virtual base::Result<std::vector<Vector>> finish(const CallContext&, size_t group_count) = 0;
  virtual int64_t held_bytes() const = 0;  // charged to the query's memory budget after each batch
};

// How the column of an unnamed aggregate is called (KQL: "summarize", result naming).
enum class Naming : uint8_t {
  prefix_of_argument,  // sum(x) → sum_x; sum(x + 1) → sum_
  prefix_of_two,       // covariance(x, y) → covariance_x_y
  prefix_alone,        // count() → count_
  argument,            // take_any(x) → x; arg_max(x, y) → x, y
};

struct BoundAggregate {
  std::vector<Type> argument_types;
  std::vector<Vector> constants;  // per argument: its one-row value when it is constant, else empty (size 0)
  std::vector<Type> result_types;
};

struct AggregateFunction {
  std::string_view name;
  std::string_view signature;  // `results := type {',' type}`; '*' as last parameter: arg_max(x, *)
  std::string_view prefix;     // "sum" of sum_x
  Naming naming = Naming::prefix_of_argument;
  base::Result<std::unique_ptr<Accumulator>> (*create)(const BoundAggregate&);
  std::string_view summary;
};

// A function of the documentation that there is not, and why: "… is not supported: <reason>."
struct RefusedFunction {
  std::string_view name, reason;
};
std::span<const RefusedFunction> refused_functions();

// All functions, sorted by name. The spans live as long as the program.
std::span<const ScalarFunction> scalar_functions();
std::span<const AggregateFunction> aggregate_functions();

}  // namespace vedette::kql
