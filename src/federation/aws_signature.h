// Requests proven by AWS Signature Version 4: the key stays here, what goes out is an HMAC over the request.
// Source: "Create a signed AWS API request" of the IAM user guide; the test has its examples.
#pragma once

#include <string>

#include "vedette/base/result.h"
#include "vedette/base/time.h"
#include "vedette/http/client.h"

namespace vedette::federation {

struct AwsCredentials {
  std::string access_key_id, secret_access_key;
  std::string session_token;  // of temporary credentials; "": none
  std::string region, service;
};

// Sets X-Amz-Date, X-Amz-Security-Token and Authorization. Signed are the host, Content-Type and X-Amz-*; all else may
// be added afterwards, the body and the URL not. bad_request for a URL without a host.
base::Status sign_aws_request(http::ClientRequest& request, const AwsCredentials& credentials, base::DateTime now);

}  // namespace vedette::federation
