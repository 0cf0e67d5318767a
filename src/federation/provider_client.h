// Requests to a provider: proven to it, no faster than it allows, and to nobody else.
//
// A URL must be at the origin of one of the instance's url settings: credentials go nowhere else, whatever a page says.
// Which addresses may be reached is decided when the connection is made (http/client.h). Belongs to one thread.
#pragma once

#include <chrono>
#include <string>

#include "request_prover.h"
#include "vedette/base/clock.h"
#include "vedette/base/deadline.h"
#include "vedette/federation/connector_transport.h"
#include "vedette/federation/federation.h"
#include "vedette/federation/instance.h"
#include "vedette/http/client.h"

namespace vedette::federation {

// "https://host:port" of a URL, in lower case; "" for what is none.
std::string origin_of(std::string_view url);

class ProviderClient {
 public:
  ProviderClient(const ConnectorTransport& transport, SettingValues values, Outbound outbound, const base::Clock& clock)
      : transport_(transport),
        values_(std::move(values)),
        outbound_(std::move(outbound)),
        clock_(clock),
        prover_(
            transport.authentication, [this](const std::string& name) { return setting(name); },
            [this](http::ClientRequest request, const base::StopCheck& stop) {
              return send_for_token(std::move(request), stop);
            },
            clock) {}
  ProviderClient(const ProviderClient&) = delete;

  const SettingValues& values() const { return values_; }
  // Of the last request; 0: there was no answer.
  int last_status() const { return last_status_; }
  // A template's place: one of the settings.
  std::optional<std::string> setting(const std::string& name) const;

  // An answer below 400. Errors: `forbidden` for another origin or an address out of reach, `unauthenticated` when the
  // provider takes no credentials, `too_many_requests` and `unavailable` with retry_after_s, `not_found`,
  // `precondition_failed`, `bad_request` for other 4xx; `cancelled`. None of them says a secret or a query.
  base::Result<http::ClientResponse> send(http::ClientRequest request, const base::StopCheck& stop);

 private:
  base::Status check_url(const std::string& url) const;
  base::Status wait_for_turn(const base::StopCheck& stop);
  base::Result<http::ClientResponse> send_for_token(http::ClientRequest request, const base::StopCheck& stop);
  base::Result<http::ClientResponse> exchange(http::ClientRequest request, const base::StopCheck& stop);

  const ConnectorTransport& transport_;
  const SettingValues values_;
  const Outbound outbound_;
  const base::Clock& clock_;
  RequestProver prover_;
  int last_status_ = 0;
  std::chrono::steady_clock::time_point next_turn_{};
};

}  // namespace vedette::federation
