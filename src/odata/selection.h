// $select (OData 4.01 part 2, section 5.1.4): which properties of a structured value are written.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "vedette/base/result.h"
#include "vedette/edm/model.h"

namespace vedette::odata {

inline constexpr size_t select_items_max = 200;

struct Selection {
  bool all = true;
  std::map<std::string, Selection, std::less<>> members;  // when not all, by the model's names
  std::string text;                                       // in the model's names: "id,comments/comment"

  // What is written of the property; null: nothing.
  const Selection* find(std::string_view property) const;
};

// bad_request naming unknown properties and their nearest names. Navigation properties are let pass: what is expanded
// is written anyway.
base::Result<Selection> parse_select(std::string_view text, const edm::StructuredType& type);

// Cuts at `separator` outside of quotes and parentheses; blanks around the parts are removed.
std::vector<std::string_view> split_list(std::string_view text, char separator);

}  // namespace vedette::odata
