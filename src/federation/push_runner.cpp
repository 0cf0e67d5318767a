// An instance that is sent what its provider has, on the threads of those who send. One thread says how it fares.
#include <array>
#include <mutex>
#include <thread>

#include "instance_store.h"
#include "pause.h"
#include "push_proof.h"
#include "toml_section.h"
#include "transports.h"

namespace vedette::federation {

using base::ErrorCode;
using base::fail;
using base::Result;
using base::Status;
using Algorithm = PushTransport::Algorithm;
using Encoding = PushTransport::Encoding;

namespace {

constexpr int64_t tolerance_s_max = 86'400;

class PushRunner final : public InstanceRunner {
 public:
  PushRunner(RunnerParts parts, std::string key)
      : parts_(std::move(parts)),
        key_(std::move(key)),
        store_(parts_),
        keys_(store_.state_key("push")),
        thread_([this](const std::stop_token& stop) { run(stop); }) {}

  void request_stop() override { thread_.request_stop(); }
  ~PushRunner() override {
    thread_.request_stop();
    thread_.join();
  }

  bool takes_pushes() const override { return true; }

  Result<ingest::IngestSummary> push(const http::Request& request, const Federation::BodyOf& body_of) override {
    const std::string identity =
        TRY(prove_push(*parts_.loaded->transport.push, key_, request, parts_.dependencies.clock.now()));
    const auto body = TRY(body_of(request));
    const std::lock_guard lock(mutex_);
    auto stored = store_.push(body, keys_ + "/" + identity);
    is_well_ = stored.has_value();
    if (stored)
      store_.health().succeeded(parts_.dependencies.clock.now());
    else
      store_.failed(stored.error());
    return stored;
  }

 private:
  void run(const std::stop_token& stop) {
    constexpr std::chrono::seconds between{1};
    for (Pause pause; !stop.stop_requested(); pause.wait(stop, between)) {
      const std::lock_guard lock(mutex_);
      if (is_well_) store_.health().succeeded(parts_.dependencies.clock.now());
    }
    const std::lock_guard lock(mutex_);
    store_.health().write();
  }

  const RunnerParts parts_;
  const std::string key_;
  std::mutex mutex_;  // of what follows
  InstanceStore store_;
  bool is_well_ = true;     // what came last could be stored
  const std::string keys_;  // before the identity of each body
  std::jthread thread_;     // last: it uses the rest
};

template <class Value, size_t count>
void read_choice(TomlSection& section, const char* key, const std::array<std::pair<const char*, Value>, count>& choices,
                 Value& to) {
  std::string text, names;
  section.read(key, text);
  if (text.empty()) return;
  for (const auto& [name, value] : choices) {
    if (text == name) return void(to = value);
    names += (names.empty() ? "" : ", ") + std::string(name);
  }
  section.fail(std::string("'") + key + "' is one of " + names + ".");
}

// What is not signed proves nothing: neither when a body was sent, nor which one it is.
void check_signed(TomlSection& section, const PushTransport& push) {
  if (push.algorithm == Algorithm::none) {
    if (!push.timestamp.empty()) section.fail("without a signature 'timestamp' proves nothing.");
    return;
  }
  const auto places = push.signed_text.places();
  const auto is_signed = [&](const char* name) {
    return std::find(places.begin(), places.end(), name) != places.end();
  };
  if (!is_signed("body")) section.fail("'signed' has no {body}.");
  if (is_signed("timestamp") == push.timestamp.empty())
    section.fail("'timestamp' and {timestamp} in 'signed' belong together.");
  if (is_signed("delivery") == push.delivery.empty())
    section.fail("'delivery' and {delivery} in 'signed' belong together: without them a body is known by what it is.");
  for (const std::string& place : places)
    if (place != "body" && place != "timestamp" && place != "delivery")
      section.fail("'signed' has {body}, {timestamp} and {delivery}, not {" + place + "}.");
}

}  // namespace

Status read_push_section(const toml::node& node, ConnectorTransport& transport) {
  constexpr std::array algorithms = {std::pair{"none", Algorithm::none}, std::pair{"sha1", Algorithm::sha1},
                                     std::pair{"sha256", Algorithm::sha256}, std::pair{"sha512", Algorithm::sha512}};
  constexpr std::array encodings = {std::pair{"text", Encoding::text}, std::pair{"hex", Encoding::hex},
                                    std::pair{"base64", Encoding::base64}};
  constexpr std::array digest_encodings = {std::pair{"hex", Encoding::hex}, std::pair{"base64", Encoding::base64}};
  PushTransport push;
  push.signed_text = TRY(TextTemplate::parse("{body}"));
  TomlSection section(node, "push");
  section.require("signature");
  section.read("signature", push.signature);
  section.read("prefix", push.prefix);
  read_choice(section, "algorithm", algorithms, push.algorithm);
  read_choice(section, "encoding", digest_encodings, push.encoding);
  read_choice(section, "secret_encoding", encodings, push.secret_encoding);
  section.read("signed", push.signed_text);
  section.read("timestamp", push.timestamp);
  section.read("timestamp_prefix", push.timestamp_prefix);
  section.read("delivery", push.delivery);
  int64_t tolerance = push.tolerance.count();
  section.read("tolerance_seconds", tolerance, 1, tolerance_s_max);
  push.tolerance = std::chrono::seconds(tolerance);
  check_signed(section, push);
  TRY(section.finish());
  transport.add_setting({"signing_secret", "What the provider signs with, or sends", SettingKind::secret, {}, "push"});
  transport.push = std::move(push);
  return {};
}

Result<std::unique_ptr<InstanceRunner>> start_taking(RunnerParts parts) {
  if (!parts.loaded->transport.push)
    return fail(ErrorCode::bad_request, "The connector '" + parts.instance.connector + "' takes no pushes.");
  const auto values = TRY(values_of(parts.tenant, parts.instance, parts.loaded->transport, parts.dependencies.box));
  const auto secret = values.find("signing_secret");
  if (secret == values.end()) return fail(ErrorCode::bad_request, "The setting 'signing_secret' is missing.");
  std::string key = TRY(push_key(*parts.loaded->transport.push, secret->second));
  return std::unique_ptr<InstanceRunner>(std::make_unique<PushRunner>(std::move(parts), std::move(key)));
}

}  // namespace vedette::federation
