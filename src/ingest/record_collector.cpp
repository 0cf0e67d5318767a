#include "record_collector.h"

#include <algorithm>

#include "vedette/base/utf8.h"

namespace vedette::ingest {

bool RecordCollector::wanted() const {
  return next_ordinal_ >= options_.first_ordinal || std::binary_search(pending_.begin(), pending_.end(), next_ordinal_);
}

std::string_view RecordCollector::keep(std::string_view text) {
  batch_.text_bytes += text.size();
  return arena().copy(text);
}

void RecordCollector::add(const columnar::Dynamic& value, std::string_view text_in_arena) {
  if (file_in_arena_.empty()) file_in_arena_ = arena().copy(file_);
  batch_.records.push_back({value, text_in_arena, file_in_arena_, next_ordinal_++, 1});
}

void RecordCollector::add_json(std::string_view text, Place place) {
  if (!wanted()) return skip();
  if (options_.rows && batch_.records.empty() && options_.rows->append(text)) {
    batch_.text_bytes += text.size();
    ++batch_.rows_built;
    ++next_ordinal_;
    return;
  }
  auto value = parser_.parse(text, arena());
  if (!value) return reject(value.error().message, text, place);
  if (value->kind() != columnar::DynamicKind::bag) return reject("The record is no JSON object.", text, place);
  add(*value, keep(text));
}

void RecordCollector::add_text(std::string_view text, Place place) {
  if (!wanted()) return skip();
  if (!base::is_valid_utf8(text)) return reject("The line is not UTF-8.", text, place);
  add({}, keep(text));
}

void RecordCollector::add_value(const columnar::Dynamic& value, std::string_view text) { add(value, keep(text)); }

void RecordCollector::reject(std::string reason, std::string_view text, Place place) {
  if (!wanted()) return skip();
  text = text.substr(0, ReadLimits::quarantine_text_bytes_max);
  batch_.text_bytes += text.size();
  batch_.quarantined.push_back(
      {std::move(reason), std::string(text), file_, next_ordinal_++, place.offset, place.line});
}

}  // namespace vedette::ingest
