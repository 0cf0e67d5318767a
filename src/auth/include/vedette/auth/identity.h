// What an authority knows: under which address, which tenants, applications and users, and the keys of its tokens.
#pragma once

#include "vedette/auth/directory.h"
#include "vedette/auth/server_address.h"
#include "vedette/auth/signing_keys.h"
#include "vedette/auth/users.h"
#include "vedette/base/clock.h"
#include "vedette/store/entity_store.h"

namespace vedette::auth {

// All that is referred to outlives what is made of it.
struct Identity {
  ServerAddress address;
  store::EntityStore& store;
  Directory& directory;
  Users& users;
  SigningKeys& keys;
  const base::Clock& clock;
};

}  // namespace vedette::auth
