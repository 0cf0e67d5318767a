// The keys of a join as 64-bit numbers, so that rows are held, hashed and compared without their texts.
//
// A number or time is its own bits. A value of another type is its place among all values of that key that either side
// has shown (value_ids.h); of a dictionary's value that is looked up once.
#pragma once

#include <mutex>

#include "operators.h"
#include "value_ids.h"

namespace vedette::kql {

class JoinKeys {
 public:
  explicit JoinKeys(const JoinNode& node);

  size_t width() const { return columns_.size(); }
  // What a stream of one side has seen.
  struct Memory {
    std::vector<DictionaryIds> dictionaries;  // by key
  };
  // The columns of an input followed by its keys' numbers, as the join holds them. Of the input's columns only those
  // that the join hands on have their values.
  columnar::Schema held_schema(JoinSide side) const;
  // By output column of the input: whether it is left out.
  const std::vector<bool>& left_out(JoinSide side) const { return left_out_[side == JoinSide::left ? 0 : 1]; }
  StreamPtr numbered(JoinSide side, StreamPtr input);

 private:
  friend class NumberedKeys;
  struct Column {
    columnar::Type type;
    bool by_bits = false;
    std::mutex mutex;
    std::unique_ptr<ValueIds> ids;  // of a type that is not by_bits
  };
  Vector numbers(Column& column, const Vector& values, DictionaryIds& memory) const;

  const JoinNode& node_;
  std::vector<std::unique_ptr<Column>> columns_;
  std::vector<bool> left_out_[2];
};

}  // namespace vedette::kql
