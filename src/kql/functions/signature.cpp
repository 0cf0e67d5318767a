#include "vedette/kql/functions/signature.h"

#include <algorithm>
#include <bit>
#include <cstdint>

#include "ascii_fold.h"

namespace vedette::kql {

namespace {

bool is_numeric(Type type) {
  return type == Type::int_ || type == Type::long_ || type == Type::real || type == Type::decimal;
}

// The first type of the set that `from` widens to, in the order of KQL's preference.
std::optional<Type> widened_into(Type from, TypeSet set) {
  for (const Type to : {Type::long_, Type::real, Type::decimal})
    if (set.contains(to) && widens(from, to)) return to;
  return std::nullopt;
}

struct Matching {
  const Signature& signature;
  std::span<const ArgumentType> arguments;
  int exactness;
  DynamicArguments dynamics;
  bool promotes = false;
  bool returns_generic = false;
  std::optional<Type> generic, number;  // the common type of 'T', and of numbers under 'promoted'

  bool converts_dynamics() const { return exactness >= 2 && dynamics == DynamicArguments::convert; }
  bool is_number_set(const SignatureParameter& parameter) const {
    return parameter.types.contains(Type::int_) && parameter.types.contains(Type::real) && !parameter.generic &&
           !parameter.types.contains(Type::string);
  }

  bool has_dynamic() const {
    const auto is_dynamic = [](const ArgumentType& argument) { return argument.type == Type::dynamic; };
    return std::any_of(arguments.begin(), arguments.end(), is_dynamic);
  }

  bool has_the_dynamic_it_asks_for() const {
    const auto asks = [](const SignatureParameter& parameter) { return parameter.beside; };
    return std::none_of(signature.parameters.begin(), signature.parameters.end(), asks) || has_dynamic();
  }

  // A literal takes any type beside others, unless it may be the result.
  bool adapts(const ArgumentType& argument) const { return argument.string_literal && !returns_generic; }

  bool unify_generic(const ArgumentType& argument, bool uniform) {
    if (adapts(argument) || (argument.type == Type::dynamic && !uniform)) return true;
    if (!generic || *generic == argument.type) return generic = argument.type, true;
    const auto wide = promoted(*generic, argument.type);
    if (!wide || exactness < 1) return false;
    return generic = wide, true;
  }

  // What 'T' and 'promoted' stand for.
  bool unify() {
    for (size_t i = 0; i < arguments.size(); ++i) {
      const SignatureParameter& parameter = signature.parameter_of(i, arguments.size());
      if (parameter.generic) {
        if (!unify_generic(arguments[i], parameter.uniform)) return false;
      } else if (is_number_set(parameter) && is_numeric(arguments[i].type)) {
        number = number ? promoted(*number, arguments[i].type) : arguments[i].type;
      }
    }
    if (generic) return true;
    // Only literals and dynamics: y.k == "x" compares texts.
    for (size_t i = 0; i < arguments.size(); ++i) {
      if (!signature.parameter_of(i, arguments.size()).generic) continue;
      if (!generic || arguments[i].type == Type::string) generic = arguments[i].type;
    }
    return true;
  }

  std::optional<Type> generic_type(const SignatureParameter& parameter, const ArgumentType& argument) const {
    if (!parameter.types.contains(*generic) && !has_dynamic()) return std::nullopt;
    if (argument.type == *generic) return generic;
    if (argument.type == Type::dynamic || adapts(argument)) return exactness >= 2 ? generic : std::optional<Type>();
    return exactness >= 1 && widens(argument.type, *generic) ? generic : std::optional<Type>();
  }

  std::optional<Type> dynamic_as(const SignatureParameter& parameter) const {
    if (!converts_dynamics()) return std::nullopt;
    if (const auto single = parameter.types.single()) return single;
    if (is_number_set(parameter)) return promotes ? number.value_or(Type::real) : Type::real;
    for (const Type type : {Type::string, Type::long_, Type::real, Type::datetime, Type::timespan})
      if (parameter.types.contains(type)) return type;
    return std::nullopt;
  }

  std::optional<Type> argument_type(size_t i) const {
    const SignatureParameter& parameter = signature.parameter_of(i, arguments.size());
    const ArgumentType& argument = arguments[i];
    if (!parameter.literal.empty() && !equal_ignoring_case(argument.text, parameter.literal)) return std::nullopt;
    if (parameter.generic) return generic_type(parameter, argument);
    if (parameter.mixed) return exactness >= 3 ? std::optional(argument.type) : std::nullopt;
    if (parameter.text)
      return argument.type == Type::string || exactness >= 1 ? std::optional(Type::string) : std::nullopt;
    if (parameter.types.contains(argument.type)) {
      if (!promotes || !is_number_set(parameter) || !is_numeric(argument.type) || argument.type == *number)
        return argument.type;
      return exactness >= 1 ? number : std::optional<Type>();
    }
    if (argument.type == Type::dynamic) return dynamic_as(parameter);
    return exactness >= 1 ? widened_into(argument.type, parameter.types) : std::optional<Type>();
  }

