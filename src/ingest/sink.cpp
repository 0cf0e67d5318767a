#include "vedette/ingest/sink.h"

namespace vedette::ingest {

using base::ErrorCode;
using base::fail;

namespace {

class StoreSink final : public IngestSink {
 public:
  StoreSink(tables::EventStore& events, AlertSink* alerts, io::FileSystem& files, std::string folder)
      : events_(events), alerts_(alerts), files_(files), folder_(std::move(folder)) {}

  std::string state(const std::string& key) const override { return events_.snapshot()->state(key); }

  // The commit of rows and state comes last: until it is done, the unit has not happened.
  base::Status commit(IngestUnit unit) override {
    // Before the alerts that they name, which are stored in them then.
    if (!unit.incidents.empty()) {
      if (!alerts_)
        return fail(ErrorCode::not_supported, "These records hold incidents, and nothing here stores incidents.");
      TRY(alerts_->accept_incidents(std::move(unit.incidents)));
    }
    if (!unit.alerts.empty()) {
      if (!alerts_)
        return fail(ErrorCode::not_supported, "These records hold alerts, and nothing here stores alerts yet.");
      TRY(alerts_->accept(std::move(unit.alerts)));
    }
    if (!unit.indicators.empty()) {
      if (!alerts_)
        return fail(ErrorCode::not_supported, "These records hold indicators, and nothing here stores indicators.");
      TRY(alerts_->accept_indicators(std::move(unit.indicators)));
    }
    if (!unit.quarantine.lines.empty()) TRY(write_quarantine(unit.quarantine));
    return events_.commit({std::move(unit.rows), std::move(unit.state)});
  }

 private:
  base::Status write_quarantine(const QuarantineText& text) {
    TRY(files_.create_directories(folder_));
    const auto file = TRY(files_.open_for_appending(folder_ + "/" + text.name + ".ndjson"));
    TRY(file->truncate(text.offset));
    TRY(file->append(text.lines));
    TRY(file->sync());
    return files_.sync_directory(folder_);
  }

  tables::EventStore& events_;
  AlertSink* alerts_;
  io::FileSystem& files_;
  std::string folder_;
};

}  // namespace

std::unique_ptr<IngestSink> make_sink(tables::EventStore& events, AlertSink* alerts, io::FileSystem& files,
                                      std::string quarantine_folder) {
  return std::make_unique<StoreSink>(events, alerts, files, std::move(quarantine_folder));
}

}  // namespace vedette::ingest
