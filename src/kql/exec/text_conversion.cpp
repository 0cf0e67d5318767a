#include "text_conversion.h"

#include "vedette/kql/functions/call_scope.h"
#include "vedette/kql/functions/signature.h"

namespace vedette::kql {
base::Result<Vector> convert_text(const Vector& text, Type type, QueryContext& query) {
  if (type == Type::string) return text;
  const ArgumentType argument{Type::string, false};
  const ScalarOverload conversion = resolve_scalar(conversion_to(type), {&argument, 1});
  if (!conversion.function)
    return base::fail(base::ErrorCode::not_supported,
                      "Conversion of text to " + std::string(to_string(type)) + " is not supported.");
  std::shared_ptr<void> state;
  const CallContext context = query.call(&state);
  const CallScope scope(context);
  Vector result = TRY(conversion.function->kernel(context, {&text, 1}, text.size()));
  TRY(check_dynamics(result));
  return result;
}

}  // namespace vedette::kql
