// The parts of a URL as OData reads them (OData 4.01 part 2, sections 2 and 5.1).
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "vedette/base/result.h"
#include "vedette/http/percent.h"

namespace vedette::odata {

inline constexpr size_t segments_max = 20;

using http::percent_decode;
using http::percent_encode;  // '/' too: clients cut links at the last one
using http::Plus;

// The decoded segments; doubled slashes and one at the end are tolerated.
base::Result<std::vector<std::string>> split_path(std::string_view path);

struct QueryOption {
  std::string name;  // as sent, decoded
  std::string value;
  std::string key;  // of `system`; "" for an option of the client's own
};

// System options by their name in lower case without '$' ("filter"), and every option in order, for links.
struct QueryOptions {
  std::map<std::string, std::string, std::less<>> system;
  std::vector<QueryOption> all;

  const std::string* find(std::string_view name) const;
  // bad_request for a repeated one; of $top the last counts, since clients append their own to links.
  base::Status add(QueryOption option);
};

// Names in any case, with or without '$'. Errors name unknown, refused and repeated options.
base::Result<QueryOptions> parse_query(std::string_view query);

}  // namespace vedette::odata
