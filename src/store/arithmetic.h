// add, sub, mul, div, mod over numbers (OData 4.01 part 2, 5.1.1.2). Two whole numbers give a whole number. What has no
// value as such (overflow, division of whole numbers by zero) and what is no number is null.
#pragma once

#include "vedette/store/expression.h"

namespace vedette::store {

Literal arithmetic(Operator op, const Literal& left, const Literal& right);
Literal negated(const Literal& value);

}  // namespace vedette::store
