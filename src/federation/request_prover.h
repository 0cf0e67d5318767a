// Proves requests to be the tenant's, as connector.toml says ([authentication]). Tokens are fetched when they are
// needed and kept until shortly before they end. Belongs to one thread.
#pragma once

#include <functional>
#include <map>
#include <string>
#include <vector>

#include "vedette/base/clock.h"
#include "vedette/base/deadline.h"
#include "vedette/base/result.h"
#include "vedette/federation/authentication.h"
#include "vedette/http/client.h"

namespace vedette::federation {

class RequestProver {
 public:
  // Sends a request for a token, to where the instance's settings allow; an answer below 300.
  using Send = std::function<base::Result<http::ClientResponse>(http::ClientRequest, const base::StopCheck&)>;

  RequestProver(const std::vector<Authentication>& rules, TextTemplate::Lookup setting, Send send,
                const base::Clock& clock)
      : rules_(rules), setting_(std::move(setting)), send_(std::move(send)), clock_(clock) {}

  // Each time it is sent: a signature has its time in it.
  base::Status prove(http::ClientRequest& request, const base::StopCheck& stop);
  // The provider did not take the proof. True when it was by a token: a new one may do.
  bool forget_token(const http::ClientRequest& request);

 private:
  struct Token {
    std::string text;
    std::chrono::steady_clock::time_point until{};
  };

  const Authentication* rule_of(const std::string& url) const;
  base::Result<std::string> token(const Authentication& rule, const base::StopCheck& stop);
  base::Result<http::ClientRequest> token_request(const Authentication& rule) const;
  base::Result<std::string> basic(const Authentication& rule) const;
  base::Status prove_by_password(const Authentication& rule, http::ClientRequest& request) const;
  base::Status sign(const Authentication& rule, http::ClientRequest& request) const;

  const std::vector<Authentication>& rules_;
  const TextTemplate::Lookup setting_;
  const Send send_;
  const base::Clock& clock_;
  std::map<const Authentication*, Token> tokens_;
};

}  // namespace vedette::federation
