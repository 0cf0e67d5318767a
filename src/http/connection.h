// One connection's life: handshake, then request after request in order, then the close. Runs on its loop's thread.
//
//   handshaking → idle → reading → admitting → reading ⇄ continuing → handling ⇄ writing → idle …
//                            └─────────┴ (refused) ─────────────────→ writing → finishing → lingering → closed
//
// A refusal is written although the peer may still be sending; then the sending side is closed and the rest is read and
// dropped for a while, so that the response is not lost to a reset (RFC 9112, section 9.6).
#pragma once

#include <chrono>
#include <memory>
#include <optional>

#include "exchange.h"
#include "request_reader.h"
#include "service.h"
#include "transport.h"

namespace vedette::http {

class Loop;

class Connection final : public TransportListener {
 public:
  using Time = std::chrono::steady_clock::time_point;
  enum class Admission : uint8_t { admitted, overloaded };  // overloaded: answered 503

  Connection(Service& service, Loop& loop, std::unique_ptr<Transport> transport, Admission admission);

  void start();
  // Now and then: applies the timeouts and looks whether the peer of a running handler is still there.
  void tick(Time now);
  // The server stops: closes now when no request is in progress.
  void drain();
  // The time to drain is over: stops the handler, drops a request that is still arriving.
  void cancel();
  void abort();

 private:
  enum class Phase : uint8_t {
    handshaking,
    idle,
    reading,
    timing_out,  // the read is being cancelled; 408 follows
    admitting,   // a worker asks how large the body may be
    continuing,  // writing `100 Continue`
    handling,
    writing,
    finishing,
    lingering,
    closed,
  };

  void on_handshake(Outcome outcome) override;
  void on_read(size_t count) override;
  void on_written(size_t count) override;
  void on_finished() override;
  void on_discarded(Outcome outcome) override;

  void advance();
  void read();
  void ask_admission();
  void on_admission(Admitted admission);
  void describe_peer(Request& request) const;
  void send_continue();
  void dispatch();
  void work(void (Exchange::*step)());
  void on_worked();
  void refuse(const Refusal& refusal);
  void write();
  void write_unsent(const Outgoing& outgoing);
  void on_response_written();
  void on_timeout();
  void release_exchange();
  void close();

  void set_deadline(std::chrono::milliseconds from_now);
  void set_body_deadline();

  Service& service_;
  Loop& loop_;
  const std::unique_ptr<Transport> transport_;
  const Admission admission_;
  RequestReader reader_;
  Phase phase_ = Phase::handshaking;
  Time deadline_ = Time::max();
  Time body_started_;  // when the head was complete
  bool in_body_ = false;
  std::shared_ptr<Exchange> exchange_;
  Outgoing continue_;
};

}  // namespace vedette::http
