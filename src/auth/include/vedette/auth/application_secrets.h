// The secrets of an application: several at once, so that one can be replaced while the other still works, each with a
// name and an end.
//
// State "auth.client_secrets/<clientId>" of the tenant: [{"id","name","hint","hash","created","expires"},…], oldest
// first. It is no entity, so nothing that lists entities can show it. `hint` is the secret's beginning, 18 of its 256
// bits: by it the one hash is found that is worth its time. The older state "auth.client_secret/<clientId>" is a hash
// alone; it is a secret without name, hint and end.
// Threads: any.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "vedette/base/clock.h"
#include "vedette/base/result.h"
#include "vedette/store/entity_store.h"

namespace vedette::auth {

struct ApplicationSecret {
  std::string id;  // a GUID; "" for the older form
  std::string name;
  std::string hint;
  std::string hash;
  std::optional<base::DateTime> created, expires;
};

struct NewSecret {
  ApplicationSecret secret;
  std::string text;  // not kept anywhere
};

class ApplicationSecrets {
 public:
  ApplicationSecrets(store::EntityStore& store, const base::Clock& clock) : store_(store), clock_(clock) {}

  // What makes `text` the only secret of a new application.
  base::Result<store::StateWrite> first(std::string_view client_id, std::string_view text) const;

  // Expired ones too.
  base::Result<std::vector<ApplicationSecret>> list(std::string_view tenant_id, std::string_view client_id) const;
  // Errors: `bad_request` for the name or a lifetime that is none, `conflict` for a name that is taken,
  // `limit_exceeded`.
  base::Result<NewSecret> add(std::string_view tenant_id, std::string_view client_id, std::string_view name,
                              std::optional<base::TimeSpan> lifetime);
  // Errors: `not_found`.
  base::Status remove(std::string_view tenant_id, std::string_view client_id, std::string_view id_or_name);

  // The secret that `text` can be, expired or not; nullopt when there is none. Proves nothing: its hash does.
  base::Result<std::optional<ApplicationSecret>> candidate(std::string_view tenant_id, std::string_view client_id,
                                                           std::string_view text) const;

  // The name of the secret that an application of an earlier version has, which had one without a name.
  static constexpr std::string_view older_secret = "older";
  static constexpr size_t secrets_max = 10;
  static constexpr base::TimeSpan lifetime_max{3653 * base::ticks_per_day};

 private:
  struct Stored {
    std::vector<ApplicationSecret> secrets;
    int64_t version = store::must_not_exist;
  };
  base::Result<Stored> read(std::string_view tenant_id, std::string_view client_id) const;
  base::Status remove_older(std::string_view tenant_id, std::string_view client_id);
  base::Status write(std::string_view tenant_id, std::string_view client_id, const Stored& stored);

  store::EntityStore& store_;
  const base::Clock& clock_;
};

}  // namespace vedette::auth
