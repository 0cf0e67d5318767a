#include "ingest_progress.h"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <thread>

namespace vedette::server {

using std::chrono::steady_clock;

// Counts how far it was read by the thread that made it.
class IngestProgress::File::WatchedBytes final : public ingest::ByteSource {
 public:
  WatchedBytes(std::shared_ptr<const ByteSource> bytes, File& file) : bytes_(std::move(bytes)), file_(file) {}
  uint64_t size() const override { return bytes_->size(); }
  base::Status read_into(uint64_t offset, std::span<char> out) const override {
    if (std::this_thread::get_id() == thread_) reached(offset + out.size());
    return bytes_->read_into(offset, out);
  }
  void will_read(uint64_t offset, uint64_t size) const override { bytes_->will_read(offset, size); }

 private:
  void reached(uint64_t position) const {
    if (position <= file_.position_) return;
    file_.all_.bytes_done_ += position - file_.position_;
    file_.position_ = position;
  }

  const std::shared_ptr<const ByteSource> bytes_;
  File& file_;
  const std::thread::id thread_ = std::this_thread::get_id();
};

IngestProgress::IngestProgress(const std::vector<std::string>& files) : terminal_(isatty(STDERR_FILENO) == 1) {
  if (!terminal_) return;
  for (const std::string& file : files) {
    std::error_code error;
    const uintmax_t size = std::filesystem::file_size(file, error);
    if (!error) bytes_ += size;
  }
}

ingest::Input IngestProgress::File::watch(ingest::Input input) {
  if (!all_.terminal_) return input;
  size_ = input.bytes->size();
  input.bytes = std::make_shared<const WatchedBytes>(std::move(input.bytes), *this);
  return input;
}

void IngestProgress::File::show(const ingest::IngestSummary& summary) {
  all_.records_ += summary.records - std::exchange(records_, summary.records);
  if (all_.terminal_) all_.draw(name_, steady_clock::now());
}

void IngestProgress::draw(const std::string& name, steady_clock::time_point now) {
  constexpr auto pause = std::chrono::milliseconds(100);
  constexpr size_t bar_width = 24, name_width = 30;
  const std::lock_guard lock(mutex_);
  if (now - shown_ < pause) return;
  shown_ = now;
  const double fraction =
      bytes_ == 0 ? 1.0 : std::min(1.0, static_cast<double>(bytes_done_) / static_cast<double>(bytes_));
  const auto filled = static_cast<size_t>(fraction * bar_width);
  const double seconds = std::max(std::chrono::duration<double>(now - begun_).count(), 0.001);
  fmt::print(stderr, "\r\033[K{} [{:#<{}}{:.<{}}] {:3.0f}%  {} records  {:.0f}/s",
             name.substr(name.rfind('/') + 1).substr(0, name_width), "", filled, "", bar_width - filled, fraction * 100,
             records_.load(), static_cast<double>(records_) / seconds);
  std::fflush(stderr);
  drawn_ = true;
}

void IngestProgress::clear() {
  if (!drawn_) return;
  std::fputs("\r\033[K", stderr);
  std::fflush(stderr);
  drawn_ = false;
}

}  // namespace vedette::server
