// Results for people and other programs: `hunt --format`.
#pragma once

#include <memory>
#include <string>

#include "vedette/base/result.h"
#include "vedette/columnar/vector.h"

namespace vedette::server {

// Takes the rows batch by batch and writes them to stdout.
class ResultFormat {
 public:
  static std::unique_ptr<ResultFormat> make(std::string_view name);  // table, json, csv; else null
  virtual ~ResultFormat() = default;
  virtual void begin(const columnar::Schema& schema) = 0;
  // Errors: those of base::may_go_on(), asked after each row; limit_exceeded beyond what a format holds.
  virtual base::Status add(const columnar::Batch& batch) = 0;
  virtual void end() = 0;
};

}  // namespace vedette::server
