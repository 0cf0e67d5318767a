#include "vedette/resources/alerts/alert_sink.h"

#include <map>
#include <optional>
#include <set>
#include <span>

#include "copy_merge.h"
#include "incident_copies.h"
#include "indicator_copies.h"
#include "vedette/ingest/alert.h"
#include "vedette/ingest/incident.h"
#include "vedette/ingest/record_reader.h"
#include "vedette/json/value.h"
#include "vedette/resources/alerts/alerts.h"

namespace vedette::resources {
namespace {

using base::ErrorCode;
using base::fail;
using base::Result;
using base::Status;

constexpr int commit_attempts_max = 20;

std::string text_of(const json::Object& alert, std::string_view name) {
  const json::Value* value = alert.if_contains(name);
  return value != nullptr && value->is_string() ? std::string(value->get_string()) : std::string();
}

Result<AlertCopy> read_copy(json::Object alert) {
  if (text_of(alert, "id").empty()) return fail(ErrorCode::bad_request, "An alert without an id cannot be stored.");
  std::string text = json::to_text(alert);
  if (text.size() > ingest::alert_bytes_max) {
    return fail(ErrorCode::limit_exceeded, "The alert '" + text_of(alert, "providerAlertId") + "' has " +
                                               std::to_string(text.size()) + " bytes; the most is " +
                                               std::to_string(ingest::alert_bytes_max) + ".");
  }
  AlertCopy copy{std::move(alert), {}, static_cast<int64_t>(text.size())};
  copy.hash = TRY(ingest::content_hash(ingest::memory_input("", std::move(text))));
  return copy;
}

// One commit: alerts as they are in the store and as they will be.
class Batch {
 public:
  Batch(const store::EntityStore& store, const std::string& tenant, const std::string& connector)
      : store_(store), tenant_(tenant) {
    commit_.actor = {store::Actor::Kind::connector, connector};
  }

  Status add(const AlertCopy& copy) {
    const std::string id = text_of(copy.alert, "id");
    const auto known = alerts_.find(id);
    Pending& alert = known == alerts_.end() ? alerts_.emplace(id, TRY(load(id))).first->second : known->second;
    if (!alert.now) {
      alert.now = first_copy(copy);
      alert.changed = true;
      return enter_provider_incident(store_, tenant_, commit_.actor.id, alert.now->document, states_);
    }
    const std::string before = text_of(alert.now->document, ingest::incident_member);
    alert.changed |= merge_copy(*alert.now, copy);
    const std::string named = text_of(alert.now->document, ingest::incident_member);
    if (named.empty()) return {};
    named_.insert(named);
    if (named == before) return {};
    return enter_provider_incident(store_, tenant_, commit_.actor.id, alert.now->document, states_);
  }

  // The provider's incidents that alerts which were here before are in.
  const std::set<std::string>& named() const { return named_; }

  // What changed; empty when nothing did.
  store::Commit take_commit() {
    for (auto& [id, alert] : alerts_) {
      if (!alert.changed) continue;
      alert.now->document[copy_member] = std::move(alert.now->copy);
      std::string document = json::to_text(alert.now->document);
      if (document != alert.document)
        commit_.entities.push_back({std::string(alert_collection), id, std::move(document), alert.version});
      const bool was_here = alert.version != store::must_not_exist;
      if (was_here || alert.told_version != store::must_not_exist)
        commit_.states.push_back({copy_state(id), std::nullopt, alert.told_version});
    }
    for (auto& [name, write] : states_) commit_.states.push_back(std::move(write));
    return std::move(commit_);
  }

 private:
  struct Pending {
    std::optional<StoredAlert> now;
    std::string document;                                                           // the text in the store
    int64_t version = store::must_not_exist, told_version = store::must_not_exist;  // told: of copy_state()
    bool changed = false;
  };

  Result<Pending> load(const std::string& id) const {
    Pending alert;
    json::Object told;
    if (const auto state = TRY(store_.state(tenant_, copy_state(id)))) {
      told = TRY(parse(state->value, id));
      alert.told_version = state->version;
    }
    auto entity = TRY(store_.get(tenant_, alert_collection, id));
    if (!entity) return alert;  // what was known of a deleted one is void
    alert.document = std::move(entity->json);
    alert.version = entity->version;
    json::Object document = TRY(parse(alert.document, id)), copy = known_copy(document, told);
    document.erase(copy_member);
    alert.now = StoredAlert{std::move(document), std::move(copy)};
    return alert;
  }

  static Result<json::Object> parse(const std::string& text, const std::string& id) {
    auto value = json::parse(text);
    if (value && value->is_object()) return std::move(value->get_object());
    return fail(ErrorCode::corrupt_data, "What is stored of the alert " + id + " is no JSON object.");
  }

  const store::EntityStore& store_;
  const std::string& tenant_;
  std::map<std::string, Pending> alerts_;
  std::set<std::string> named_;
  StateWrites states_;
  store::Commit commit_;
};

class StoreAlertSink final : public ingest::AlertSink {
 public:
  StoreAlertSink(store::EntityStore& store, std::string tenant, std::string connector)
      : store_(store), tenant_(std::move(tenant)), connector_(std::move(connector)) {}

  Status accept(std::vector<json::Object> alerts) override {
    std::vector<AlertCopy> copies;
    copies.reserve(alerts.size());
    for (json::Object& alert : alerts) copies.push_back(TRY(read_copy(std::move(alert))));
    std::span<const AlertCopy> rest(copies);
    while (!rest.empty()) {
      const size_t taken = commit_size(rest);
      TRY(write(rest.first(taken)));
      rest = rest.subspan(taken);
    }
    return {};
  }

  Status accept_incidents(std::vector<json::Object> incidents) override {
    return store_incidents(store_, tenant_, connector_, incidents);
  }

  Status accept_indicators(std::vector<json::Object> indicators) override {
    return store_indicators(store_, tenant_, connector_, std::move(indicators));
  }

 private:
  static size_t commit_size(std::span<const AlertCopy> copies) {
    size_t count = 0, bytes = 0;
    while (count < copies.size() && count < alert_commit_alerts_max) {
      bytes += static_cast<size_t>(copies[count].bytes);
      if (count > 0 && bytes > alert_commit_bytes_max) break;
      ++count;
    }
    return count;
  }

  // Who loses to another writer reads again.
  Status write(std::span<const AlertCopy> copies) {
    for (int attempt = 1;; ++attempt) {
      Batch batch(store_, tenant_, connector_);
      for (const AlertCopy& copy : copies) TRY(batch.add(copy));
      const store::Commit commit = batch.take_commit();
      const bool is_empty = commit.entities.empty() && commit.states.empty();
      const auto committed = is_empty ? Result<int64_t>(0) : store_.commit(tenant_, commit);
      if (committed) return join_incidents(batch.named());
      if (committed.error().code != ErrorCode::conflict || attempt == commit_attempts_max) return committed.error();
    }
  }

  Status join_incidents(const std::set<std::string>& named) {
    for (const std::string& incident : named) TRY(join_named_alerts(store_, tenant_, connector_, incident));
    return {};
  }

  store::EntityStore& store_;
  const std::string tenant_, connector_;
};

}  // namespace

std::unique_ptr<ingest::AlertSink> make_alert_sink(store::EntityStore& store, std::string tenant_id,
                                                   std::string connector) {
  return std::make_unique<StoreAlertSink>(store, std::move(tenant_id), std::move(connector));
}

}  // namespace vedette::resources
