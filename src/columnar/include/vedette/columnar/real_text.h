#pragma once

#include <string>

#include "vedette/columnar/dynamic.h"

namespace vedette::columnar {

// A finite real as KQL's engine writes it into text. It reads back to the same value, but is not always the nearest of
// the shortest texts: 40.764323000000008 for 40.764323000000005. The engine writes reals with RapidJSON (as recorded
// answers show), whose algorithm this is: Loitsch, "Printing Floating-Point Numbers Quickly and Accurately with
// Integers" (PLDI 2010), Grisu2, with the last digit not rounded towards the value beyond the ninth after the point.
// Forms: 0.00001, 1e-6, 12.5, 100000000000000000000.0 (21 digits before the point), 1e21, 1.5e300, -0.0.
void append_real_text(std::string& out, double value);

// append_json() with reals in that form: what KQL makes into text. Answers on the wire have the shortest form.
void append_engine_json(std::string& out, const Dynamic& value);

}  // namespace vedette::columnar
