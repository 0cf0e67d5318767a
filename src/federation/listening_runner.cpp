// An instance that listens for syslog: one thread of the listener, one that stores.
#include <charconv>
#include <exception>
#include <thread>

#include "health.h"
#include "instance_runner.h"
#include "message_queue.h"
#include "pause.h"
#include "provider_alerts.h"
#include "syslog_message.h"
#include "vedette/http/message_listener.h"
#include "vedette/resources/alerts/alert_sink.h"

namespace vedette::federation {

using base::ErrorCode;
using base::fail;
using base::Result;
using Protocol = http::MessageListenerOptions::Protocol;

namespace {

Result<http::MessageListenerOptions> listener_options(const SettingValues& values) {
  http::MessageListenerOptions options;
  const std::string &listen = values.at("listen"), &protocol = values.at("protocol");
  const size_t colon = listen.rfind(':');
  const std::string port = colon == listen.npos ? "" : listen.substr(colon + 1);
  const auto [end, error] = std::from_chars(port.data(), port.data() + port.size(), options.port);
  if (port.empty() || error != std::errc() || end != port.data() + port.size())
    return fail(ErrorCode::bad_request, "The setting 'listen' is HOST:PORT, for example 0.0.0.0:6514.");
  options.host = listen.substr(0, colon);
  if (options.host.starts_with('[') && options.host.ends_with(']'))
    options.host = options.host.substr(1, options.host.size() - 2);
  if (protocol != "udp" && protocol != "tcp" && protocol != "tls")
    return fail(ErrorCode::bad_request, "The setting 'protocol' is udp, tcp or tls.");
  options.protocol = protocol == "udp" ? Protocol::udp : Protocol::tcp;
  if (protocol == "tls") options.tls = http::TlsFiles{values.at("certificate"), values.at("certificate_key")};
  if (options.tls && (options.tls->certificate_path.empty() || options.tls->key_path.empty()))
    return fail(ErrorCode::bad_request, "The protocol tls needs the settings 'certificate' and 'certificate_key'.");
  return options;
}

// A line is a record: what is inside a message ends no line.
std::string one_line(std::string text) {
  for (char& c : text)
    if (c == '\n' || c == '\r') c = ' ';
  return text;
}

class ListeningRunner final : public InstanceRunner {
 public:
  explicit ListeningRunner(RunnerParts parts)
      : parts_(std::move(parts)),
        alerts_(resources::make_alert_sink(parts_.dependencies.store, parts_.tenant, parts_.instance.connector)),
        provider_alerts_(make_provider_alerts(*alerts_, parts_.tenant, parts_.instance.name)),
        sink_(ingest::make_sink(parts_.sinks.events, provider_alerts_.get(), io::posix_file_system(),
                                parts_.sinks.quarantine_folder)),
        health_(parts_.dependencies, parts_.tenant, parts_.instance.name) {}

  void request_stop() override {
    thread_.request_stop();
    queue_.close();
  }

  ~ListeningRunner() override {
    request_stop();
    listener_.reset();
    if (thread_.joinable()) thread_.join();
  }

  base::Status start(http::MessageListenerOptions options) {
    options.on_datagram = [this](std::string_view bytes, const std::string& peer) {
      queue_.add_or_lose(queued(bytes, peer));
    };
    options.on_connection = [this](const std::string& peer) -> http::MessageListenerOptions::TakeBytes {
      return [this, peer, framer = std::make_shared<SyslogFramer>()](std::string_view bytes) {
        const auto take = [&](std::string_view message) { return queue_.wait_and_add(queued(message, peer)); };
        if (!bytes.empty()) return framer->add(bytes, take);
        framer->finish(take);
        return false;
      };
    };
    listener_ = TRY(http::MessageListener::start(std::move(options)));
    thread_ = std::jthread([this](const std::stop_token& stop) { run(stop); });
    return {};
  }

 private:
  QueuedMessage queued(std::string_view bytes, const std::string& peer) const {
    const base::DateTime now = parts_.dependencies.clock.now();
    const SyslogMessage message = parse_syslog(bytes, now);
    if (parts_.loaded->transport.syslog->content == SyslogTransport::Content::record)
      return {json::to_text(syslog_record(message, peer, now)), ""};
    std::string line = one_line(message.text);
    std::string group = ingest::group_key(parts_.loaded->connector->config(), line);
    return {std::move(line), std::move(group)};
  }

  base::Status store(const std::string& lines) {
    try {
      ingest::IngestOptions options;
      options.tenant_id = parts_.tenant;
      options.provider = parts_.instance.provider;
      ingest::Pipeline pipeline(*sink_, parts_.dependencies.clock, std::move(options));
      const auto summary =
          TRY(pipeline.store(*parts_.loaded->connector, ingest::memory_input(parts_.instance.name, lines), {}));
      health_.stored(summary);
      if (parts_.dependencies.on_records)
        parts_.dependencies.on_records(parts_.instance.connector, summary.mapped, summary.unmapped,
                                       summary.quarantined);
      return {};
    } catch (const std::exception& exception) {
      return fail(ErrorCode::internal, "The connector failed.").with_cause(exception.what());
    }
  }

  // Until it is stored, or the server stops: what cannot be stored then is lost, as the protocol has no answer.
  void store_all(const std::vector<QueuedMessage>& messages, const std::stop_token& stop) {
    std::string lines;
    for (const QueuedMessage& message : messages) lines += message.line + "\n";
    Pause pause;
    for (int failures = 1;; ++failures) {
      const auto done = store(lines);
      if (done) return health_.succeeded(parts_.dependencies.clock.now());
      health_.failed(done.error());
      parts_.dependencies.on_problem(done.error(), parts_.tenant, parts_.instance.name);
      if (stop.stop_requested()) return health_.lost(messages.size());
      pause.wait(stop, pause_after(failures, done.error(), parts_.options.retry_min, parts_.options.retry_max));
    }
  }

  void run(const std::stop_token& stop) {
    health_.succeeded(parts_.dependencies.clock.now());
    for (;;) {
      const bool last = stop.stop_requested();
      const auto messages = queue_.take();
      if (const uint64_t lost = queue_.take_lost(); lost > 0) health_.lost(lost);
      if (!messages.empty())
        store_all(messages, stop);
      else
        health_.succeeded(parts_.dependencies.clock.now());
      if (last) break;
    }
    health_.write();
  }

  const RunnerParts parts_;
  const std::unique_ptr<ingest::AlertSink> alerts_, provider_alerts_;
  const std::unique_ptr<ingest::IngestSink> sink_;
  Health health_;
  MessageQueue queue_;
  std::unique_ptr<http::MessageListener> listener_;
  std::jthread thread_;
};

}  // namespace

Result<std::unique_ptr<InstanceRunner>> start_listening(RunnerParts parts) {
  if (!parts.loaded->transport.syslog)
    return fail(ErrorCode::bad_request, "The connector '" + parts.instance.connector + "' does not listen.");
  const auto values = TRY(values_of(parts.tenant, parts.instance, parts.loaded->transport, parts.dependencies.box));
  auto options = TRY(listener_options(values));
  auto runner = std::make_unique<ListeningRunner>(std::move(parts));
  TRY(runner->start(std::move(options)));
  return std::unique_ptr<InstanceRunner>(std::move(runner));
}

}  // namespace vedette::federation
