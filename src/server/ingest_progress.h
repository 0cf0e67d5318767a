// How far an ingest is, on a terminal: one line that is drawn again.
#pragma once

#include <atomic>
#include <chrono>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "vedette/ingest/pipeline.h"

namespace vedette::server {

// Draws on standard error, and only when that is a terminal. Safe from any thread.
class IngestProgress {
 public:
  // Of all of the files.
  explicit IngestProgress(const std::vector<std::string>& files);
  ~IngestProgress() { clear(); }
  IngestProgress(const IngestProgress&) = delete;
  IngestProgress& operator=(const IngestProgress&) = delete;

  // One file's share in it, for the thread that reads the file. Outlived by the progress.
  class File {
   public:
    File(IngestProgress& all, std::string name) : all_(all), name_(std::move(name)) {}
    // Behind it is all of the file.
    ~File() { all_.bytes_done_ += size_ - position_; }
    // The input, with its bytes watched.
    ingest::Input watch(ingest::Input input);
    void show(const ingest::IngestSummary& summary);

   private:
    class WatchedBytes;
    IngestProgress& all_;
    const std::string name_;
    uint64_t size_ = 0, position_ = 0, records_ = 0;
  };

 private:
  void draw(const std::string& name, std::chrono::steady_clock::time_point now);
  void clear();

  const bool terminal_;
  uint64_t bytes_ = 0;
  std::atomic<uint64_t> bytes_done_ = 0, records_ = 0;
  std::mutex mutex_;  // of what follows
  bool drawn_ = false;
  const std::chrono::steady_clock::time_point begun_ = std::chrono::steady_clock::now();
  std::chrono::steady_clock::time_point shown_;
};

}  // namespace vedette::server
