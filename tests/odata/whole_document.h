// Documents that tests store: what the model says is never null is there, as it is in those of the program.
#pragma once

#include <string_view>
#include <vector>

#include "vedette/edm/model.h"
#include "vedette/json/value.h"

namespace vedette::odata {

// `collection` is of the store. What has no type of a model comes back as it is.
json::Object whole_document(const std::vector<const edm::Model*>& models, std::string_view collection,
                            json::Object document);

}  // namespace vedette::odata
