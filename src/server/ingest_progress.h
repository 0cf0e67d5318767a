// How far an ingest is, on a terminal: one line that is drawn again.
#pragma once

#include <chrono>
#include <memory>
#include <string>

#include "vedette/ingest/pipeline.h"

namespace vedette::server {

// Draws on standard error, and only when that is a terminal. Belongs to one thread.
class IngestProgress {
 public:
  IngestProgress();
  ~IngestProgress() { clear(); }
  IngestProgress(const IngestProgress&) = delete;
  IngestProgress& operator=(const IngestProgress&) = delete;

  // The input, with its bytes watched; what is drawn speaks of it from now on.
  ingest::Input watch(ingest::Input input);
  void show(const ingest::IngestSummary& summary);
  void clear();

 private:
  class WatchedBytes;
  void draw(const ingest::IngestSummary& summary, std::chrono::steady_clock::time_point now);

  const bool terminal_;
  bool drawn_ = false;
  std::string name_;
  std::shared_ptr<const WatchedBytes> bytes_;
  std::chrono::steady_clock::time_point begun_, shown_;
};

}  // namespace vedette::server
