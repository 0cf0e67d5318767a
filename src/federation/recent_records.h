// The records of a provider that may come again, because polls overlap or a last page has no cursor behind it, known by
// the hash of their text. They are kept in the cursor, which is written with what they became.
//
//   {"<minute of change>": "<16 hexadecimal digits of each>"}
#pragma once

#include <map>
#include <set>
#include <string>

#include "vedette/base/result.h"
#include "vedette/base/time.h"
#include "vedette/json/value.h"

namespace vedette::federation {

// Where polls overlap. Beyond, the oldest are forgotten: alerts merge all the same, and what is no alert is stored once
// more. Of a page that is asked for again all are kept.
inline constexpr size_t recent_records_max = 4'000;

class RecentRecords {
 public:
  static base::Result<std::string> hash_of(const json::Value& record);

  bool has(const std::string& hash) const;
  std::multiset<std::string> all() const;
  void add(const std::string& hash, base::DateTime changed, size_t most = recent_records_max);
  void forget_before(base::DateTime time);
  void clear() { by_minute_.clear(), count_ = 0; }

  json::Object encode() const;
  static RecentRecords decode(const json::Value* value);

 private:
  std::map<int64_t, std::multiset<std::string>> by_minute_;
  size_t count_ = 0;
};

}  // namespace vedette::federation
