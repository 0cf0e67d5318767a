#include "grouper.h"

#include <algorithm>

#include "pattern.h"

namespace vedette::ingest {

std::string Grouper::key_of(const Record& record) const {
  std::string key;
  if (rule_.pattern) {
    key = rule_.pattern->first_group(record.text).value_or("");
  } else {
    for (size_t i = 0; i < rule_.members.size() && key.empty(); ++i)
      if (const auto* member = find_member(record.value, rule_.members[i])) key = member_text(*member);
  }
  return key.empty() ? key : key + '\0' + std::string(record.file);
}

RecordBatch Grouper::add(RecordBatch batch) {
  RecordBatch out;
  out.arena = batch.arena;
  out.quarantined = std::move(batch.quarantined);
  out.text_bytes = batch.text_bytes;
  for (const auto& record : batch.records) {
    join_until(record.ordinal, out);
    std::string key = key_of(record);
    if (key.empty()) {
      out.records.push_back(record);
      continue;
    }
    const auto [known, is_new] = by_key_.try_emplace(key, closed_ + open_.size());
    if (is_new) open_.push_back({std::move(key), std::string(record.file), {}});
    Part part{std::string(record.text), {}, record.ordinal};
    if (!record.value.is_null()) append_json(part.json, record.value);
    open_[known->second - closed_].parts.push_back(std::move(part));
  }
  return out;
}

RecordBatch Grouper::finish() {
  RecordBatch out;
  join_until(UINT64_MAX, out);
  return out;
}

std::vector<uint64_t> Grouper::pending() const {
  std::vector<uint64_t> ordinals;
  for (const auto& group : open_)
    for (const auto& part : group.parts) ordinals.push_back(part.ordinal);
  std::sort(ordinals.begin(), ordinals.end());
  return ordinals;
}

void Grouper::join_until(uint64_t ordinal, RecordBatch& out) {
  while (!open_.empty() && (ordinal == UINT64_MAX || ordinal - open_.front().parts.front().ordinal >= rule_.window)) {
    join(open_.front(), out);
    by_key_.erase(open_.front().key);
    open_.pop_front();
    ++closed_;
  }
}

void Grouper::join(const Group& group, RecordBatch& out) {
  std::string text, json;
  for (const auto& part : group.parts) {
    if (!text.empty()) text += '\n';
    text += part.text;
    if (part.json.empty()) continue;
    json += json.empty() ? '[' : ',';
    json += part.json;
  }
  Record record{.value = {},
                .text = out.arena->copy(text),
                .file = out.arena->copy(group.file),
                .ordinal = group.parts.front().ordinal,
                .parts = static_cast<uint32_t>(group.parts.size())};
  if (!json.empty()) {
    columnar::DynamicParser parser;
    if (auto value = parser.parse(json + "]", *out.arena)) record.value = *value;
  }
  out.records.push_back(record);
}

}  // namespace vedette::ingest
