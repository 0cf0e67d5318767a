// An alert whose changes go back to its provider, and how far that is: an entity of /vedette/writeBacks, whose id is
// the alert's. The hidden members are the queue: what was asked for and what is under way, all in the commit that says
// so.
#pragma once

#include <string>
#include <vector>

#include "request_query.h"
#include "vedette/base/result.h"
#include "vedette/base/time.h"
#include "vedette/json/value.h"
#include "vedette/store/entity_store.h"

namespace vedette::federation {

inline constexpr const char* write_back_collection = "writeBacks";

// pending → sending → synchronized, or failed until the next change. `sending` begins before the first request is sent
// and ends when the last was answered: whoever finds it after a crash cannot know what arrived.
struct WriteBackEntry {
  std::string alert_id, provider_alert_id, instance;
  std::string state = "pending";
  int64_t requested = 0;  // the number of the change that is to be written
  int64_t handled = 0;    // of the one that was
  int64_t attempts = 0;   // in a row
  base::DateTime last_attempt{}, next_attempt{}, synchronized{};
  std::string error;

  // While it is sending.
  int64_t begun_for = 0;  // `requested` when it began: part of the requests' keys
  std::vector<ProviderRequest> requests;
  size_t step = 0;  // the first of them that was not answered
  json::Object sent_changes;
  json::Array sent_comments;

  json::Array written_comments;  // of a provider that cannot be read: what it was told
  int64_t version = store::must_not_exist;

  bool is_sending() const { return state == "sending"; }
};

std::string encode(const WriteBackEntry& entry);
base::Result<WriteBackEntry> decode_write_back(const store::Entity& entity);

}  // namespace vedette::federation
