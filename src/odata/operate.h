// Actions, functions and deposits.
#pragma once

#include "call.h"

namespace vedette::odata {

base::Result<http::Response> run_operation(const Call& call);
base::Result<http::Response> run_deposit(const Call& call);

}  // namespace vedette::odata
