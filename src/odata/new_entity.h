// New entities of sets without an insert behaviour of their own, and what the server writes by itself.
//
// The client's values, held to the model; what it says of computed properties is dropped. Then defaults, stamps
// (Vedette.V1.Stamp) and the key, a new guid. What must not be null, or is required, and is still absent is refused.
#pragma once

#include "call.h"

namespace vedette::odata {

// `body` held to the model, without computed properties. Links (nav@odata.bind) that are inlined come out as
// references:
// {"nav": {"id": …}}.
base::Result<json::Object> conform_new(const Call& call, const json::Object& body);

// The whole new document.
base::Result<json::Object> new_document(const Call& call, json::Object members);
// One that exists before anybody wrote it: defaults alone.
json::Object initial_document(const Call& call);

// What an update stamps.
void stamp_update(const Call& call, json::Object& document);

// The hidden members: whose it is and below what it stands.
void add_links(const Call& call, json::Object& document);

}  // namespace vedette::odata
