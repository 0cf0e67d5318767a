// How the requests that may take long share the workers of the HTTP server, so that short ones, reads and tokens,
// always find one. Health needs none: it is answered on the io threads.
#pragma once

#include "vedette/auth/client_secret.h"

namespace vedette::server {

inline constexpr unsigned workers = 126;
inline constexpr unsigned workers_of_short_requests_min = 16;

// Of all tenants at once; more are asked to come again. A hunt that waits for its turn takes a worker, too.
inline constexpr int hunts_max = 8;
inline constexpr int hunts_waiting_max = 40;
inline constexpr int tenant_hunts_max = 36;
inline constexpr int pushes_max = 8;
inline constexpr int tenant_pushes_max = 6;
inline constexpr int handshakes_max = 4;  // with receivers of notifications
// Requests that may write, pushes and handshakes among them, and sign-ins: each waits for its row of the audit log,
// which takes long when the tenant's events do.
inline constexpr int writes_max = 32;
inline constexpr int tenant_writes_max = 24;
inline constexpr int sign_ins_max = 24;
inline constexpr int live_asks_max = 6;  // of providers, while alerts are listed

inline constexpr auth::SecretCheckLimits secret_checks;

static_assert(hunts_max + hunts_waiting_max + writes_max + sign_ins_max + live_asks_max +
                  workers_of_short_requests_min <=
              workers);
static_assert(pushes_max + handshakes_max < writes_max);
static_assert(secret_checks.running_max + secret_checks.waiting_max < sign_ins_max);

}  // namespace vedette::server
