#include "ingest_progress.h"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <thread>

namespace vedette::server {

using std::chrono::steady_clock;

// Remembers how far it was read by the thread that made it.
class IngestProgress::WatchedBytes final : public ingest::ByteSource {
 public:
  explicit WatchedBytes(std::shared_ptr<const ByteSource> bytes) : bytes_(std::move(bytes)) {}
  uint64_t size() const override { return bytes_->size(); }
  base::Status read_into(uint64_t offset, std::span<char> out) const override {
    if (std::this_thread::get_id() == thread_) position_ = offset + out.size();
    return bytes_->read_into(offset, out);
  }
  void will_read(uint64_t offset, uint64_t size) const override { bytes_->will_read(offset, size); }
  double fraction() const {
    return size() == 0 ? 1.0 : std::min(1.0, static_cast<double>(position_) / static_cast<double>(size()));
  }

 private:
  std::shared_ptr<const ByteSource> bytes_;
  const std::thread::id thread_ = std::this_thread::get_id();
  mutable uint64_t position_ = 0;
};

IngestProgress::IngestProgress() : terminal_(isatty(STDERR_FILENO) == 1) {}

ingest::Input IngestProgress::watch(ingest::Input input) {
  if (!terminal_) return input;
  name_ = input.name.substr(input.name.rfind('/') + 1);
  bytes_ = std::make_shared<const WatchedBytes>(std::move(input.bytes));
  input.bytes = bytes_;
  begun_ = steady_clock::now();
  shown_ = {};
  return input;
}

void IngestProgress::show(const ingest::IngestSummary& summary) {
  constexpr auto pause = std::chrono::milliseconds(100);
  if (!terminal_ || !bytes_) return;
  const auto now = steady_clock::now();
  if (now - shown_ < pause) return;
  shown_ = now;
  draw(summary, now);
}

void IngestProgress::draw(const ingest::IngestSummary& summary, steady_clock::time_point now) {
  constexpr size_t bar_width = 24, name_width = 30;
  const double fraction = bytes_->fraction();
  const auto filled = static_cast<size_t>(fraction * bar_width);
  const double seconds = std::max(std::chrono::duration<double>(now - begun_).count(), 0.001);
  fmt::print(stderr, "\r\033[K{} [{:#<{}}{:.<{}}] {:3.0f}%  {} records  {:.0f}/s", name_.substr(0, name_width), "",
             filled, "", bar_width - filled, fraction * 100, summary.records,
             static_cast<double>(summary.records) / seconds);
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
