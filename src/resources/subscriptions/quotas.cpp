#include "quotas.h"

#include "vedette/notify/subscription.h"
#include "vedette/resources/subscriptions/subscriptions.h"

namespace vedette::resources {
namespace {

store::Expression equals_owner(const std::string& app_id) {
  store::Expression key, literal, equal;
  key.op = store::Operator::property;
  key.path = {odata::owner_member};
  literal.value = app_id;
  equal.op = store::Operator::eq;
  equal.kind = store::ValueKind::boolean;
  equal.operands = {std::move(key), std::move(literal)};
  return equal;
}

base::Status check_quota(const odata::Context& context, const std::shared_ptr<const store::Expression>& of, int64_t max,
                         const std::string& whose) {
  store::Query query;
  query.collection = notify::subscription_collection;
  query.filter = of;
  query.top = 0;
  query.count = true;
  query.now = context.now;
  if (TRY(context.store.query(context.caller.tenant_id, query)).count.value_or(0) < max) return {};
  return base::fail(base::ErrorCode::forbidden,
                    whose + " has " + std::to_string(max) + " subscriptions, the most there may be.");
}

}  // namespace

base::Status check_quotas(const odata::Context& context) {
  const auto own = std::make_shared<const store::Expression>(equals_owner(context.caller.owner()));
  TRY(check_quota(context, own, app_subscriptions_max, "The application"));
  return check_quota(context, nullptr, tenant_subscriptions_max, "The tenant");
}

}  // namespace vedette::resources
