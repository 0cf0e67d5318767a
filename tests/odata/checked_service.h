// A service that holds each of its responses to the model that it serves.
#pragma once

#include <gtest/gtest.h>

#include "response_check.h"
#include "vedette/odata/service.h"

namespace vedette::odata {

class CheckedService : public Service {
 public:
  using Service::Service;

  // A body that is made while it is sent comes whole.
  http::Response handle(const http::Request& request, const Caller& caller) const {
    http::Response response = Service::handle(request, caller);
    response.own_body();
    while (response.stream) {
      auto chunk = response.stream->next_chunk();
      if (!chunk) return response;
      if (!*chunk) response.stream.reset();
      if (*chunk) response.body += **chunk;
    }
    const std::string misfit = check_.misfit(request.target, response.status, response.headers, response.body);
    EXPECT_EQ(misfit, "") << request.method << " " << request.target << "\n" << response.body.substr(0, 2000);
    return response;
  }

 private:
  mutable ResponseCheck check_{[this](const std::string& target) {
    http::Request request;
    request.method = "GET";
    request.target = target;
    return Service::handle(request, Caller()).body;
  }};
};

}  // namespace vedette::odata
