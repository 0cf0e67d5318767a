// $batch in Graph's JSON form (OData 4.01 JSON, section 19; Graph's concepts/json-batching): up to 20 requests in one,
// each answered as if it had come alone. A request runs after those it depends on, and answers 424 when one of them did
// not succeed.
#pragma once

#include <functional>

#include "vedette/base/result.h"
#include "vedette/edm/model.h"
#include "vedette/http/message.h"

namespace vedette::odata {

inline constexpr size_t batch_requests_max = 20;
inline constexpr size_t batch_url_bytes_max = 64 * 1024;    // as the head of a request of its own
inline constexpr size_t batch_answer_bytes_max = 64 << 20;  // of all requests in it, their bodies

using Answer = std::function<http::Response(const http::Request&)>;

// The body of the answer. `root` is the service root the batch was sent to ("v1.0"). bad_request for what is no batch;
// limit_exceeded for too many requests.
base::Result<std::string> run_batch(const http::Request& batch, const std::string& root,
                                    const std::vector<const edm::Model*>& models, const Answer& answer);

}  // namespace vedette::odata
