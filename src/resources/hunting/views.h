// The views shipped in schema/views, bound.
#pragma once

#include <map>
#include <memory>
#include <string>

#include "vedette/base/result.h"
#include "vedette/kql/plan/plan.h"

namespace vedette::resources {

using BoundViews = std::map<std::string, std::shared_ptr<const kql::BoundQuery>, std::less<>>;

// By table name, bound at first use. A view that does not bind is a defect of the program, which a test finds.
const BoundViews& alert_views();

base::Result<std::shared_ptr<const kql::BoundQuery>> bind_alert_view(std::string_view text);

}  // namespace vedette::resources
