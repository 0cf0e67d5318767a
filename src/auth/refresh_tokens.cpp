#include "digest.h"
#include "grant_state.h"

namespace vedette::auth {

using base::ErrorCode;
using base::fail;
using tl::unexpected;
using Rotated = tl::expected<RotatedToken, Unusable>;

// State of a family: {"current","grant"}, `current` being the fingerprint of the one token that is good.

base::Result<Grants::NewFamily> Grants::new_family(std::string_view tenant_id, const Grant& grant,
                                                   store::Commit& commit) {
  const int64_t now = base::to_unix_seconds(clock_.now());
  const GrantText token = new_grant_text(grant.user_id, now + refresh_seconds);
  TRY(make_room(store_, tenant_id, "refresh", grant.user_id, now, families_per_user_max, commit));
  const json::Object stored{{"current", fingerprint(token.secret)}, {"grant", as_json(grant)}};
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
  const bool current = equal_in_constant_time(json::find_string(*stored, "current"), fingerprint(token->secret));
  const bool expired = base::to_unix_seconds(clock_.now()) >= token->expires;
  if (current && !expired && !accepts(grant)) return Rotated(RotatedToken());
  store::StateWrite write{token->state_name("refresh"), std::nullopt, state->version};
  if (current && !expired) {
    const GrantText next = new_grant_text(token->user_id, token->expires);
    const GrantText replacement{token->user_id, token->expires, token->id, next.secret};
    write.value = json::to_text(json::Object{{"current", fingerprint(next.secret)}, {"grant", *granted}});
    rotated.refresh_token = replacement.text();
  }
  store::Commit commit;
  commit.states.push_back(std::move(write));
  const auto committed = store_.commit(tenant_id, commit);
  // Another use was first: this token is replaced by now.
  if (!committed && committed.error().code == ErrorCode::conflict) return rotate(tenant_id, text, client_id, accepts);
  if (!committed) return committed.error();
  if (expired) return Rotated(unexpected(Unusable::expired));
  if (!current) return Rotated(unexpected(Unusable::used));
  return Rotated(std::move(rotated));
}

}  // namespace vedette::auth
