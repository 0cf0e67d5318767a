#include "delivery_log.h"

#include <algorithm>

#include "vedette/json/value.h"

namespace vedette::notify {

namespace {

json::Object document_of(const Delivery& delivery, const std::string& id) {
  const auto or_null = [](int64_t number) { return number == 0 ? json::Value() : json::Value(number); };
  return {{"id", id},
          {"subscriptionId", delivery.subscription_id},
          {"applicationId", delivery.application_id},
          {"kind", delivery.kind},
          {"outcome", delivery.outcome},
          {"attemptDateTime", base::format_date_time(delivery.at)},
          {"attempt", delivery.attempt},
          {"httpStatus", or_null(delivery.status)},
          {"durationInMilliseconds", delivery.duration_ms},
          {"notificationCount", delivery.notifications},
          {"firstSequence", or_null(delivery.first_sequence)},
          {"lastSequence", or_null(delivery.last_sequence)},
          {"error", delivery.error.empty() ? json::Value() : json::Value(delivery.error)}};
}

std::string slot_id(int64_t slot) {
  std::string digits = std::to_string(slot);
  return "delivery-" + std::string(5 - std::min<size_t>(digits.size(), 5), '0') + digits;
}

}  // namespace

void DeliveryLog::append_to(store::Commit& commit) const {
  // More than fit at once: the newest.
  const size_t first = fresh_.size() > size_t{entries_max} ? fresh_.size() - size_t{entries_max} : 0;
  for (size_t i = first; i < fresh_.size(); ++i) {
    const std::string id = slot_id((written_ + static_cast<int64_t>(i)) % entries_max);
    commit.entities.push_back({delivery_collection, id, json::to_text(document_of(fresh_[i], id)), store::any_version,
                               store::Feed::unlisted});
  }
}

}  // namespace vedette::notify
