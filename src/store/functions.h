// The canonical functions of OData 4.01 (part 2, 5.1.1.5 to 5.1.1.9) over values that are not null. Arguments of other
// types give null. Positions and lengths count Unicode code points.
#pragma once

#include <span>
#include <string_view>

#include "vedette/store/expression.h"

namespace vedette::store {

Literal call_function(Function function, std::span<const Literal> arguments);

// Flags stand as their names, joined by commas: whether all that are `asked` are among those `held`.
bool has_flags(std::string_view held, std::string_view asked);

}  // namespace vedette::store
