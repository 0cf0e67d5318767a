// The format of .http files: requests and what they have to answer, as data.
//
//   @now 2024-05-01T12:00:00Z            the time; fixed for the whole file
//   @tenant T, @roles A B, @scopes A B, @user ID NAME     who asks from here on; `@user` alone: an application again
//   @directory_roles Security Reader, …  of the user
//   @app ID, @provider ISSUER            the application; who vouches for it, when it is not this server
//   @seed COLLECTION                     and below it, up to a blank line, a JSON array of documents
//   ### what the case shows
//   GET /v1.0/security/alerts_v2?$filter=status eq 'new'  blanks are sent as %20
//   Name: value                          headers, then a blank line and the body, if any
//
//   => 200
//   Name: value                          headers that the answer must have; <absent> for one that it must not
//   {"id": "<any>", "...": true}         JSON or text of the body; none: anything
//
// In expected JSON a text in angle brackets is a placeholder: <any>, <text>, <guid>, <date-time>, <absent>,
// <contains:x>, <matches:regex>, and <save:name>, which keeps the text for {{name}} in later cases. The member "..."
// lets an object have members that are not named; the element "..." at the end of an array lets more follow. Members
// are compared without order, unless the file's body is under `=> 200 in order`.
// Directives may stand between cases. Lines that start with "# " are comments.
#pragma once

#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "vedette/base/result.h"
#include "vedette/http/message.h"
#include "vedette/json/value.h"
#include "vedette/odata/caller.h"

namespace vedette::odata {

struct HttpSeed {
  std::string tenant;
  std::string collection;
  json::Array documents;
};

struct HttpCase {
  std::string name;
  int line = 0;
  Caller caller;
  http::Request request;
  int status = 0;
  bool in_order = false;
  http::Headers headers;
  std::string body;
};

struct HttpFile {
  std::string now;
  std::vector<HttpSeed> seeds;
  std::vector<HttpCase> cases;
};

// Errors name the line.
base::Result<HttpFile> parse_http_file(std::string_view text);

// How a request is sent: in process, or over a socket with a token for the caller.
using Send = std::function<http::Response(const http::Request&, const Caller&)>;

// Runs the cases in order; the saved texts are shared. Calls `complain` for each difference.
void run_http_cases(const HttpFile& file, const Send& send,
                    const std::function<void(const HttpCase&, const std::string& difference)>& complain);

// "" when `actual` is what `expected` describes, else where and how it differs.
std::string difference(const json::Value& expected, const json::Value* actual, bool in_order,
                       std::map<std::string, std::string>& saved);

}  // namespace vedette::odata
