#include "text_conversion.h"

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
  return conversion.function->kernel(query.call(&state), {&text, 1}, text.size());
}

}  // namespace vedette::kql
