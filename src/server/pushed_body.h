// The body of a push as an input of records: freed of its content coding, within limits.
#pragma once

#include "vedette/base/result.h"
#include "vedette/http/message.h"
#include "vedette/ingest/pipeline.h"
#include "vedette/ingest/record_reader.h"
#include "vedette/json/value.h"

namespace vedette::server {

inline constexpr uint64_t push_body_bytes_max = 64 << 20;
inline constexpr uint64_t push_decompressed_bytes_max = 256 << 20;

// unsupported_media_type for other codings than gzip and zstd, payload_too_large, bad_request when it is damaged.
base::Result<ingest::Input> pushed_body(const http::Request& request);

// What a push is answered with.
json::Object push_answer(const ingest::IngestSummary& summary);

}  // namespace vedette::server
