#include "file_position.h"

#include <algorithm>

#include "document_members.h"
#include "vedette/ingest/record_reader.h"

namespace vedette::federation {

namespace {

constexpr size_t marked_bytes = 256;  // at the beginning, and before the place

// Numbers of devices and inodes have 64 bits, numbers of JSON here have a sign.
json::Value number(uint64_t value) { return static_cast<int64_t>(value); }

FilePosition position_of(const json::Value& value) {
  FilePosition position;
  position.file.device = static_cast<uint64_t>(number_in(value, "device"));
  position.file.inode = static_cast<uint64_t>(number_in(value, "inode"));
  position.path = json::find_string(value, "path");
  position.offset = static_cast<uint64_t>(number_in(value, "offset"));
  position.skipping = number_in(value, "skipping") != 0;
  position.mark = json::find_string(value, "mark");
  position.away = number_in(value, "away") != 0;
  return position;
}

}  // namespace

std::string encode(const std::vector<FilePosition>& positions) {
  json::Array files;
  for (const FilePosition& position : positions)
    files.push_back(json::Object{{"device", number(position.file.device)},
                                 {"inode", number(position.file.inode)},
                                 {"path", position.path},
                                 {"offset", number(position.offset)},
                                 {"skipping", position.skipping ? 1 : 0},
                                 {"mark", position.mark},
                                 {"away", position.away ? 1 : 0}});
  return json::to_text(json::Object{{"files", std::move(files)}});
}

base::Result<std::vector<FilePosition>> decode_file_positions(std::string_view text) {
  std::vector<FilePosition> positions;
  if (text.empty()) return positions;
  const auto value = json::parse(text);
  const json::Value* files = value ? json::find(*value, "files") : nullptr;
  if (!files || !files->is_array())
    return base::fail(base::ErrorCode::corrupt_data, "The places in followed files cannot be read.");
  for (const json::Value& file : files->get_array()) positions.push_back(position_of(file));
  return positions;
}

base::Result<std::string> mark_of(const io::OutsideFile& file, uint64_t offset) {
  const auto count = static_cast<size_t>(std::min<uint64_t>(offset, marked_bytes));
  std::string bytes = TRY(file.read(0, count));
  bytes += TRY(file.read(offset - count, count));
  if (bytes.size() < 2 * count) return std::string();
  return ingest::content_hash(ingest::memory_input("mark", std::move(bytes)));
}

}  // namespace vedette::federation
