#include "text_conversion.h"

#include "vedette/kql/functions/call_scope.h"
#include "vedette/kql/functions/signature.h"

namespace vedette::kql {
namespace {

base::Result<Vector> convert(const Vector& values, Type type, QueryContext& query) {
  const ArgumentType argument{values.type(), false};
  const ScalarOverload conversion = resolve_scalar(conversion_to(type), {&argument, 1});
  if (!conversion.function)
    return base::fail(base::ErrorCode::not_supported, "Conversion of " + std::string(to_string(values.type())) +
                                                          " to " + std::string(to_string(type)) + " is not supported.");
  std::shared_ptr<void> state;
  const CallContext context = query.call(&state);
  const CallScope scope(context);
  Vector result = TRY(conversion.function->kernel(context, {&values, 1}, values.size()));
  TRY(check_dynamics(result));
  return result;
}

}  // namespace

base::Result<Vector> convert_text(const Vector& text, Type type, QueryContext& query) {
  if (type == Type::string) return text;
  return convert(text, type, query);
}

base::Result<Vector> to_text(const Vector& values, QueryContext& query) {
  if (values.type() == Type::string) return values;
  return convert(values, Type::string, query);
}

}  // namespace vedette::kql
