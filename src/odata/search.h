// $search (OData 4.01 part 2, section 5.1.7): words and phrases, each to be found in some text of the entity, case
// ignored; `and` (or nothing) between them, `or`, `not`, parentheses. "field/path:value" looks into that property
// alone.
#pragma once

#include <string_view>

#include "vedette/base/result.h"
#include "vedette/edm/model.h"
#include "vedette/store/expression.h"

namespace vedette::odata {

inline constexpr size_t search_bytes_max = 4 * 1024;
inline constexpr size_t search_height_max = 50;
inline constexpr size_t search_terms_max = 32;  // each looks through all texts of an entity

// A predicate over entities of the type: its properties that are texts, and the items of those that are collections of
// texts. bad_request with the target $search.
base::Result<store::Expression> bind_search(std::string_view text, const edm::StructuredType& type);

}  // namespace vedette::odata
