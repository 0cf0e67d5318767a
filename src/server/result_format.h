// Results for people and other programs: `hunt --format`.
#pragma once

#include <memory>
#include <string>

#include "vedette/kql/exec/engine.h"

namespace vedette::server {

// Takes the rows batch by batch and writes them to stdout.
class ResultFormat {
 public:
  static std::unique_ptr<ResultFormat> make(std::string_view name);  // table, json, csv; else null
  virtual ~ResultFormat() = default;
  virtual void begin(const columnar::Schema& schema) = 0;
  virtual void add(const columnar::Batch& batch) = 0;
  virtual void end() = 0;
};

}  // namespace vedette::server
