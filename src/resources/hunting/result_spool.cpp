#include "result_spool.h"

namespace vedette::resources {

using base::ErrorCode;
using base::fail;

class SpooledBody final : public http::BodyStream {
 public:
  SpooledBody(ResultSpool::TemporaryFile file, std::string text) : file_(std::move(file)), text_(std::move(text)) {}

  base::Result<std::optional<std::string>> next_chunk() override {
    if (!file_) {
      if (text_.empty()) return std::optional<std::string>{};
      return std::optional<std::string>(std::exchange(text_, {}));
    }
    std::string chunk(256 << 10, '\0');
    chunk.resize(std::fread(chunk.data(), 1, chunk.size(), file_.get()));
    if (std::ferror(file_.get())) return fail(ErrorCode::io_error, "A result could not be read back.");
    if (chunk.empty()) return std::optional<std::string>{};
    return std::optional<std::string>(std::move(chunk));
  }

 private:
  ResultSpool::TemporaryFile file_;
  std::string text_;
};

base::Status ResultSpool::flush() {
  if (!file_) file_.reset(std::tmpfile());
  if (!file_ || std::fwrite(text_.data(), 1, text_.size(), file_.get()) != text_.size())
    return fail(ErrorCode::io_error, "A large result could not be kept in a temporary file.");
  file_bytes_ += static_cast<int64_t>(text_.size());
  text_.clear();
  return {};
}

base::Status ResultSpool::flush_if_large() {
  if (text_.size() >= memory_bytes_max) TRY(flush());
  return {};
}

base::Result<std::unique_ptr<http::BodyStream>> ResultSpool::finish() && {
  if (file_) {
    TRY(flush());
    if (std::fseek(file_.get(), 0, SEEK_SET) != 0)
      return fail(ErrorCode::io_error, "A large result could not be read back.");
  }
  return std::unique_ptr<http::BodyStream>(std::make_unique<SpooledBody>(std::move(file_), std::move(text_)));
}

}  // namespace vedette::resources
