// Follows a tenant's change feed for what users want of providers: changes of alerts that providers sent are marked to
// be written back, and security actions go to the connectors that take them, in the commit that moves the place in the
// feed past them. What connectors and the server itself write is no change of a user: an echo of what was written back
// ends here. Incidents are marked whoever changed them, where users said anything about them that a provider of their
// alerts does not know (incident_write_back.h).
#pragma once

#include <set>
#include <string>
#include <vector>

#include "action_dispatch.h"
#include "vedette/base/clock.h"
#include "vedette/base/result.h"
#include "vedette/store/entity_store.h"

namespace vedette::federation {

// The instances for which the feed is read.
struct FeedReaders {
  std::set<std::string> writers;           // that write alerts back
  std::set<std::string> incident_writers;  // and incidents
  std::vector<ActionTaker> takers;         // that carry actions out
};

// Belongs to one thread.
class FeedFollower {
 public:
  FeedFollower(store::EntityStore& store, const base::Clock& clock, std::string tenant)
      : store_(store), clock_(clock), tenant_(std::move(tenant)) {}

  // Finds the place to go on at; a tenant that is new to this begins at the feed's end. To be called before the
  // tenant's instances start: what users change of the first alert that one stores is behind it.
  base::Status begin();
  // True when there is more to read at once.
  base::Result<bool> follow(const FeedReaders& readers);

 private:
  base::Result<bool> mark(const store::Change& change, const std::set<std::string>& writers, store::Commit& commit);

  store::EntityStore& store_;
  const base::Clock& clock_;
  const std::string tenant_;
  bool loaded_ = false;
  int64_t position_ = 0, stored_ = 0, version_ = 0;
};

}  // namespace vedette::federation
