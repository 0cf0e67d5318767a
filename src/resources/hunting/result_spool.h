// Text that is written once and then sent: in memory while it is small, beyond that in a temporary file without a name.
#pragma once

#include <cstdio>
#include <memory>
#include <string>
#include <string_view>

#include "vedette/base/result.h"
#include "vedette/http/message.h"

namespace vedette::resources {

class ResultSpool {
 public:
  static constexpr size_t memory_bytes_max = 4 << 20;

  // Text that stands before the next written bytes; call flush_if_large() now and then.
  std::string& text() { return text_; }
  int64_t size() const { return file_bytes_ + static_cast<int64_t>(text_.size()); }
  // io_error when the temporary file cannot be written.
  base::Status flush_if_large();
  base::Result<std::unique_ptr<http::BodyStream>> finish() &&;

 private:
  struct Close {
    void operator()(std::FILE* file) const { std::fclose(file); }
  };
  using TemporaryFile = std::unique_ptr<std::FILE, Close>;
  friend class SpooledBody;

  base::Status flush();

  std::string text_;
  TemporaryFile file_;
  int64_t file_bytes_ = 0;
};

}  // namespace vedette::resources
