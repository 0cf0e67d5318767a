// An instance that listens for syslog: one thread of the listener, one that stores.
#include <charconv>
#include <thread>

#include "group_cut.h"
#include "instance_store.h"
#include "message_queue.h"
#include "record_line.h"
#include "syslog_message.h"
#include "transports.h"
#include "vedette/http/message_listener.h"

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

class ListeningRunner final : public InstanceRunner {
 public:
  explicit ListeningRunner(RunnerParts parts) : parts_(std::move(parts)), store_(parts_) {}

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
    using Content = SyslogTransport::Content;
    const base::DateTime now = parts_.dependencies.clock.now();
    const Content content = parts_.loaded->transport.syslog->content;
    const SyslogMessage message = parse_syslog(bytes, now);
    if (content == Content::record) return {json::to_text(syslog_record(message, peer, now)), ""};
    const size_t end = bytes.find_last_not_of(std::string_view("\r\n\0", 3)) + 1;
    std::string line = record_line(content == Content::line ? std::string(bytes.substr(0, end)) : message.text);
    std::string group = record_group(parts_.loaded->connector->config(), line);
    return {std::move(line), std::move(group)};
  }

  // Until it is stored, or the server stops: what cannot be stored then is lost, as the protocol has no answer.
  void store_all(const std::vector<QueuedMessage>& messages, const std::stop_token& stop) {
    std::string lines;
    for (const QueuedMessage& message : messages) lines += message.line + "\n";
    const auto input = ingest::memory_input(parts_.instance.name, std::move(lines));
    if (store_.store_surely(input, ingest::Framing::lines, {}, stop))
      store_.health().succeeded(parts_.dependencies.clock.now());
    else
      store_.health().lost(messages.size());
  }

  void run(const std::stop_token& stop) {
    store_.health().succeeded(parts_.dependencies.clock.now());
    for (;;) {
      const bool last = stop.stop_requested();
      const auto messages = queue_.take();
      if (const uint64_t lost = queue_.take_lost(); lost > 0) store_.health().lost(lost);
      if (!messages.empty())
        store_all(messages, stop);
      else
        store_.health().succeeded(parts_.dependencies.clock.now());
      if (last) break;
    }
    store_.health().write();
  }

  const RunnerParts parts_;
  InstanceStore store_;
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
