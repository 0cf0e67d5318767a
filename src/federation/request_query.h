// Requests as KQL: write_back.kql and actions.kql. A query over the table `source`, which has one row, gives requests,
// one a row, in their order.
//
//   Method, Url: string            PATCH https://…; a row without a Method is none
//   Body: dynamic                  sent as JSON; null: no body
//   Headers: dynamic               a bag of texts (optional)
//   ReadUrl: string, Expect: dynamic   (optional) where to look whether it is done: when the answer to a GET there has
//                                  all members of the bag Expect
//   Written: dynamic               of write-back: an array of the names of the changes that the request carries, and
//   that
//                                  the provider will tell when it is read again
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "vedette/base/result.h"
#include "vedette/json/value.h"
#include "vedette/kql/plan/plan.h"

namespace vedette::federation {

// The dynamic columns of `source`.
struct RequestSource {
  std::vector<std::string> columns;
  bool says_written = false;  // its requests have the column Written
};
RequestSource write_back_source();  // Alert, Changes, Comments, Setting
RequestSource action_source();      // Action, Parameter, Setting

struct ProviderRequest {
  std::string method, url;
  std::string body;  // JSON; "": none
  json::Object headers;
  std::string read_url;
  json::Value expect;
  json::Array written{};  // the changes it carries
};

json::Array as_json(const std::vector<ProviderRequest>& requests);
// What as_json() wrote as a member of a document.
std::vector<ProviderRequest> read_requests(const json::Value& document, const char* member);

inline constexpr size_t requests_max = 1100;  // of one alert or action: its comments, and a few more

// Immutable; safe from any thread.
class RequestQuery {
 public:
  static base::Result<std::shared_ptr<const RequestQuery>> bind(std::string_view text, const RequestSource& source);

  // `values` as the source's columns are. limit_exceeded beyond requests_max.
  base::Result<std::vector<ProviderRequest>> run(const std::vector<json::Value>& values) const;

 private:
  columnar::Schema source_;
  std::shared_ptr<const kql::BoundQuery> query_;
};

}  // namespace vedette::federation
