// An alert whose changes go back to its provider, and how far that is: an entity of /vedette/writeBacks, whose id is
// the alert's. The hidden members are the queue: what was asked for and what is under way, all in the commit that says
// so.
#pragma once

#include <string>
#include <vector>

#include "delivery.h"

namespace vedette::federation {

// pending → sending → synchronized, or failed until the next change. `sending` begins before the first request is sent
// and ends when the last was answered: whoever finds it after a crash cannot know what arrived.
struct WriteBackEntry : ChangeDelivery {
  static constexpr const char* collection = "writeBacks";
  static base::Result<WriteBackEntry> decode(const store::Entity& entity);

  std::string provider_alert_id;

  // While it is sending.
  int64_t begun_for = 0;  // `requested` when it began: part of the requests' keys
  std::vector<ProviderRequest> requests;
  size_t step = 0;  // the first of them that was not answered
  json::Object sent_changes;
  json::Array sent_comments;

  json::Array written_comments;  // that the provider was told and may not tell: those of one that cannot be read, and
                                 // what requests say they carry
};

std::string encode(const WriteBackEntry& entry);

}  // namespace vedette::federation
