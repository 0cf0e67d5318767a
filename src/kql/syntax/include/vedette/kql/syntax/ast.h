// The syntax tree of KQL: vedette::kql::ast. parse.h makes it.
#pragma once

#include "vedette/kql/syntax/expression.h"
#include "vedette/kql/syntax/node.h"
#include "vedette/kql/syntax/operator.h"
#include "vedette/kql/syntax/statement.h"
