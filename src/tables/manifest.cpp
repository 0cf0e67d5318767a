#include "manifest.h"

#include <xxhash.h>

#include "bytes.h"

namespace vedette::tables {

using base::ErrorCode;
using base::fail;

namespace {

void write_segments(ByteWriter& out, const std::vector<SegmentName>& segments) {
  out.varint(segments.size());
  for (const SegmentName& segment : segments) {
    out.text(segment.table);
    out.varint(segment.number);
  }
}

void read_segments(ByteReader& in, std::vector<SegmentName>& segments) {
  const uint64_t count = in.varint();
  for (uint64_t i = 0; i < count && in.ok(); ++i) {
    SegmentName& segment = segments.emplace_back();
    segment.table = in.text();
    segment.number = in.varint();
  }
}

bool decode_record(std::string_view body, int version, ManifestRecord& record) {
  ByteReader in(body);
  read_segments(in, record.added);
  read_segments(in, record.removed);
  const uint64_t count = in.varint();
  for (uint64_t i = 0; i < count && in.ok(); ++i) {
    std::string key(in.text());
    record.state[std::move(key)] = in.text();
  }
  if (version > 1) record.sealed_log = in.varint();
  return in.ok() && in.at_end();
}

}  // namespace

std::string encode_record(const ManifestRecord& record) {
  ByteWriter body;
  write_segments(body, record.added);
  write_segments(body, record.removed);
  body.varint(record.state.size());
  for (const auto& [key, value] : record.state) {
    body.text(key);
    body.text(value);
  }
  body.varint(record.sealed_log);
  const std::string bytes = body.take();
  ByteWriter out;
  out.fixed(static_cast<uint32_t>(bytes.size()));
  out.fixed<uint64_t>(XXH3_64bits(bytes.data(), bytes.size()));
  out.raw(bytes);
  return out.take();
}

base::Result<ManifestContents> decode_manifest(std::string_view bytes) {
  const bool is_v1 = bytes.starts_with(manifest_magic_v1);
  if (!bytes.starts_with(manifest_magic) && !is_v1) {
    if (bytes.starts_with("VDMAN"))
      return fail(ErrorCode::not_supported, "The data folder was written by a newer version of the program.");
    return fail(ErrorCode::corrupt_data, "The manifest of the data folder is damaged: its head is missing.");
  }
  constexpr size_t head_bytes = 4 + 8;
  ManifestContents out;
  out.version = is_v1 ? 1 : 2;
  out.valid_bytes = manifest_magic.size();
  while (bytes.size() - out.valid_bytes >= head_bytes) {
    ByteReader head(bytes.substr(out.valid_bytes, head_bytes));
    const auto size = head.fixed<uint32_t>();
    const auto checksum = head.fixed<uint64_t>();
    const std::string_view rest = bytes.substr(out.valid_bytes + head_bytes);
    if (size > rest.size()) break;
    ManifestRecord record;
    if (XXH3_64bits(rest.data(), size) != checksum || !decode_record(rest.substr(0, size), out.version, record)) {
      if (size == rest.size()) break;
      return fail(ErrorCode::corrupt_data,
                  "The manifest of the data folder is damaged at byte " + std::to_string(out.valid_bytes) + ".");
    }
    out.records.push_back(std::move(record));
    out.valid_bytes += head_bytes + size;
  }
  return out;
}

}  // namespace vedette::tables
