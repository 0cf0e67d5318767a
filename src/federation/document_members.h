// Members of the documents that the module keeps.
#pragma once

#include "vedette/base/time.h"
#include "vedette/json/value.h"

namespace vedette::federation {

// 0 when there is none.
inline int64_t number_in(const json::Value& document, std::string_view name) {
  const json::Value* member = json::find(document, name);
  return member && member->is_int64() ? member->get_int64() : 0;
}

// The zero of time stands for none, in a document for null.
inline base::DateTime time_in(const json::Value& document, std::string_view name) {
  return base::parse_iso_date_time(json::find_string(document, name)).value_or(base::DateTime{});
}
inline void set_time(json::Object& document, std::string_view name, base::DateTime time) {
  document[name] = time == base::DateTime{} ? json::Value(nullptr) : json::Value(base::format_date_time(time));
}

}  // namespace vedette::federation
