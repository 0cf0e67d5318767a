// Alerts whose provider sends them in several records, which need not come together (ingest::part_member). What the
// parts say of the alert itself is the newest part's; the evidence is that of all of them, and the alert lasts as long
// as they do together. The order in which parts arrive does not matter.
#pragma once

#include "vedette/json/value.h"

namespace vedette::resources {

// Of one alert. With more, those that come first by their text stay, and additionalData says so (`evidenceLeftOut`).
inline constexpr size_t united_evidence_max = 2000;

bool is_part(const json::Object& alert);
// Adds what the other part has, and sorts the evidence. False when nothing changed.
bool unite_parts(json::Object& into, const json::Object& other);

}  // namespace vedette::resources
