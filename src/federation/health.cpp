#include "health.h"

#include <algorithm>

#include "vedette/federation/instance.h"

namespace vedette::federation {

namespace {

constexpr std::chrono::seconds between_writings{2}, between_idle_writings{15};
constexpr int conflicts_max = 5;

void add_to(json::Object& document, const char* name, uint64_t count) {
  const json::Value* before = document.if_contains(name);
  document[name] = (before && before->is_int64() ? before->get_int64() : 0) + static_cast<int64_t>(count);
}

void set_time(json::Object& document, const char* name, base::DateTime time) {
  if (time != base::DateTime{}) document[name] = base::format_date_time(time);
}

base::DateTime time_of(const json::Object& document, const char* name) {
  const json::Value* value = document.if_contains(name);
  if (!value || !value->is_string()) return {};
  return base::parse_iso_date_time(std::string_view(value->get_string())).value_or(base::DateTime{});
}

}  // namespace

void Health::stored(const ingest::IngestSummary& summary) {
  accepted_ += summary.records;
  quarantined_ += summary.quarantined;
  if (summary.records > 0) last_record_ = dependencies_.clock.now();
  write_due();
}

void Health::lost(uint64_t records) { lost_ += records; }

void Health::succeeded(base::DateTime begun) {
  last_success_ = begun;
  last_attempt_ = dependencies_.clock.now();
  failures_ = 0;
  const bool turned = std::exchange(state_, "healthy") != "healthy";
  if (turned) written_ = {};
  write_due();
}

void Health::failed(const base::Error& error) {
  last_attempt_ = last_error_at_ = dependencies_.clock.now();
  last_error_ = error.message;
  ++failures_;
  state_ = "failing";
  written_ = {};
  write_due();
}

void Health::repeated_page() { ++repeated_; }

void Health::write() {
  written_ = {};
  write_due();
}

int64_t Health::apply(json::Object& document) const {
  if (!state_.empty()) document["health"] = state_;
  set_time(document, "lastAttemptDateTime", last_attempt_);
  set_time(document, "lastSuccessDateTime", last_success_);
  set_time(document, "lastRecordDateTime", last_record_);
  set_time(document, "lastErrorDateTime", last_error_at_);
  if (!last_error_.empty()) document["lastError"] = last_error_;
  document["consecutiveFailures"] = failures_;
  add_to(document, "recordsAccepted", accepted_);
  add_to(document, "recordsQuarantined", quarantined_);
  add_to(document, "recordsLost", lost_);
  add_to(document, "pagesRepeated", repeated_);
  base::DateTime since = time_of(document, "lastSuccessDateTime");
  if (since == base::DateTime{}) since = time_of(document, "createdDateTime");
  const int64_t lag = std::max<int64_t>(0, (dependencies_.clock.now() - since).ticks / base::ticks_per_second);
  document["lagInSeconds"] = lag;
  return lag;
}

void Health::write_due() {
  const auto now = std::chrono::steady_clock::now();
  if (now < written_ + (accepted_ + lost_ > 0 ? between_writings : between_idle_writings)) return;
  for (int attempt = 0; attempt < conflicts_max; ++attempt) {
    const auto entity = dependencies_.store.get(tenant_, health_collection, instance_);
    if (!entity || !*entity) return;  // it was removed
    auto document = json::parse((*entity)->json);
    if (!document || !document->is_object()) return;
    const int64_t lag = apply(document->get_object());
    store::Commit commit;
    commit.actor.id = "federation";
    commit.entities.push_back(
        {health_collection, instance_, json::to_text(*document), (*entity)->version, store::Feed::unlisted});
    if (dependencies_.store.commit(tenant_, commit)) {
      accepted_ = quarantined_ = lost_ = repeated_ = 0;
      written_ = now;
      if (dependencies_.on_health) dependencies_.on_health(tenant_, instance_, state_ == "healthy", lag);
      return;
    }
  }
}

}  // namespace vedette::federation
