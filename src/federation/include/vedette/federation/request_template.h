// A request with places, as connector.toml has them: [poll], [poll.each], [write_back] current.
#pragma once

#include <string>
#include <vector>

#include "vedette/base/result.h"
#include "vedette/federation/body_template.h"
#include "vedette/federation/text_template.h"
#include "vedette/http/client.h"

namespace vedette::federation {

struct RequestTemplate {
  std::string method = "GET";
  TextTemplate url;
  BodyTemplate body;

  bool empty() const { return url.empty(); }
  std::vector<std::string> places() const;  // of the URL and the body
  // A body goes as JSON. Errors: bad_request naming a place without a value.
  base::Result<http::ClientRequest> fill(const BodyTemplate::Lookup& lookup) const;
};

}  // namespace vedette::federation
