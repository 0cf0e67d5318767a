// Binds a parsed $filter to the model: names to properties, literals to their types. What comes out is what the store
// evaluates; what it could not evaluate exactly is refused here, with the position.
#pragma once

#include <string_view>

#include "filter_syntax.h"
#include "vedette/edm/model.h"
#include "vedette/store/expression.h"

namespace vedette::odata {

struct FilterScope {
  const edm::Model& model;
  const edm::StructuredType& type;
  const edm::Capabilities& capabilities;  // what may be filtered by
  base::DateTime now;                     // of now()
};

// A predicate. Errors: semantic_error and not_supported, naming the position and the nearest property.
base::Result<store::Expression> bind_filter(const FilterNode& filter, std::string_view text, const FilterScope& scope);

}  // namespace vedette::odata
