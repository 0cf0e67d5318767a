// A file of lines that another program appends to, renames and cuts off, read from a durable place on.
#pragma once

#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "file_position.h"
#include "group_cut.h"
#include "vedette/ingest/connector_config.h"
#include "vedette/ingest/record_reader.h"

namespace vedette::federation {

// What was read, and the place behind it. The file goes on from there when that is told to it (advance).
struct LineBatch {
  std::string text;  // whole lines, after the header of those of tables
  ingest::Framing framing = ingest::Framing::lines;
  FilePosition after;
  bool more = false;  // there are further lines
};

// Belongs to one thread.
class FollowedFile {
 public:
  static constexpr size_t batch_bytes = 4 << 20;
  static constexpr size_t line_bytes_max = ingest::ReadLimits{}.record_bytes_max;
  static constexpr size_t header_bytes_max = 64 << 10;

  FollowedFile(std::unique_ptr<io::OutsideFile> file, FilePosition position, const ingest::ConnectorConfig& config);

  const FilePosition& position() const { return position_; }
  void set_path(std::string path) { position_.path = std::move(path); }
  // Before its first reading: only what comes from now on counts.
  base::Status skip_to_end();

  // What can be stored now; nothing when there is nothing. What is not whole yet waits: a line that has no end, and
  // lines whose event may go on. `ended`: nothing will be appended any more, so that nothing waits.
  enum class Writer : uint8_t { may_append, ended };
  base::Result<std::optional<LineBatch>> read(Writer writer, std::chrono::steady_clock::time_point now);
  void advance(FilePosition after) { position_ = std::move(after); }

 private:
  base::Status find_place();
  base::Result<std::optional<LineBatch>> skip_line(std::string bytes);
  size_t whole_lines(std::string_view bytes, Writer writer, std::chrono::steady_clock::time_point now);
  base::Result<std::string> header() const;

  const std::unique_ptr<io::OutsideFile> file_;
  FilePosition position_;
  const ingest::ConnectorConfig& config_;
  std::optional<GroupCut> groups_;
  uint64_t size_ = 0;  // when it was looked at last
};

}  // namespace vedette::federation
