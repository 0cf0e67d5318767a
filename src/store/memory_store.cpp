// The reference: ordered maps, whole scans, no index.
#include <algorithm>
#include <deque>
#include <map>
#include <mutex>
#include <shared_mutex>

#include "check_query.h"
#include "documents.h"
#include "evaluate.h"
#include "page_cursor.h"

namespace vedette::store {

using base::ErrorCode;
using base::fail;
using base::Result;

namespace {

struct Stored {
  Entity entity;
  json::Value document;
  int64_t number = 0;  // the sequence of its first write
};

// What the change `until` replaced.
struct Past {
  Stored stored;
  int64_t until;
};

struct Logged {
  Change change;
  bool listed;
};

struct Tenant {
  std::map<std::string, std::map<std::string, Stored, std::less<>>, std::less<>> collections;
  std::map<std::string, std::deque<Past>, std::less<>> past;  // of collections that keep it
  std::map<std::string, State, std::less<>> states;
  std::vector<Logged> changes;  // sequence n stands at n - 1
};

class MemoryStore final : public EntityStore {
 public:
  MemoryStore(std::vector<Collection> collections, const base::Clock& clock)
      : collections_(std::move(collections)), clock_(clock) {}

  Result<int64_t> commit(std::string_view tenant_id, const Commit& commit) override {
    std::vector<json::Value> documents = TRY(check_commit(collections_, commit));
    const std::unique_lock lock(mutex_);
    Tenant& tenant = tenant_of(tenant_id);
    for (const EntityWrite& write : commit.entities) {
      const Stored* stored = find(tenant, write.collection, write.id);
      TRY(check_version(write.collection + "/" + write.id, write.expected_version,
                        stored ? stored->entity.version : 0));
    }
    for (const StateWrite& write : commit.states) {
      const auto found = tenant.states.find(write.name);
      TRY(check_version(write.name, write.expected_version, found == tenant.states.end() ? 0 : found->second.version));
    }
    for (size_t i = 0; i < commit.entities.size(); ++i)
      apply(tenant, commit.entities[i], std::move(documents[i]), commit.actor);
    for (const StateWrite& write : commit.states) apply(tenant, write);
    return static_cast<int64_t>(tenant.changes.size());
  }

  Result<std::optional<Entity>> get(std::string_view tenant_id, std::string_view collection, std::string_view id,
                                    const IsHeld& is_held) const override {
    TRY(find_collection(collections_, collection));
    const std::shared_lock lock(mutex_);
    const Tenant* tenant = find_tenant(tenant_id);
    const Stored* stored = tenant ? find(*tenant, collection, id) : nullptr;
    if (!stored) return std::optional<Entity>();
    Entity entity = stored->entity;
    if (is_held && is_held(entity.sequence)) entity.json.clear();
    return std::optional(std::move(entity));
  }

  Result<QueryPage> query(std::string_view tenant_id, const Query& query) const override {
    TRY(check_query(collections_, query));
    std::optional<Cursor> after;
    if (!query.after.empty()) after = TRY(decode_cursor(query));
    const std::shared_lock lock(mutex_);
    std::optional<Snapshot> snapshot;
    if (keeps_past(query.collection)) snapshot = after ? after->snapshot : Snapshot{newest(tenant_id)};
    if (snapshot) TRY(check_readable(tenant_id, *snapshot));
    struct Row {
      Position position;
      const Entity* entity;
    };
    std::vector<Row> rows;
    int64_t count = 0;
    for (const Stored* stored : all(tenant_id, query.collection, snapshot)) {
      TRY(query.stop.check());
      if (!TRY(matches(query, stored->document))) continue;
      ++count;
      Row row{position_of(query.order, stored->document, stored->number), &stored->entity};
      if (!after || comes_after(query.order, row.position, after->position)) rows.push_back(std::move(row));
    }
    if (snapshot && snapshot->count) count = *snapshot->count;
    std::sort(rows.begin(), rows.end(),
              [&](const Row& a, const Row& b) { return comes_after(query.order, b.position, a.position); });
    PageBuilder page(query);
    for (const Row& row : rows)
      if (!page.add(*row.entity, row.position)) break;
    return std::move(page).finish(count, snapshot);
  }

  Result<int64_t> newest_sequence(std::string_view tenant_id) const override {
    const std::shared_lock lock(mutex_);
    return newest(tenant_id);
  }

  Result<std::vector<Change>> changes(std::string_view tenant_id, int64_t sequence, size_t limit) const override {
    const std::shared_lock lock(mutex_);
    const Tenant* tenant = find_tenant(tenant_id);
    std::vector<Change> out;
    for (auto at = static_cast<size_t>(std::max<int64_t>(sequence, 0)); tenant && at < tenant->changes.size(); ++at) {
      if (out.size() == limit) break;
      if (tenant->changes[at].listed) out.push_back(tenant->changes[at].change);
    }
    return out;
  }

