// How codes and tokens are written, and where their state is: what the kinds of grants.h have in common.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "grants.h"
#include "vedette/json/value.h"

namespace vedette::auth {

inline constexpr size_t grant_text_bytes_max = 512;

// "1.<user>.<expires>.<id>.<secret>"
struct GrantText {
  std::string user_id;
  int64_t expires = 0;  // seconds of the Unix epoch
  std::string id, secret;

  std::string text() const;
  std::string state_name(std::string_view kind) const;  // "auth.code/<user>/<expires>/<id>"
};

GrantText new_grant_text(std::string_view user_id, int64_t expires);
// nullopt for what nobody here has issued.
std::optional<GrantText> parse_grant_text(std::string_view text);

// What stands for a secret in the store.
std::string fingerprint(std::string_view secret);

json::Object as_json(const Grant& grant);
Grant parse_grant(const json::Value& stored);

// Adds to `commit` the removal of the user's expired states of a kind, and of the oldest ones while there are `most`.
base::Status make_room(const store::EntityStore& store, std::string_view tenant_id, std::string_view kind,
                       std::string_view user_id, int64_t now, size_t most, store::Commit& commit);

}  // namespace vedette::auth
