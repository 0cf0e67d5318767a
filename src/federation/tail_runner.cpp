// An instance that follows files: one thread, which looks at them in turn.
#include <algorithm>
#include <thread>

#include "contained.h"
#include "followed_files.h"
#include "instance_store.h"
#include "pause.h"
#include "toml_section.h"
#include "transports.h"

namespace vedette::federation {

using base::ErrorCode;
using base::fail;
using base::Result;
using base::Status;

namespace {

std::string name_of(const std::string& path) { return path.substr(path.rfind('/') + 1); }

class TailRunner final : public InstanceRunner {
 public:
  TailRunner(RunnerParts parts, const SettingValues& values)
      : parts_(std::move(parts)),
        store_(parts_),
        key_(store_.state_key("tail")),
        files_({values.at("path"), values.at("begin") == "end", parts_.options.tail_quiet,
                parts_.loaded->connector->config()}),
        thread_([this](const std::stop_token& stop) { run(stop); }) {}

  void request_stop() override { thread_.request_stop(); }
  ~TailRunner() override {
    thread_.request_stop();
    thread_.join();
  }

 private:
  using Clock = std::chrono::steady_clock;
  static constexpr std::chrono::milliseconds retry_max{5'000};  // a file that comes late is seen soon

  Status store(const LineBatch& batch) {
    const auto positions = files_.positions(&batch.after);
    return store_.store(ingest::memory_input(name_of(batch.after.path), batch.text), batch.framing,
                        {{key_, encode(positions)}});
  }

  // A batch of a file; true when it has more.
  Result<bool> read(FollowedFiles::Followed& followed) {
    const auto now = Clock::now();
    const auto writer = files_.writer_of(followed, now);
    const auto batch = TRY(followed.file->read(writer, now));
    followed.finished = !batch && writer == FollowedFile::Writer::ended;
    if (!batch) return false;
    TRY(store(*batch));
    followed.file->advance(batch->after);
    followed.changed = now;
    return batch->more;
  }

  struct Round {
    bool more = false;  // some file has further lines
    std::optional<base::Error> error;
  };

  // A batch of each file, so that none waits for another to end. A file that cannot be read holds up none of the
  // others.
  Result<Round> round() {
    Round round;
    const auto looked = files_.look(Clock::now());
    for (auto& [identity, followed] : files_.files()) {
      const auto done = read(followed);
      if (done)
        round.more |= *done;
      else if (!round.error)
        round.error = done.error();
    }
    files_.let_go_finished();
    if (!looked && !round.error) round.error = looked.error();
    return round;
  }

  Status begin() {
    if (const std::string state = store_.state(key_); !state.empty())
      for (const std::string& path : TRY(files_.resume(TRY(decode_file_positions(state)))))
        parts_.dependencies.on_problem(
            fail(ErrorCode::not_found,
                 "A followed file is gone; what came into it after the server stopped is lost, unless it comes back.")
                .with_cause(path),
            parts_.tenant, parts_.instance.name);
    // Where to begin is kept before anything is read: what comes until then counts, also after a crash.
    const auto looked = files_.look(Clock::now());
    if (!looked && looked.error().code != ErrorCode::not_found) return looked;
    return store_.store(ingest::memory_input("begin", ""), ingest::Framing::lines,
                        {{key_, encode(files_.positions())}});
  }

  void run(const std::stop_token& stop) {
    Pause pause;
    bool begun = false;
    int failures = 0;
    Clock::time_point told{};
    while (!stop.stop_requested()) {
      const auto at = parts_.dependencies.clock.now();
      const auto done = contained([&]() -> Result<Round> {
        if (!begun) TRY(begin());
        begun = true;
        return round();
      });
      const bool more = done && done->more;
      const base::Error* error = !done ? &done.error() : done->error ? &*done->error : nullptr;
      if (!error) failures = 0;
      if (!error && !more) store_.health().succeeded(at);
      // What other files have is read on meanwhile; the error is told now and then.
      if (error && (!more || failures == 0 || Clock::now() - told >= retry_max)) {
        ++failures;
        told = Clock::now();
        store_.failed(*error);
      }
      if (more) continue;
      pause.wait(stop, !error ? parts_.options.tail_look
                              : pause_after(failures, *error, parts_.options.retry_min,
                                            std::min(parts_.options.retry_max, retry_max)));
    }
    store_.health().write();
  }

  const RunnerParts parts_;
  InstanceStore store_;
  const std::string key_;  // of the files' places
  FollowedFiles files_;
  std::jthread thread_;  // last: it uses the rest
};

}  // namespace

Status read_tail_section(const toml::node& node, ConnectorTransport& transport) {
  TailTransport tail;
  TomlSection section(node, "tail");
  section.read("path", tail.path);
  TRY(section.finish());
  SettingDeclaration path{
      "path", "The files to follow: a path, or a pattern with *, ? and […]", SettingKind::text, {}, "tail"};
  if (!tail.path.empty()) path.default_value = tail.path;
  transport.add_setting(std::move(path));
  transport.add_setting(
      {"begin", "Where files that are there at first are read from: beginning or end", SettingKind::text, "beginning"});
  transport.tail = std::move(tail);
  return {};
}

Result<std::unique_ptr<InstanceRunner>> start_tailing(RunnerParts parts) {
  if (!parts.loaded->transport.tail)
    return fail(ErrorCode::bad_request, "The connector '" + parts.instance.connector + "' follows no files.");
  const auto values = TRY(values_of(parts.tenant, parts.instance, parts.loaded->transport, parts.dependencies.box));
  const std::string &path = values.at("path"), &begin = values.at("begin");
  if (!path.starts_with('/'))
    return fail(ErrorCode::bad_request, "The setting 'path' is a path from the root on: /var/log/….");
  if (begin != "beginning" && begin != "end")
    return fail(ErrorCode::bad_request, "The setting 'begin' is beginning or end.");
  return std::unique_ptr<InstanceRunner>(std::make_unique<TailRunner>(std::move(parts), values));
}

}  // namespace vedette::federation
