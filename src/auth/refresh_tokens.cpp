#include <algorithm>

#include "digest.h"
#include "grant_state.h"

namespace vedette::auth {

using base::ErrorCode;
using base::fail;
using tl::unexpected;
using Rotated = tl::expected<RotatedToken, Unusable>;

namespace {

// State of a family: {"current","replaced","grant"}: the fingerprint of the one token that is good; those that were
// replaced a moment ago, each [fingerprint, second], the newest last.

struct Replaced {
  std::string fingerprint;
  int64_t at = 0;
};

std::vector<Replaced> just_replaced(const json::Value& family, int64_t now) {
  std::vector<Replaced> out;
  const json::Value* all = json::find(family, "replaced");
  if (!all || !all->is_array()) return out;
  for (const json::Value& one : all->get_array()) {
    const json::Array* pair = one.if_array();
    if (pair && pair->size() == 2 && (*pair)[0].is_string() && (*pair)[1].is_int64() &&
        now - (*pair)[1].get_int64() < Grants::replaced_seconds)
      out.push_back({std::string(std::string_view((*pair)[0].get_string())), (*pair)[1].get_int64()});
  }
  return out;
}

// The family when its token is replaced by another.
std::string replaced_by(const json::Value& family, std::string_view next, int64_t now) {
  std::vector<Replaced> known = just_replaced(family, now);
  if (known.size() >= Grants::replaced_max) known.erase(known.begin());
  known.push_back({std::string(json::find_string(family, "current")), now});
  json::Array replaced;
  for (const Replaced& one : known) replaced.push_back(json::Array{json::Value(one.fingerprint), one.at});
  return json::to_text(
      json::Object{{"current", next}, {"replaced", std::move(replaced)}, {"grant", *json::find(family, "grant")}});
}

}  // namespace

base::Result<Grants::NewFamily> Grants::new_family(std::string_view tenant_id, const Grant& grant,
                                                   store::Commit& commit) {
  const int64_t now = base::to_unix_seconds(clock_.now());
  const GrantText token = new_grant_text(grant.user_id, now + refresh_seconds);
  TRY(make_room(store_, tenant_id, "refresh", grant.user_id, now, families_per_user_max, commit));
  const json::Object stored{
      {"current", fingerprint(token.secret)}, {"replaced", json::Array()}, {"grant", as_json(grant)}};
  commit.states.push_back({token.state_name("refresh"), json::to_text(stored), store::must_not_exist});
  return NewFamily{token.text(), token.state_name("refresh")};
}

base::Result<std::string> Grants::issue_refresh_token(std::string_view tenant_id, const Grant& grant) {
  store::Commit commit;
  auto family = TRY(new_family(tenant_id, grant, commit));
  TRY(store_.commit(tenant_id, commit));
  return std::move(family.refresh_token);
}

base::Result<Rotated> Grants::rotate(std::string_view tenant_id, std::string_view text, std::string_view client_id,
                                     const Accepts& accepts) {
  const auto token = parse_grant_text(text);
  const auto state = token ? TRY(store_.state(tenant_id, token->state_name("refresh"))) : std::nullopt;
  if (!state) return Rotated(unexpected(Unusable::unknown));
  const auto stored = json::parse(state->value);
  const json::Value* granted = stored ? json::find(*stored, "grant") : nullptr;
  if (!granted) return fail(ErrorCode::corrupt_data, "A stored refresh token cannot be read.");
  const Grant grant = parse_grant(*granted);
  RotatedToken rotated;
  if (grant.client_id != client_id) return Rotated(unexpected(Unusable::mismatch));
  const int64_t now = base::to_unix_seconds(clock_.now());
  const std::string given = fingerprint(token->secret);
  const bool current = equal_in_constant_time(json::find_string(*stored, "current"), given);
  const bool expired = now >= token->expires;
  const auto late = just_replaced(*stored, now);
  const bool just_too_late = std::any_of(
      late.begin(), late.end(), [&](const Replaced& one) { return equal_in_constant_time(one.fingerprint, given); });
  if ((current || just_too_late) && !expired && (!accepts(grant) || just_too_late)) return Rotated(RotatedToken());
  store::StateWrite write{token->state_name("refresh"), std::nullopt, state->version};
  if (current && !expired) {
    const GrantText next = new_grant_text(token->user_id, token->expires);
    const GrantText replacement{token->user_id, token->expires, token->id, next.secret};
    write.value = replaced_by(*stored, fingerprint(next.secret), now);
    rotated.refresh_token = replacement.text();
  }
  store::Commit commit;
  commit.states.push_back(std::move(write));
  const auto committed = store_.commit(tenant_id, commit);
  // Another use was first: this token was just replaced.
  if (!committed && committed.error().code == ErrorCode::conflict) return rotate(tenant_id, text, client_id, accepts);
  if (!committed) return committed.error();
  if (expired) return Rotated(unexpected(Unusable::expired));
  if (!current) return Rotated(unexpected(Unusable::used));
  return Rotated(std::move(rotated));
}

}  // namespace vedette::auth