  std::optional<Type> result_type(const SignatureResult& result, const std::vector<Type>& types) const {
    switch (result.kind) {
      case SignatureResult::Kind::fixed:
        return result.type;
      case SignatureResult::Kind::generic:
        return generic;
      case SignatureResult::Kind::promoted:
        return number ? number : std::optional<Type>(Type::real);
      case SignatureResult::Kind::argument:
        return result.argument < types.size() ? types[result.argument] : std::optional<Type>();
    }
    return std::nullopt;
  }
};

// Whether a later row replaces the one found first: it says the same of typed arguments and makes more of dynamics, a
// real rather than a whole number.
bool takes_more_of_dynamics(const std::vector<Type>& other, const std::vector<Type>& types,
                            std::span<const ArgumentType> arguments) {
  bool more = false;
  for (size_t i = 0; i < types.size(); ++i) {
    if (other[i] == types[i]) continue;
    if (arguments[i].type != Type::dynamic || other[i] == Type::decimal || !widens(types[i], other[i])) return false;
    more = true;
  }
  return more;
}

template <class Function>
std::span<const Function> rows_of(std::span<const Function> table, std::string_view name) {
  const auto less = [](const auto& a, const auto& b) {
    if constexpr (std::is_same_v<std::decay_t<decltype(a)>, std::string_view>)
      return a < b.name;
    else
      return a.name < b;
  };
  const auto first = std::lower_bound(table.begin(), table.end(), name, less);
  auto last = first;
  while (last != table.end() && last->name == name) ++last;
  return {first, last};
}

template <class Function>
std::vector<Signature> parse_all(std::span<const Function> table) {
  std::vector<Signature> out;
  out.reserve(table.size());
  for (const Function& row : table) {
    auto parsed = parse_signature(row.signature);
    out.push_back(parsed ? std::move(*parsed) : Signature{});  // malformed rows: refused by the registry's test
  }
  return out;
}

}  // namespace

std::optional<Type> TypeSet::single() const {
  if (!std::has_single_bit(bits)) return std::nullopt;
  return static_cast<Type>(std::countr_zero(bits));
}

bool Signature::takes(size_t argument_count) const {
  const auto least = static_cast<size_t>(
      std::count_if(parameters.begin(), parameters.end(), [](const auto& parameter) { return !parameter.optional; }));
  if (argument_count < least) return false;
  if (group > 0) return (argument_count - parameters.size()) % group == 0;
  return argument_count <= parameters.size() || (!parameters.empty() && parameters.back().repeated);
}

const SignatureParameter& Signature::parameter_of(size_t argument, size_t argument_count) const {
  if (group == 0) return parameters[std::min(argument, parameters.size() - 1)];
  const size_t behind = parameters.size() - group;  // parameters behind the group, at the end
  if (argument + behind < argument_count) return parameters[argument % group];
  return parameters[argument + parameters.size() - argument_count];
}

std::string_view conversion_to(Type type) {
  switch (type) {
    case Type::bool_:
      return "tobool";
    case Type::int_:
      return "toint";
    case Type::long_:
      return "tolong";
    case Type::real:
      return "toreal";
    case Type::decimal:
      return "todecimal";
    case Type::string:
      return "tostring";
    case Type::datetime:
      return "todatetime";
    case Type::timespan:
      return "totimespan";
    case Type::guid:
      return "toguid";
    case Type::dynamic:
      return "todynamic";
  }
  return "";
}

bool widens(Type from, Type to) {
  switch (from) {
    case Type::int_:
      return to == Type::long_ || to == Type::real || to == Type::decimal;
    case Type::long_:
      return to == Type::real || to == Type::decimal;
    default:
      return false;
  }
}

std::optional<Type> promoted(Type a, Type b) {
  if (!is_numeric(a) || !is_numeric(b)) return std::nullopt;
  if (a == b) return a;
  if (a == Type::real || b == Type::real) return Type::real;
  if (a == Type::decimal || b == Type::decimal) return Type::decimal;
  return Type::long_;
}

std::optional<ResolvedSignature> match(const Signature& signature, std::span<const ArgumentType> arguments,
                                       int exactness, DynamicArguments dynamics) {
  if (!signature.takes(arguments.size())) return std::nullopt;
  Matching matching{signature, arguments, exactness, dynamics, false, false, {}, {}};
  for (const SignatureResult& result : signature.results) {
    matching.promotes = matching.promotes || result.kind == SignatureResult::Kind::promoted;
    matching.returns_generic = matching.returns_generic || result.kind == SignatureResult::Kind::generic;
  }
  if (!matching.unify() || !matching.has_the_dynamic_it_asks_for()) return std::nullopt;
  ResolvedSignature out;
  for (size_t i = 0; i < arguments.size(); ++i) {
    const auto type = matching.argument_type(i);
    if (!type) return std::nullopt;
    out.argument_types.push_back(*type);
  }
  for (const SignatureResult& result : signature.results) {
    const auto type = matching.result_type(result, out.argument_types);
    if (!type) return std::nullopt;
    out.result_types.push_back(*type);
  }
  return out;
}

ScalarOverload resolve_scalar(std::string_view name, std::span<const ArgumentType> arguments) {
  const auto rows = find_scalar(name);
  ScalarOverload found;
  for (int exactness = 0; exactness <= 3 && !found.function; ++exactness)
    for (const ScalarFunction& row : rows) {
      auto types = match(signature_of(row), arguments, exactness, DynamicArguments::convert);
      if (types &&
          (!found.function || takes_more_of_dynamics(types->argument_types, found.types.argument_types, arguments)))
        found = {&row, std::move(*types)};
    }
  return found;
}

std::span<const ScalarFunction> find_scalar(std::string_view name) { return rows_of(scalar_functions(), name); }
std::span<const AggregateFunction> find_aggregate(std::string_view name) {
  return rows_of(aggregate_functions(), name);
}

const Signature& signature_of(const ScalarFunction& function) {
  static const std::vector<Signature> parsed = parse_all(scalar_functions());
  return parsed[static_cast<size_t>(&function - scalar_functions().data())];
}

const Signature& signature_of(const AggregateFunction& function) {
  static const std::vector<Signature> parsed = parse_all(aggregate_functions());
  return parsed[static_cast<size_t>(&function - aggregate_functions().data())];
}

}  // namespace vedette::kql
