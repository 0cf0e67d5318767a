// Entities as documents: the wire JSON of alerts, incidents, tenants, … with versions, an order of all writes, and
// small state beside them. No SQL and no OData text in any signature; every implementation answers equally, by one test
// suite.
//
// Everything belongs to a tenant, which comes first in every key and index. A commit is atomic and durable when it
// returns: entities, state and the change feed together. Readers see whole commits only.
// Threads: all functions may be called from any thread; commits happen one after the other.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "vedette/base/clock.h"
#include "vedette/base/deadline.h"
#include "vedette/base/result.h"
#include "vedette/base/time.h"
#include "vedette/store/expression.h"

namespace vedette::store {

// A property that is kept in an indexed column, so that filters and orders on it read no JSON. Others are read from
// the document. Declared when the store is opened; a new declaration on an old file builds the index.
struct IndexedProperty {
  std::vector<std::string> path;
  ValueKind kind = ValueKind::text;
  bool identifies = false;  // a text that few entities have in common: it is not kept beside other properties
};

struct Collection {
  std::string name;  // "alerts"
  std::vector<IndexedProperty> indexed;
  // All pages of a query show what was there when the first was read, whatever is written meanwhile. For this, what
  // writes replace is kept for past_kept and past_changes_max.
  bool keeps_past = false;
};

inline constexpr base::TimeSpan past_kept{base::ticks_per_hour};
inline constexpr int64_t past_changes_max = 250'000;  // of the tenant

// Who writes: kept in the change feed, for audit.
struct Actor {
  enum class Kind : uint8_t { system, user, application, connector, rule };
  Kind kind = Kind::system;
  std::string id;  // object id, client id, connector name, …
};

struct Entity {
  std::string id;
  int64_t version = 0;   // counts up from 1 at each write of this entity
  int64_t sequence = 0;  // of its last write, see Change
  std::string json;      // the document as it goes over the wire; an object with at least "id"
};

// Versions that a write may ask for beside an exact one.
inline constexpr int64_t any_version = -1;
inline constexpr int64_t must_not_exist = 0;

// Whether a write is told to those who follow the feed. A log of the program's own is kept without: the feed would grow
// by all that the log forgets. Its writes have sequences of their own all the same, which no change has, and pages of
// it show what is there.
enum class Feed : uint8_t { listed, unlisted };

struct EntityWrite {
  std::string collection;
  std::string id;
  std::optional<std::string> json;  // nullopt deletes
  int64_t expected_version = any_version;
  Feed feed = Feed::listed;
};

// A small value under a name: cursors, counters, leases, keys. Versions work as those of entities.
struct StateWrite {
  std::string name;
  std::optional<std::string> value;  // nullopt deletes
  int64_t expected_version = any_version;
};

struct State {
  std::string value;
  int64_t version = 0;
};

struct Commit {
  Actor actor;
  std::vector<EntityWrite> entities;  // of the same entity at most one
  std::vector<StateWrite> states;
};

// The bytes of what the caller has of an entity at this sequence, where it has it: the document is left out of the
// answer then, and need not be read.
using IsHeld = std::function<std::optional<size_t>(int64_t sequence)>;

inline constexpr int64_t page_bytes_max = 16 << 20;

struct Query {
  std::string collection;
  std::shared_ptr<const Expression> filter;  // null: all
  std::vector<OrderBy> order;                // last, by itself: when it came, in the direction of the first
  int64_t skip = 0;
  int64_t top = 50;  // at most top entities in the page
  // At most so many bytes of documents in the page, but one entity always; the next page goes on with the others.
  int64_t bytes_max = page_bytes_max;
  bool count = false;  // count all that match, whatever the page
  std::string after;   // QueryPage::next of the page before; "" for the first
  IsHeld is_held;
  base::DateTime now{};  // what now() is
  base::StopCheck stop;
};

struct QueryPage {
  std::vector<Entity> entities;
  std::optional<int64_t> count;
  std::string next;  // opaque, printable ASCII, bound to the filter and order; "" when nothing follows
};

// One written entity. Sequence numbers count up by one per listed write and tenant, without gaps, in commit order.
struct Change {
  int64_t sequence = 0;
  std::string collection;
  std::string id;
  int64_t version = 0;
  bool deleted = false;
  Actor actor;
  base::DateTime at{};
};

class EntityStore {
 public:
  virtual ~EntityStore() = default;

  // All or nothing. `conflict` when an expected version does not hold, naming the entity or state; `bad_request` for an
  // unknown collection or a document that is no JSON object. The sequence of the last write.
  virtual base::Result<int64_t> commit(std::string_view tenant, const Commit& commit) = 0;

  virtual base::Result<std::optional<Entity>> get(std::string_view tenant, std::string_view collection,
                                                  std::string_view id, const IsHeld& is_held = {}) const = 0;
  // Errors: `bad_request` for a filter that cannot be evaluated (type), an `after` that is foreign, damaged or expired.
  virtual base::Result<QueryPage> query(std::string_view tenant, const Query& query) const = 0;
  // Of the tenant's newest write; 0 when there is none. What is read of its entities is the same while this is.
  virtual base::Result<int64_t> newest_sequence(std::string_view tenant) const = 0;
  // The changes after `sequence`, oldest first, at most `limit`.
  virtual base::Result<std::vector<Change>> changes(std::string_view tenant, int64_t sequence, size_t limit) const = 0;

  virtual base::Result<std::optional<State>> state(std::string_view tenant, std::string_view name) const = 0;
  // The names that start with `prefix`, in order.
  virtual base::Result<std::vector<std::string>> state_names(std::string_view tenant,
                                                             std::string_view prefix) const = 0;
};

// In memory: for tests, and the reference that other implementations are held to.
std::unique_ptr<EntityStore> make_memory_store(std::vector<Collection> collections, const base::Clock& clock);

// One SQLite file (WAL, synchronous=FULL). Several processes may have it open. Errors: `io_error`; `bad_request` for a
// file of a newer format version, or of an older one to be read only.
// read_only: the file must be there (`not_found`) and stays as it is; collections that it does not have are empty, and
// commit() is refused.
enum class Access : uint8_t { read_only, read_write };
base::Result<std::unique_ptr<EntityStore>> open_sqlite_store(const std::string& path,
                                                             std::vector<Collection> collections,
                                                             const base::Clock& clock,
                                                             Access access = Access::read_write);

}  // namespace vedette::store
