// How the store compares values of the model's types.
#pragma once

#include "vedette/edm/model.h"
#include "vedette/store/expression.h"

namespace vedette::odata {

// Enumerations, guids, dates and durations are kept and compared as their canonical texts.
store::ValueKind value_kind(const edm::TypeRef& type);

bool is_number(const edm::TypeRef& type);
bool is_integer(const edm::TypeRef& type);
// Text that is nothing more: no enumeration, no guid.
bool is_text(const edm::TypeRef& type);

// "#name" of the type and of all derived ones, and the same without '#': what "@odata.type" may say.
std::vector<std::string> type_annotations(const edm::StructuredType& type);

std::vector<std::string_view> names_of(const std::vector<edm::Property>& properties);
std::vector<std::string_view> names_of(const edm::EnumType& type);

}  // namespace vedette::odata
