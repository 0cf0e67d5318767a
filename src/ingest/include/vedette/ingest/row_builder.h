// Rows made of JSON records while they are read, for connectors whose records are rows already: no value of a record is
// made, and no query runs.
#pragma once

#include <map>
#include <string>
#include <string_view>

#include "vedette/columnar/vector.h"

namespace vedette::ingest {

// Belongs to one thread.
class RowBuilder {
 public:
  virtual ~RowBuilder() = default;
  // Appends the record as a row. False, and as if it had not been called, when the record needs more than is done here:
  // the connector then maps it, or it is no JSON object.
  virtual bool append(std::string_view json) = 0;
  virtual size_t rows() const = 0;   // since the last finish()
  virtual size_t bytes() const = 0;  // of their distinct values, about
  // What was appended, in order, as a batch of the table `table()`; the builder is empty afterwards.
  virtual columnar::Batch finish() = 0;
  virtual const std::string& table() const = 0;
  // How often a member was left out because the table has no column for it; counted from the last call on.
  virtual std::map<std::string, uint64_t> take_dropped_members() = 0;
};

}  // namespace vedette::ingest
