#include "pushed_body.h"

namespace vedette::server {

using base::ErrorCode;
using base::fail;

namespace {

// The codings are found by the body's own first bytes; the field must not promise another one.
base::Status check_content_encoding(const http::Request& request) {
  const std::string_view coding = request.headers.get("Content-Encoding", "identity");
  for (const std::string_view known : {"identity", "gzip", "x-gzip", "zstd"})
    if (http::equal_ignoring_case(coding, known)) return {};
  return fail(ErrorCode::unsupported_media_type,
              "Content-Encoding '" + std::string(coding) + "' is not supported; gzip and zstd are.");
}

}  // namespace

// A body is refused whole when its compression is broken or hides too much; what is inside is judged record by record.
base::Result<ingest::Input> pushed_body(const http::Request& request) {
  TRY(check_content_encoding(request));
  ingest::ReadLimits limits;
  limits.decompressed_bytes_max = push_decompressed_bytes_max;
  auto input = ingest::decompressed(ingest::memory_input("push", request.body), limits);
  if (input) return input;
  const bool too_large = input.error().code == ErrorCode::limit_exceeded;
  return fail(too_large ? ErrorCode::payload_too_large : ErrorCode::bad_request, input.error().message);
}

json::Object push_answer(const ingest::IngestSummary& summary) {
  return {{"accepted", summary.records},
          {"mapped", summary.mapped},
          {"unmapped", summary.unmapped},
          {"quarantined", summary.quarantined}};
}

}  // namespace vedette::server
