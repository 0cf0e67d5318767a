#include "digest.h"
#include "grant_state.h"
#include "vedette/base/base64.h"

namespace vedette::auth {

using base::ErrorCode;
using base::fail;
using tl::unexpected;
using Redeemed = tl::expected<RedeemedCode, Unusable>;

namespace {

// State of a code: {"secret","grant","redirect","challenge"}, then {"secret","family"}.
base::Error damaged() { return fail(ErrorCode::corrupt_data, "A stored authorization code cannot be read."); }

bool proves(std::string_view challenge, std::string_view verifier) {
  if (challenge.empty()) return verifier.empty();
  return equal_in_constant_time(base::encode_base64url(as_bytes(sha256(verifier))), challenge);
}

}  // namespace

base::Result<std::string> Grants::issue_code(std::string_view tenant_id, const Grant& grant,
                                             const CodeBinding& binding) {
  const int64_t now = base::to_unix_seconds(clock_.now());
  const GrantText code = new_grant_text(grant.user_id, now + code_seconds);
  store::Commit commit;
  TRY(make_room(store_, tenant_id, "code", grant.user_id, now, codes_per_user_max, commit));
  const json::Object stored{{"secret", fingerprint(code.secret)},
                            {"grant", as_json(grant)},
                            {"redirect", binding.redirect_uri},
                            {"challenge", binding.challenge}};
  commit.states.push_back({code.state_name("code"), json::to_text(stored), store::must_not_exist});
  TRY(store_.commit(tenant_id, commit));
  return code.text();
}

base::Result<Redeemed> Grants::redeem_code(std::string_view tenant_id, std::string_view text, const CodeProof& proof) {
  const auto code = parse_grant_text(text);
  const auto state = code ? TRY(store_.state(tenant_id, code->state_name("code"))) : std::nullopt;
  if (!state) return Redeemed(unexpected(Unusable::unknown));
  const auto stored = json::parse(state->value);
  if (!stored) return damaged();
  if (!equal_in_constant_time(json::find_string(*stored, "secret"), fingerprint(code->secret)))
    return Redeemed(unexpected(Unusable::unknown));
  const int64_t now = base::to_unix_seconds(clock_.now());
  store::Commit commit;
  const json::Value* granted = json::find(*stored, "grant");
  if (!granted) {  // used before: whoever has what it gave must not be trusted any more
    if (const std::string family(json::find_string(*stored, "family")); !family.empty())
      commit.states.push_back({family, std::nullopt});
    TRY(store_.commit(tenant_id, commit));
    return Redeemed(unexpected(Unusable::used));
  }
  if (now >= code->expires) return Redeemed(unexpected(Unusable::expired));
  RedeemedCode redeemed{parse_grant(*granted), {}};
  json::Object used{{"secret", json::find_string(*stored, "secret")}, {"family", ""}};
  const bool belongs =
      redeemed.grant.client_id == proof.client_id && json::find_string(*stored, "redirect") == proof.redirect_uri;
  const bool proven = proves(json::find_string(*stored, "challenge"), proof.verifier);
  if (belongs && proven && redeemed.grant.offline) {
    auto family = TRY(new_family(tenant_id, redeemed.grant, commit));
    redeemed.refresh_token = std::move(family.refresh_token);
    used["family"] = family.state_name;
  }
  commit.states.push_back({code->state_name("code"), json::to_text(used), state->version});
  const auto committed = store_.commit(tenant_id, commit);
  if (!committed && committed.error().code == ErrorCode::conflict) return redeem_code(tenant_id, text, proof);
  if (!committed) return committed.error();
  if (!belongs) return Redeemed(unexpected(Unusable::mismatch));
  if (!proven) return Redeemed(unexpected(Unusable::bad_verifier));
  return Redeemed(std::move(redeemed));
}

}  // namespace vedette::auth
