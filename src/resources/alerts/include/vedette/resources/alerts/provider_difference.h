// What users changed of an alert that its provider does not know: what is to be written back.
#pragma once

#include <string>
#include <vector>

#include "vedette/base/result.h"
#include "vedette/json/value.h"
#include "vedette/store/entity_store.h"

namespace vedette::resources {

struct AlertDifference {
  json::Object changes;  // alert_user_properties that differ, as the document has them
  json::Array comments;  // of the document, that the provider does not have
  bool empty() const { return changes.empty() && comments.empty(); }
};

// `provider` is the alert as the provider has it, in our form; only what users may change is looked at.
AlertDifference difference_from(const json::Object& document, const json::Object& provider);

// Of `ours`, comments made here, those that are not among `theirs`. A comment that was written to a provider comes back
// with the provider's author and time: one with the same text, not earlier by more than the clocks may differ, is its
// echo. Each of theirs is the echo of one of ours at most; `echoes` gets their places.
std::vector<const json::Value*> without_echoes(const std::vector<const json::Value*>& ours, const json::Array& theirs,
                                               std::vector<size_t>* echoes = nullptr);

// What the newest copy of the alert said of what users may change, with its "hash"; empty when there was none.
base::Result<json::Object> newest_copy(const store::EntityStore& store, std::string_view tenant,
                                       std::string_view alert_id);

// What the provider was told, and took, is what it says from now on: where its next copy says otherwise, it was changed
// there. Without this, a change there back to what the copy before said would look like none.
base::Status mark_written(store::EntityStore& store, std::string_view tenant, std::string_view alert_id,
                          const json::Object& changes);

}  // namespace vedette::resources
