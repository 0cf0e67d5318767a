#include "vedette/io/faulty_file_system.h"

#include <mutex>
#include <new>
#include <optional>

namespace vedette::io {
namespace {

using base::ErrorCode;
using base::fail;

// Background threads of what is tested call too.
class Plan {
 public:
  void arm(int64_t fail_at, Fault fault) {
    const std::lock_guard lock(mutex_);
    calls_ = 0, fail_at_ = fail_at, fault_ = fault;
  }
  void heal() {
    const std::lock_guard lock(mutex_);
    fail_at_ = 0;
  }
  int64_t calls() const {
    const std::lock_guard lock(mutex_);
    return calls_;
  }
  // The fault that this call suffers from.
  std::optional<Fault> next() {
    const std::lock_guard lock(mutex_);
    ++calls_;
    if (fault_ == Fault::exception) return std::nullopt;
    const bool due = fault_ == Fault::one_failure ? calls_ == fail_at_ : calls_ >= fail_at_;
    return due && fail_at_ > 0 ? std::optional(fault_) : std::nullopt;
  }
  // Of an append.
  std::optional<Fault> next_append() {
    const auto fault = next();
    const std::lock_guard lock(mutex_);
    if (fault_ != Fault::exception || fail_at_ == 0 || calls_ < fail_at_) return fault;
    fail_at_ = 0;
    throw std::bad_alloc();
  }
  // Of a call that does not sync.
  bool fails() {
    const auto fault = next();
    return fault && *fault != Fault::sync_failure;
  }

 private:
  mutable std::mutex mutex_;
  int64_t calls_ = 0, fail_at_ = 0;
  Fault fault_ = Fault::no_space;
};

base::Error injected() { return fail(ErrorCode::io_error, "The server could not write a file: injected fault."); }

class FaultyFile final : public File {
 public:
  FaultyFile(std::unique_ptr<File> real, Plan& plan) : real_(std::move(real)), plan_(plan) {}
  base::Result<uint64_t> size() const override { return real_->size(); }
  base::Status read_into(uint64_t offset, std::span<char> out) const override { return real_->read_into(offset, out); }
  base::Status append(std::string_view bytes) override {
    const auto fault = plan_.next_append();
    if (!fault || *fault == Fault::sync_failure) return real_->append(bytes);
    if (*fault == Fault::torn_write) TRY(real_->append(bytes.substr(0, bytes.size() / 2)));
    return injected();
  }
  base::Status sync() override { return plan_.next() ? base::Status(injected()) : real_->sync(); }
  base::Status truncate(uint64_t size) override {
    return plan_.fails() ? base::Status(injected()) : real_->truncate(size);
  }

 private:
  std::unique_ptr<File> real_;
  Plan& plan_;
};

class Faulty final : public FaultyFileSystem {
 public:
  explicit Faulty(FileSystem& real) : real_(real) {}
  void arm(int64_t fail_at, Fault fault) override { plan_.arm(fail_at, fault); }
  void heal() override { plan_.heal(); }
  int64_t calls() const override { return plan_.calls(); }

  base::Result<std::unique_ptr<File>> open_for_reading(const std::string& path) override {
    return real_.open_for_reading(path);
  }
  base::Result<std::unique_ptr<File>> open_for_appending(const std::string& path) override {
    return std::make_unique<FaultyFile>(TRY(real_.open_for_appending(path)), plan_);
  }
  base::Status rename(const std::string& from, const std::string& to) override {
    return plan_.fails() ? base::Status(injected()) : real_.rename(from, to);
  }
  base::Status remove_file(const std::string& path) override {
    return plan_.fails() ? base::Status(injected()) : real_.remove_file(path);
  }
  base::Status create_directories(const std::string& path) override {
    return plan_.fails() ? base::Status(injected()) : real_.create_directories(path);
  }
  base::Status sync_directory(const std::string& path) override {
    return plan_.next() ? base::Status(injected()) : real_.sync_directory(path);
  }
  base::Result<std::vector<std::string>> list_directory(const std::string& path) override {
    return real_.list_directory(path);
  }
  base::Result<std::unique_ptr<FileLock>> lock(const std::string& path) override { return real_.lock(path); }
  bool exists(const std::string& path) override { return real_.exists(path); }
  base::Status set_mode(const std::string& path, FileMode mode) override { return real_.set_mode(path, mode); }

 private:
  FileSystem& real_;
  Plan plan_;
};

}  // namespace

std::unique_ptr<FaultyFileSystem> make_faulty_file_system(FileSystem& real) { return std::make_unique<Faulty>(real); }

}  // namespace vedette::io
