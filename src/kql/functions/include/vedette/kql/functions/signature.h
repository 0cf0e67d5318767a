// Signatures as written in the tables of functions (grammar in function.h), parsed, and the choice among overloads.
//
// A resolved call says which types the arguments must have; whoever binds inserts the conversions, so that a kernel
// only ever sees:
//   a type by name            exactly that type
//   'number', 'summable', a|b  the argument's own type; but with result 'promoted' every number has the promoted type
//                             (int → long → real, long → decimal → real), so a kernel for + has one type a call
//   'T'                       one type for all of them; with the result 'T' a string literal is a string like others
//   'ordered'                 as T; two strings or two guids do not fit, a dynamic takes the type of either
//   'U'                       as T, but dynamics only among themselves
//   'mixed'                   whatever type the argument has, when no other overload fits
//   'beside'                  as mixed, when one of the arguments is a dynamic
//   'scalar'                  whatever type the argument has
//   'text'                    string
// A dynamic argument fits every parameter of a scalar function, and is converted to it. An untyped null
// (`dynamic(null)` aside) does not exist in KQL, so every argument has a type.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "vedette/base/result.h"
#include "vedette/kql/functions/function.h"

namespace vedette::kql {

struct TypeSet {
  uint16_t bits = 0;  // bit i: the Type with value i
  bool contains(Type type) const { return bits >> static_cast<int>(type) & 1; }
  std::optional<Type> single() const;
};

struct SignatureParameter {
  std::string name;  // may be empty
  TypeSet types;
  bool generic = false;   // 'T', 'ordered', 'U'
  bool uniform = false;   // 'U'
  bool mixed = false;     // 'mixed', 'beside'
  bool beside = false;    // 'beside'
  bool text = false;      // 'text'
  bool optional = false;  // '?'
  bool repeated = false;  // '...'
  bool star = false;      // '*', aggregates only
  std::string literal;    // not empty: only this constant, ignoring case
};

struct SignatureResult {
  enum class Kind : uint8_t { fixed, generic, argument, promoted };
  Kind kind = Kind::fixed;
  Type type = Type::string;  // fixed
  size_t argument = 0;       // argument: from 0
};

struct Signature {
  std::vector<SignatureParameter> parameters;
  size_t group = 0;                      // how many leading parameters repeat together
  std::vector<SignatureResult> results;  // one for a scalar function

  bool takes(size_t argument_count) const;
  const SignatureParameter& parameter_of(size_t argument, size_t argument_count) const;
};

// Error `internal` naming the place: tables are written by us.
base::Result<Signature> parse_signature(std::string_view text);

enum class DynamicArguments : uint8_t { convert, refuse };  // of scalar functions, of aggregates

struct ArgumentType {
  Type type = Type::string;
  bool string_literal = false;  // adapts to 'T': Timestamp > "2024-01-01"
  std::string_view text = {};   // of a string literal
};

struct ResolvedSignature {
  std::vector<Type> argument_types;
  std::vector<Type> result_types;
};

// How `arguments` fit `signature`; nullopt when they do not. Exactness: 0 = as they are, 1 = numbers widened,
// 2 = dynamics converted, 3 = mixed.
std::optional<ResolvedSignature> match(const Signature& signature, std::span<const ArgumentType> arguments,
                                       int exactness, DynamicArguments dynamics);

struct ScalarOverload {
  const ScalarFunction* function = nullptr;
  ResolvedSignature types;
};

// The overload of `name` for these arguments, chosen as function.h says. nullptr function when none fits.
ScalarOverload resolve_scalar(std::string_view name, std::span<const ArgumentType> arguments);

// The rows of that name, in their order; empty when there is none.
std::span<const ScalarFunction> find_scalar(std::string_view name);
std::span<const AggregateFunction> find_aggregate(std::string_view name);

// The parsed signature of a row of scalar_functions() or aggregate_functions(), parsed once.
const Signature& signature_of(const ScalarFunction& function);
const Signature& signature_of(const AggregateFunction& function);

// Widest of two numeric types: int, long, real; decimal with int or long is decimal, with real is real: a real may be
// too large or too small for a decimal.
std::optional<Type> promoted(Type a, Type b);
// The function that makes a value of `type` from another: "tolong", "todatetime", …
std::string_view conversion_to(Type type);
// Whether a value of type `from` is taken for `to` without being written: int → long → real, int, long → decimal.
bool widens(Type from, Type to);

}  // namespace vedette::kql
