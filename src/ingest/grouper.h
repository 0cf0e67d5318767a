// Joins records that belong together (connector.toml, [group]) into one: an array of their values, their texts line by
// line. What is joined depends on the records' places in their file only, never on how the file was cut into batches.
#pragma once

#include <deque>
#include <memory>
#include <string>
#include <unordered_map>
#include <vector>

#include "vedette/ingest/connector_config.h"
#include "vedette/ingest/record.h"

namespace vedette::ingest {

class Grouper {
 public:
  explicit Grouper(GroupRule rule) : rule_(std::move(rule)) {}

  // The records that are complete now, in the order of their first parts.
  RecordBatch add(RecordBatch batch);
  RecordBatch finish();
  // The ordinals of the records that wait for others, sorted.
  std::vector<uint64_t> pending() const;

 private:
  struct Part {
    std::string text;
    std::string json;  // of the value; "" when there is none
    uint64_t ordinal = 0;
  };
  struct Group {
    std::string key, file;
    std::vector<Part> parts;
  };

  std::string key_of(const Record& record) const;
  void join_until(uint64_t ordinal, RecordBatch& out);
  static void join(const Group& group, RecordBatch& out);

  GroupRule rule_;
  std::deque<Group> open_;                            // by first ordinal
  uint64_t closed_ = 0;                               // how many left open_ at its front
  std::unordered_map<std::string, uint64_t> by_key_;  // key and file → position in open_ + closed_
};

}  // namespace vedette::ingest
