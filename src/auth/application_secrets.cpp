#include "vedette/auth/application_secrets.h"

#include <algorithm>

#include "stored_entities.h"
#include "vedette/auth/client_secret.h"
#include "vedette/base/guid.h"
#include "vedette/json/value.h"

namespace vedette::auth {
namespace {

using base::ErrorCode;
using base::fail;

constexpr size_t hint_characters = 3;

std::string state_name(std::string_view client_id) { return "auth.client_secrets/" + std::string(client_id); }
std::string older_state_name(std::string_view client_id) { return "auth.client_secret/" + std::string(client_id); }
std::string hint_of(std::string_view text) { return std::string(text.substr(0, hint_characters)); }

json::Value as_json(const ApplicationSecret& secret) {
  json::Object stored{{"id", secret.id}, {"name", secret.name}, {"hint", secret.hint}, {"hash", secret.hash}};
  if (secret.created) stored["created"] = base::format_date_time(*secret.created);
  if (secret.expires) stored["expires"] = base::format_date_time(*secret.expires);
  return stored;
}

ApplicationSecret parse_secret(const json::Value& stored) {
  const auto text = [&](std::string_view name) { return std::string(json::find_string(stored, name)); };
  return {text("id"),
          text("name"),
          text("hint"),
          text("hash"),
          base::parse_iso_date_time(text("created")),
          base::parse_iso_date_time(text("expires"))};
}

std::string state_value(const std::vector<ApplicationSecret>& secrets) {
  json::Array list;
  for (const auto& secret : secrets) list.push_back(as_json(secret));
  return json::to_text(list);
}

// A secret that none of the others can be taken for.
std::string generate_secret(const std::vector<ApplicationSecret>& others) {
  while (true) {
    std::string text = generate_client_secret();
    const auto same = [&](const auto& other) { return other.hint == hint_of(text); };
    if (std::none_of(others.begin(), others.end(), same)) return text;
  }
}

}  // namespace

base::Result<store::StateWrite> ApplicationSecrets::first(std::string_view client_id, std::string_view text) const {
  ApplicationSecret secret{base::to_string(base::random_guid()), "first", hint_of(text), {}, clock_.now(), {}};
  secret.hash = TRY(hash_client_secret(text));
  return store::StateWrite{state_name(client_id), state_value({std::move(secret)}), store::must_not_exist};
}

base::Result<ApplicationSecrets::Stored> ApplicationSecrets::read(std::string_view tenant_id,
                                                                  std::string_view client_id) const {
  Stored stored;
  const auto state = TRY(store_.state(tenant_id, state_name(client_id)));
  if (!state) return stored;
  const auto list = json::parse(state->value);
  if (!list || !list->is_array()) return fail(ErrorCode::corrupt_data, "The stored client secrets cannot be read.");
  stored.version = state->version;
  for (const auto& secret : list->get_array()) stored.secrets.push_back(parse_secret(secret));
  return stored;
}

base::Status ApplicationSecrets::write(std::string_view tenant_id, std::string_view client_id, const Stored& stored) {
  store::Commit commit;
  commit.states.push_back({state_name(client_id), state_value(stored.secrets), stored.version});
  const auto committed = store_.commit(tenant_id, commit);
  return committed ? base::Status() : base::Status(committed.error());
}

base::Result<std::vector<ApplicationSecret>> ApplicationSecrets::list(std::string_view tenant_id,
                                                                      std::string_view client_id) const {
  auto secrets = TRY(read(tenant_id, client_id)).secrets;
  if (const auto older = TRY(store_.state(tenant_id, older_state_name(client_id)))) {
    ApplicationSecret secret;
    secret.name = older_secret;
    secret.hash = older->value;
    secrets.insert(secrets.begin(), std::move(secret));
  }
  return secrets;
}

base::Result<NewSecret> ApplicationSecrets::add(std::string_view tenant_id, std::string_view client_id,
                                                std::string_view name, std::optional<base::TimeSpan> lifetime) {
  TRY(check_name(name, "a secret"));
  if (lifetime && (lifetime->ticks <= 0 || lifetime->ticks > lifetime_max.ticks))
    return fail(ErrorCode::bad_request, "A secret lives for more than nothing and at most " +
                                            std::to_string(lifetime_max.ticks / base::ticks_per_day) + " days.");
  Stored stored = TRY(read(tenant_id, client_id));
  for (const auto& other : stored.secrets)
    if (other.name == name)
      return fail(ErrorCode::conflict, "The application has a secret named '" + std::string(name) + "' already.");
  if (stored.secrets.size() >= secrets_max)
    return fail(ErrorCode::limit_exceeded, "An application has at most " + std::to_string(secrets_max) +
                                               " secrets; remove one that is not used any more.");
  NewSecret made;
  made.text = generate_secret(stored.secrets);
  const base::DateTime now = clock_.now();
  made.secret = {base::to_string(base::random_guid()), std::string(name), hint_of(made.text), {}, now, {}};
  if (lifetime) made.secret.expires = now + *lifetime;
  made.secret.hash = TRY(hash_client_secret(made.text));
  stored.secrets.push_back(made.secret);
  TRY(write(tenant_id, client_id, stored));
  return made;
}

base::Status ApplicationSecrets::remove_older(std::string_view tenant_id, std::string_view client_id) {
  if (!TRY(store_.state(tenant_id, older_state_name(client_id))))
    return fail(ErrorCode::not_found, "The application has no secret '" + std::string(older_secret) + "'.");
  store::Commit commit;
  commit.states.push_back({older_state_name(client_id), std::nullopt});
  const auto committed = store_.commit(tenant_id, commit);
  return committed ? base::Status() : base::Status(committed.error());
}

base::Status ApplicationSecrets::remove(std::string_view tenant_id, std::string_view client_id,
                                        std::string_view id_or_name) {
  Stored stored = TRY(read(tenant_id, client_id));
  const auto named = std::find_if(stored.secrets.begin(), stored.secrets.end(), [&](const auto& secret) {
    return secret.id == id_or_name || secret.name == id_or_name;
  });
  if (named == stored.secrets.end() && id_or_name == older_secret) return remove_older(tenant_id, client_id);
  if (named == stored.secrets.end())
    return fail(ErrorCode::not_found, "The application has no secret '" + std::string(id_or_name) + "'.");
  stored.secrets.erase(named);
  return write(tenant_id, client_id, stored);
}

base::Result<std::optional<ApplicationSecret>> ApplicationSecrets::candidate(std::string_view tenant_id,
                                                                             std::string_view client_id,
                                                                             std::string_view text) const {
  const std::string id = canonical_id(client_id);
  if (id.empty()) return std::optional<ApplicationSecret>();
  std::optional<ApplicationSecret> older;
  for (auto& secret : TRY(list(tenant_id, id))) {
    if (secret.hint.empty())
      older = std::move(secret);
    else if (secret.hint == hint_of(text))
      return std::optional<ApplicationSecret>(std::move(secret));
  }
  return older;
}

}  // namespace vedette::auth
