#include "recent_records.h"

#include <algorithm>
#include <charconv>

#include "vedette/federation/connector_transport.h"
#include "vedette/ingest/record_reader.h"

namespace vedette::federation {

namespace {

constexpr size_t hash_digits = 16;

}  // namespace

base::Result<std::string> RecentRecords::hash_of(const json::Value& record) {
  return TRY(ingest::content_hash(ingest::memory_input("record", json::to_text(record)))).substr(0, hash_digits);
}

bool RecentRecords::has(const std::string& hash) const {
  return std::any_of(by_minute_.begin(), by_minute_.end(),
                     [&](const auto& minute) { return minute.second.contains(hash); });
}

std::multiset<std::string> RecentRecords::all() const {
  std::multiset<std::string> hashes;
  for (const auto& [minute, some] : by_minute_) hashes.insert(some.begin(), some.end());
  return hashes;
}

void RecentRecords::add(const std::string& hash, base::DateTime changed, size_t most) {
  by_minute_[changed.ticks / base::ticks_per_minute].insert(hash);
  for (++count_; count_ > most; --count_) {
    auto oldest = by_minute_.begin();
    oldest->second.erase(oldest->second.begin());
    if (oldest->second.empty()) by_minute_.erase(oldest);
  }
}

void RecentRecords::forget_before(base::DateTime time) {
  while (!by_minute_.empty() && by_minute_.begin()->first < time.ticks / base::ticks_per_minute) {
    count_ -= by_minute_.begin()->second.size();
    by_minute_.erase(by_minute_.begin());
  }
}

json::Object RecentRecords::encode() const {
  json::Object object;
  for (const auto& [minute, hashes] : by_minute_) {
    std::string text;
    for (const std::string& hash : hashes) text += hash;
    object[std::to_string(minute)] = std::move(text);
  }
  return object;
}

RecentRecords RecentRecords::decode(const json::Value* value) {
  RecentRecords recent;
  if (!value || !value->is_object()) return recent;
  for (const auto& member : value->get_object()) {
    const std::string_view key = member.key();
    int64_t minute = 0;
    std::from_chars(key.data(), key.data() + key.size(), minute);
    const std::string_view hashes = member.value().is_string() ? std::string_view(member.value().get_string()) : "";
    for (size_t at = 0; at + hash_digits <= hashes.size(); at += hash_digits)
      recent.add(std::string(hashes.substr(at, hash_digits)), {minute * base::ticks_per_minute}, page_size_max);
  }
  return recent;
}

}  // namespace vedette::federation
