#include "manifest.h"

#include "record_head.h"
#include "vedette/base/bytes.h"

namespace vedette::tables {

using base::ErrorCode;
using base::fail;

namespace {

void write_segments(base::ByteWriter& out, const std::vector<SegmentName>& segments) {
  out.varint(segments.size());
  for (const SegmentName& segment : segments) {
    out.text(segment.table);
    out.varint(segment.number);
  }
}

void read_segments(base::ByteReader& in, std::vector<SegmentName>& segments) {
  const uint64_t count = in.varint();
  for (uint64_t i = 0; i < count && in.ok(); ++i) {
    SegmentName& segment = segments.emplace_back();
    segment.table = in.text();
    segment.number = in.varint();
  }
}

bool decode_record(std::string_view body, int version, ManifestRecord& record) {
  base::ByteReader in(body);
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
  base::ByteWriter body;
  body.raw(std::string(record_head_bytes, '\0'));
  write_segments(body, record.added);
  write_segments(body, record.removed);
  body.varint(record.state.size());
  for (const auto& [key, value] : record.state) {
    body.text(key);
    body.text(value);
  }
  body.varint(record.sealed_log);
  return with_record_head(body.take());
}

base::Result<ManifestContents> decode_manifest(std::string_view bytes) {
  const bool is_v1 = bytes.starts_with(manifest_magic_v1);
  if (!bytes.starts_with(manifest_magic) && !is_v1) {
    if (bytes.starts_with("VDMAN"))
      return fail(ErrorCode::not_supported, "The data folder was written by a newer version of the program.");
    return fail(ErrorCode::corrupt_data, "The manifest of the data folder is damaged: its head is missing.");
  }
  ManifestContents out;
  out.version = is_v1 ? 1 : 2;
  out.valid_bytes = manifest_magic.size();
  while (out.valid_bytes < bytes.size()) {
    std::string_view body;
    const RecordState state = read_record(bytes.substr(out.valid_bytes), body);
    if (state == RecordState::cut_off) break;
    ManifestRecord record;
    if (state == RecordState::damaged || !decode_record(body, out.version, record))
      return fail(ErrorCode::corrupt_data,
                  "The manifest of the data folder is damaged at byte " + std::to_string(out.valid_bytes) + ".");
    out.records.push_back(std::move(record));
    out.valid_bytes += record_head_bytes + body.size();
  }
  return out;
}

}  // namespace vedette::tables
