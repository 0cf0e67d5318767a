// One query's answer as the JSON line of `hunt --batch` (DESIGN, contracts).
#pragma once

#include <string>
#include <string_view>

#include "hunt_options.h"

namespace vedette::server {

inline constexpr size_t answer_bytes_max = size_t{1} << 30;

// `line` is {"id":…,"query":…}. Never fails: what goes wrong is in the answer. Without a line feed.
std::string answer_line(std::string_view line, const HuntOptions& options, const kql::Catalog& tables);

// {"id":…,"ok":false,"error":{…}}; `id` is JSON text.
std::string error_answer(std::string_view id, std::string_view code, const base::Error& error);

// The JSON text of the line's id; "null" when it cannot be read.
std::string id_of_line(std::string_view line);

// "schema":[{"name":…,"type":…},…]
void append_schema(std::string& out, const columnar::Schema& schema);

}  // namespace vedette::server
