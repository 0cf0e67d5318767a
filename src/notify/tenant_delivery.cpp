#include <algorithm>
#include <charconv>

#include "envelope.h"
#include "tenant_notifier.h"
#include "vedette/json/value.h"

namespace vedette::notify {

using base::ErrorCode;
using base::Result;
using base::Status;

namespace {

constexpr std::chrono::minutes token_kept{20};  // of the hour that it is good for

http::ClientRequest post_of(const std::string& url, std::string body) {
  http::ClientRequest request;
  request.method = "POST";
  request.url = url;
  request.headers.set("Content-Type", "application/json");
  request.headers.set("User-Agent", "Vedette");
  request.body = std::move(body);
  return request;
}

bool is_taken(const Result<http::ClientResponse>& answer) {
  return answer && answer->status >= 200 && answer->status < 300;
}

std::string failure_text(const Result<http::ClientResponse>& answer) {
  if (!answer) return answer.error().message;
  if (answer->status >= 300 && answer->status < 400)
    return "The receiver redirects, which is not followed: status " + std::to_string(answer->status) + ".";
  return "The receiver answered with status " + std::to_string(answer->status) + ".";
}

// Retry-After in whole seconds; dates are not read.
std::chrono::seconds retry_after(const Result<http::ClientResponse>& answer) {
  const std::string_view text = answer ? answer->headers.get("Retry-After") : std::string_view();
  uint32_t seconds = 0;
  const auto read = std::from_chars(text.data(), text.data() + text.size(), seconds);
  return std::chrono::seconds(read.ec == std::errc() && read.ptr == text.data() + text.size() ? seconds : 0);
}

}  // namespace

// From the lane after the one that was served last, so that places go around.
void TenantNotifier::deliver(Outbox& outbox) {
  if (!loaded_) return;
  const auto start = lanes_.upper_bound(last_served_);
  for (auto at = start; at != lanes_.end(); ++at) deliver_lane(at->first, at->second, outbox);
  for (auto at = lanes_.begin(); at != start; ++at) deliver_lane(at->first, at->second, outbox);
  for (auto& [id, lane] : lifecycle_) deliver_lifecycle(lane, outbox);
}

void TenantNotifier::deliver_lane(const std::string& id, Lane& lane, Outbox& outbox) {
  if (!lane.watch || lane.paused || lane.head == lane.tail) return;
  if (!lane.attempts.ready(std::chrono::steady_clock::now())) return;
  const bool unproven = !lane.attempts.proven;
  if (!outbox.has_place(tenant_, unproven)) return;
  auto body = next_body(lane);
  if (!body) {
    lane.attempts.fail(options_, dependencies_.clock.now(), {});
    lane.dirty = true;
    return dependencies_.on_problem(body.error(), tenant_);
  }
  if (lane.sent_items == 0) return;  // all of it was too old
  Completion about{tenant_, id, false, 0, body->size(), unproven, http::ClientResponse(), {}};
  lane.attempts.flight = outbox.send(post_of(lane.subscription.notification_url, std::move(*body)), std::move(about));
  last_served_ = id;
}

// The chunk at sent_head; nothing, and the chunk is passed over, when it has been tried for too long or is damaged.
Result<std::optional<Chunk>> TenantNotifier::next_chunk(Lane& lane) {
  const auto state = TRY(dependencies_.store.state(tenant_, chunk_name(lane.subscription.id, lane.sent_head)));
  auto chunk = state ? decode_chunk(state->value)
                     : Result<Chunk>(base::fail(ErrorCode::corrupt_data, "A queue of notifications has a gap."));
  if (!chunk) dependencies_.on_problem(chunk.error(), tenant_);
  const bool stale = chunk && lane.attempts.failed > 0 && chunk->at + options_.keep < dependencies_.clock.now();
  if (chunk && !stale) return std::optional(std::move(*chunk));
  if (lane.sent_items > 0) return std::optional<Chunk>();  // after this request
  drop_items(lane, stale ? "It could not be delivered in time." : "It could not be read.",
             chunk ? chunk->items.size() - std::min(lane.offset, chunk->items.size()) : chunk_items_max);
  lane.head = ++lane.sent_head;
  lane.offset = lane.sent_offset = 0;
  return std::optional<Chunk>();
}

// As many notifications from the head on as go into one request; sets sent_….
Result<std::string> TenantNotifier::next_body(Lane& lane) {
  lane.sent_head = lane.head;
  lane.sent_offset = lane.offset;
  lane.sent_items = 0;
  std::string body = "{\"value\":[";
  bool full = false;
  while (!full && lane.sent_head < lane.tail) {
    const auto chunk = TRY(next_chunk(lane));
    if (!chunk && lane.sent_items > 0) break;
    if (!chunk) continue;
    while (!full && lane.sent_offset < chunk->items.size()) {
      const Item& item = chunk->items[lane.sent_offset];
      json::Object one = notification(lane, tenant_, item);
      TRY(add_content(lane, item, one));
      const std::string text = json::to_text(one);
      full = lane.sent_items > 0 && body.size() + text.size() > options_.post_bytes_max;
      if (full) break;
      body += (lane.sent_items > 0 ? "," : "") + text;
      if (lane.sent_items++ == 0) lane.sent_first = item.sequence;
      lane.sent_last = item.sequence;
      ++lane.sent_offset;
      full = lane.sent_items >= options_.post_items_max;
    }
    if (lane.sent_offset >= chunk->items.size()) ++lane.sent_head, lane.sent_offset = 0;
  }
  body += ']';
  if (lane.subscription.with_data && lane.sent_items > 0) {
    body += ",\"validationTokens\":[";
    json::append_string(body, TRY(validation_token(lane.subscription.token_audience)));
    body += ']';
  }
  return body + "}";
}

// The entity as it is now; one that is gone has none.
Status TenantNotifier::add_content(Lane& lane, const Item& item, json::Object& notification) {
  if (!lane.subscription.with_data || item.type == change_deleted) return {};
  const odata::Reference& reference = lane.watch->reference;
  const auto entity = TRY(dependencies_.store.get(tenant_, reference.collection, item.entity_id));
  if (!entity) return {};
  const json::Value document = TRY(json::parse(entity->json));
  if (!lane.certificate) lane.certificate = TRY(read_certificate(lane.subscription.certificate));
  const auto unknown = lane.subscription.unknown_members ? odata::UnknownMembers::shown : odata::UnknownMembers::masked;
  notification["encryptedContent"] = TRY(encrypt(*lane.certificate, lane.subscription.certificate_id,
                                                 odata::shown_entity(reference, document.get_object(), unknown)));
  return {};
}

Result<std::string> TenantNotifier::validation_token(const std::string& audience) {
  const auto now = std::chrono::steady_clock::now();
  if (const auto known = tokens_.find(audience); known != tokens_.end() && known->second.until > now)
    return known->second.text;
  std::erase_if(tokens_, [&](const auto& one) { return one.second.until <= now; });
  if (!dependencies_.validation_token) return base::fail(ErrorCode::internal, "There are no tokens for notifications.");
  const std::string text = TRY(dependencies_.validation_token(tenant_, audience));
  tokens_[audience] = {text, now + token_kept};
  return text;
}

void TenantNotifier::deliver_lifecycle(LifecycleLane& lane, Outbox& outbox) {
  if (!lane.attempts.ready(std::chrono::steady_clock::now())) return;
  const base::DateTime now = dependencies_.clock.now();
  while (!lane.events.empty() && lane.attempts.failed > 0 && lane.events.front().at + options_.keep < now) {
    log_.add({lane.subscription_id, lane.application_id, lane.events.front().name, "dropped", now, 0, 0, 0, 1, 0, 0,
              "It could not be delivered in time."});
    lane.events.erase(lane.events.begin());
    lane.dirty = true;
  }
  const bool unproven = !lane.attempts.proven;
  if (lane.events.empty() || !outbox.has_place(tenant_, unproven)) return;
  const std::string& body = lane.events.front().body;
  Completion about{tenant_, lane.subscription_id, true, 0, body.size(), unproven, http::ClientResponse(), {}};
  lane.attempts.flight = outbox.send(post_of(lane.url, body), std::move(about));
}

void TenantNotifier::complete(const Completion& completion) {
  if (completion.lifecycle) return complete_lifecycle(completion);
  const auto found = lanes_.find(completion.subscription_id);
  if (found == lanes_.end() || found->second.attempts.flight != completion.flight) return;
  Lane& lane = found->second;
  const bool taken = is_taken(completion.answer);
  const base::DateTime now = dependencies_.clock.now();
  log_.add({completion.subscription_id, lane.subscription.application_id, "notification",
            taken ? "delivered" : "failed", now, lane.attempts.failed + 1,
            completion.answer ? completion.answer->status : 0, completion.took.count(), lane.sent_items,
            lane.sent_first, lane.sent_last, taken ? std::string() : failure_text(completion.answer)});
  lane.dirty = true;
  if (!taken) {
    ++figures_.failed;
    return lane.attempts.fail(options_, now, retry_after(completion.answer));
  }
  figures_.delivered += lane.sent_items;
  lane.attempts.succeed();
  if (lane.sent_head < lane.head) return;  // dropped meanwhile
  lane.head = lane.sent_head;
  lane.offset = lane.sent_offset;
}

void TenantNotifier::complete_lifecycle(const Completion& completion) {
  const auto found = lifecycle_.find(completion.subscription_id);
  if (found == lifecycle_.end() || found->second.attempts.flight != completion.flight) return;
  LifecycleLane& lane = found->second;
  const bool taken = is_taken(completion.answer);
  const base::DateTime now = dependencies_.clock.now();
  log_.add({lane.subscription_id, lane.application_id, lane.events.front().name, taken ? "delivered" : "failed", now,
            lane.attempts.failed + 1, completion.answer ? completion.answer->status : 0, completion.took.count(), 1, 0,
            0, taken ? std::string() : failure_text(completion.answer)});
  lane.dirty = true;
  if (!taken) return lane.attempts.fail(options_, now, retry_after(completion.answer));
  lane.attempts.succeed();
  lane.events.erase(lane.events.begin());
}

void TenantNotifier::drop_items(Lane& lane, const std::string& why, size_t count) {
  log_.add({lane.subscription.id, lane.subscription.application_id, "notification", "dropped",
            dependencies_.clock.now(), lane.attempts.failed, 0, 0, count, 0, 0, why});
  figures_.dropped += count;
  lane.dirty = true;
  announce(lane.subscription, "missed");
}

SteadyTime TenantNotifier::next_due() const {
  auto next = SteadyTime::max();
  const auto consider = [&](const Attempts& attempts) {
    if (attempts.flight == 0 && attempts.failed > 0) next = std::min(next, attempts.due);
  };
  for (const auto& [id, lane] : lanes_)
    if (lane.head != lane.tail && !lane.paused) consider(lane.attempts);
  for (const auto& [id, lane] : lifecycle_) consider(lane.attempts);
  return next;
}

}  // namespace vedette::notify
