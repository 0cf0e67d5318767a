// Numbers the records of an input as its readers cut them out, and parses those that are wanted.
#pragma once

#include <span>
#include <string>
#include <string_view>

#include "input_window.h"
#include "vedette/ingest/record_reader.h"

namespace vedette::ingest {

class RecordCollector {
 public:
  explicit RecordCollector(const ReadOptions& options) : options_(options), pending_(options_.pending) {}

  void begin_member(std::string name) { file_ = std::move(name), file_in_arena_ = {}; }
  const ReadLimits& limits() const { return options_.limits; }
  const ReadOptions& options() const { return options_; }

  // Each of these is the next record of the input; the caller builds a value only when wanted() says so.
  bool wanted() const;
  void add_json(std::string_view text, Place place);  // an object, or else it is quarantined
  void add_text(std::string_view text, Place place);  // well-formed UTF-8, or else it is quarantined
  void add_value(const columnar::Dynamic& value, std::string_view text);  // `value` lives in arena()
  void skip() { ++next_ordinal_; }
  void reject(std::string reason, std::string_view text, Place place);

  columnar::Arena& arena() { return *batch_.arena; }
  uint64_t next_ordinal() const { return next_ordinal_; }
  size_t size() const { return batch_.records.size() + batch_.quarantined.size() + batch_.rows_built; }
  size_t text_bytes() const { return batch_.text_bytes; }
  RecordBatch take() { return file_in_arena_ = {}, std::exchange(batch_, RecordBatch{}); }
  RecordCollector(const RecordCollector&) = delete;
  RecordCollector& operator=(const RecordCollector&) = delete;

 private:
  void add(const columnar::Dynamic& value, std::string_view text_in_arena);
  std::string_view keep(std::string_view text);

  ReadOptions options_;
  std::span<const uint64_t> pending_;
  std::string file_;
  std::string_view file_in_arena_;
  uint64_t next_ordinal_ = 0;
  columnar::DynamicParser parser_;
  RecordBatch batch_;
};

// Cuts one member into records.
class FormatReader {
 public:
  virtual ~FormatReader() = default;
  // Adds a record, or a few; false when the member has none any more.
  virtual bool next(RecordCollector& out) = 0;
};

std::unique_ptr<FormatReader> read_json_lines(InputWindow& window);
std::unique_ptr<FormatReader> read_json_values(InputWindow& window);
std::unique_ptr<FormatReader> read_csv(InputWindow& window, const ReadOptions& options);
std::unique_ptr<FormatReader> read_zeek(InputWindow& window);
std::unique_ptr<FormatReader> read_text(InputWindow& window);
// Each line is what its first character says.
std::unique_ptr<FormatReader> read_mixed_lines(InputWindow& window);
std::unique_ptr<FormatReader> refuse_member(InputWindow& window, std::string reason);

// Picks one of them by the member's first bytes, and for CSV by its name.
// Whether a member's name says that it is CSV or its like with tabs.
bool is_delimited(std::string_view name);

std::unique_ptr<FormatReader> open_format(RecordFormat format, std::string_view name, InputWindow& window,
                                          const ReadOptions& options);

}  // namespace vedette::ingest