  Result<std::optional<State>> state(std::string_view tenant_id, std::string_view name) const override {
    const std::shared_lock lock(mutex_);
    const Tenant* tenant = find_tenant(tenant_id);
    if (!tenant) return std::optional<State>{};
    const auto found = tenant->states.find(name);
    return found == tenant->states.end() ? std::nullopt : std::optional(found->second);
  }

  Result<std::vector<std::string>> state_names(std::string_view tenant_id, std::string_view prefix) const override {
    const std::shared_lock lock(mutex_);
    const Tenant* tenant = find_tenant(tenant_id);
    std::vector<std::string> names;
    if (!tenant) return names;
    for (auto at = tenant->states.lower_bound(prefix); at != tenant->states.end() && at->first.starts_with(prefix);
         ++at)
      names.push_back(at->first);
    return names;
  }

 private:
  using Documents = std::map<std::string, Stored, std::less<>>;

  Tenant& tenant_of(std::string_view id) { return tenants_.try_emplace(std::string(id)).first->second; }
  const Tenant* find_tenant(std::string_view id) const {
    const auto found = tenants_.find(id);
    return found == tenants_.end() ? nullptr : &found->second;
  }
  bool keeps_past(std::string_view name) const {
    return std::any_of(collections_.begin(), collections_.end(),
                       [&](const Collection& one) { return one.name == name && one.keeps_past; });
  }
  int64_t newest(std::string_view tenant_id) const {
    const Tenant* tenant = find_tenant(tenant_id);
    return tenant ? static_cast<int64_t>(tenant->changes.size()) : 0;
  }
  base::Status check_readable(std::string_view tenant_id, const Snapshot& snapshot) const {
    const int64_t last = newest(tenant_id);
    std::optional<base::DateTime> next;
    for (int64_t at = snapshot.sequence; at >= 0 && at < last && !next; ++at) {
      const Logged& logged = find_tenant(tenant_id)->changes[static_cast<size_t>(at)];
      if (logged.listed) next = logged.change.at;
    }
    return store::check_readable(snapshot, last, next, clock_.now());
  }
  // What is there, or was at the snapshot.
  std::vector<const Stored*> all(std::string_view tenant_id, std::string_view collection,
                                 const std::optional<Snapshot>& snapshot) const {
    std::vector<const Stored*> found;
    const Tenant* tenant = find_tenant(tenant_id);
    if (!tenant) return found;
    const auto documents = tenant->collections.find(collection);
    if (documents != tenant->collections.end())
      for (const auto& [id, stored] : documents->second)
        if (!snapshot || stored.entity.sequence <= snapshot->sequence) found.push_back(&stored);
    const auto past = tenant->past.find(collection);
    if (snapshot && past != tenant->past.end())
      for (const Past& one : past->second)
        if (one.until > snapshot->sequence && one.stored.entity.sequence <= snapshot->sequence)
          found.push_back(&one.stored);
    return found;
  }
  static const Stored* find(const Tenant& tenant, std::string_view collection, std::string_view id) {
    const auto documents = tenant.collections.find(collection);
    if (documents == tenant.collections.end()) return nullptr;
    const auto found = documents->second.find(id);
    return found == documents->second.end() ? nullptr : &found->second;
  }

  void apply(Tenant& tenant, const EntityWrite& write, json::Value document, const Actor& actor) {
    Documents& documents = tenant.collections[write.collection];
    const Stored* before = find(tenant, write.collection, write.id);
    if (!write.json && !before) return;
    const int64_t version = (before ? before->entity.version : 0) + 1;
    const auto sequence = static_cast<int64_t>(tenant.changes.size()) + 1;
    const bool listed = write.feed == Feed::listed;
    if (before && listed && keeps_past(write.collection)) keep(tenant, write.collection, {*before, sequence});
    tenant.changes.push_back(
        {{sequence, write.collection, write.id, version, !write.json, actor, clock_.now()}, listed});
    if (write.json)
      documents[write.id] = {
          {write.id, version, sequence, *write.json}, std::move(document), before ? before->number : sequence};
    else
      documents.erase(write.id);
  }
  void keep(Tenant& tenant, const std::string& collection, Past replaced) const {
    std::deque<Past>& past = tenant.past[collection];
    const auto is_old = [&](const Past& one) {
      return is_forgotten(one.until, tenant.changes[static_cast<size_t>(one.until) - 1].change.at,
                          static_cast<int64_t>(tenant.changes.size()), clock_.now());
    };
    while (!past.empty() && is_old(past.front())) past.pop_front();
    past.push_back(std::move(replaced));
  }
  static void apply(Tenant& tenant, const StateWrite& write) {
    if (!write.value) {
      tenant.states.erase(write.name);
      return;
    }
    State& state = tenant.states[write.name];
    state.value = *write.value;
    ++state.version;
  }

  const std::vector<Collection> collections_;
  const base::Clock& clock_;
  mutable std::shared_mutex mutex_;
  std::map<std::string, Tenant, std::less<>> tenants_;
};

}  // namespace

std::unique_ptr<EntityStore> make_memory_store(std::vector<Collection> collections, const base::Clock& clock) {
  return std::make_unique<MemoryStore>(std::move(collections), clock);
}

}  // namespace vedette::store
