// Edm.Duration: an ISO 8601 duration of days and time, "[-]P1DT2H3M4.5S" (XML Schema's dayTimeDuration).
#pragma once

#include <optional>
#include <string_view>

#include "vedette/base/time.h"

namespace vedette::odata {

std::optional<base::TimeSpan> parse_xml_duration(std::string_view text);

}  // namespace vedette::odata
