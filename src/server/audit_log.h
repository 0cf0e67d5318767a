// Who did what: each write of the API and each sign-in is a row of the tenant's table GraphApiAuditEvents, beside its
// other events, hunted and dropped like them.
//
// A row is durable before the request is answered: it is a commit of the tenant's event store, where commits that come
// at once share one sync. Reads make no row and wait for none. A row that cannot be stored is a problem of the log, not
// of the request, whose write has happened. Rows hold names, ids, paths and codes: no query string, no body, no token,
// and nothing of what somebody sent in place of a secret.
//
// What the columns mean for a sign-in: RequestUri is the endpoint with a query of our own,
// "?grant_type=authorization_code&error=invalid_grant&error_code=54005" (without the error when it succeeded);
// TargetWorkload is "SignIn". For a write it is "Api".
// Threads: any.
#pragma once

#include <map>
#include <mutex>
#include <string>
#include <utility>
#include <vector>

#include "log.h"
#include "tenant_events.h"
#include "vedette/auth/server_address.h"
#include "vedette/auth/sign_in.h"
#include "vedette/base/clock.h"
#include "vedette/odata/service.h"

namespace vedette::server {

class AuditLog {
 public:
  // What it is given outlives it.
  AuditLog(EventFolders& events, const auth::ServerAddress& address, const base::Clock& clock, Log& log)
      : events_(events), address_(address), clock_(clock), log_(log) {}

  ~AuditLog();

  void wrote(const odata::AnsweredWrite& write);
  void signed_in(const auth::SignIn& sign_in);

  static constexpr size_t text_bytes_max = 4096;  // of a value; what is longer is cut
  // Rows of a tenant's refused sign-ins, which anybody can make; how many more there were is in the server's log.
  static constexpr int refused_per_second_max = 20;

 private:
  using Row = std::vector<std::pair<std::string_view, std::string>>;  // column and value
  struct Refused {
    int64_t second = 0;
    int rows = 0, dropped = 0;
  };
  bool keeps_refused(const std::string& tenant_id);
  void tell_of(const Refused& refused, const std::string& tenant_id) const;
  Row row_for(const http::Request& request, const std::string& tenant_id) const;
  void store(const std::string& tenant_id, const Row& row, int64_t response_bytes);

  EventFolders& events_;
  const auth::ServerAddress& address_;
  const base::Clock& clock_;
  Log& log_;
  std::mutex mutex_;
  std::map<std::string, Refused> refused_;  // by tenant
};

}  // namespace vedette::server
