#include "connection.h"

#include <array>
#include <boost/asio/post.hpp>

#include "loop.h"

namespace vedette::http {
namespace {

namespace asio = boost::asio;
using std::chrono::milliseconds;
using std::chrono::steady_clock;

constexpr milliseconds linger_time{2'000};

}  // namespace

Connection::Connection(Service& service, Loop& loop, std::unique_ptr<Transport> transport, Admission admission)
    : service_(service),
      loop_(loop),
      transport_(std::move(transport)),
      admission_(admission),
      reader_(service.options, service.buffers) {
  transport_->set_listener(this);
}

void Connection::set_deadline(milliseconds from_now) { deadline_ = steady_clock::now() + from_now; }

void Connection::start() {
  set_deadline(service_.options.read_timeout);
  transport_->handshake();
}

void Connection::on_handshake(Outcome outcome) {
  if (phase_ == Phase::closed) return;
  if (outcome == Outcome::failed) return close();
  if (admission_ == Admission::overloaded) return refuse({503, "The server has too many connections."});
  advance();
}

// Goes on with what the reader has: the next request, more of one, or a refusal.
void Connection::advance() {
  switch (reader_.state()) {
    case RequestReader::State::head:
      if (reader_.is_between_requests()) {
        if (service_.draining) return close();
        phase_ = Phase::idle;
        set_deadline(service_.options.idle_timeout);
      } else if (phase_ != Phase::reading) {
        phase_ = Phase::reading;
        set_deadline(service_.options.read_timeout);
      }
      return read();
    case RequestReader::State::admission:
      return ask_admission();
    case RequestReader::State::body:
      phase_ = Phase::reading;
      if (!in_body_) body_started_ = steady_clock::now();
      in_body_ = true;
      set_body_deadline();
      return reader_.take_continue() ? send_continue() : read();
    case RequestReader::State::complete:
      return dispatch();
    case RequestReader::State::refused:
      return refuse(reader_.refusal());
  }
}

void Connection::set_body_deadline() {
  const uint64_t rate = std::max<uint64_t>(service_.options.body_rate_min_bytes_per_s, 1);
  deadline_ = body_started_ + service_.options.read_timeout + milliseconds(reader_.body_bytes_received() * 1000 / rate);
}

void Connection::read() { transport_->read_some(reader_.prepare()); }

void Connection::on_read(size_t count) {
  if (phase_ == Phase::closed) return;
  if (phase_ == Phase::timing_out) return refuse({408, "The request did not arrive in time."});
  if (count == 0) return close();
  reader_.commit(count);
  advance();
}

// Nothing is read meanwhile, so that the worker has the head to itself.
void Connection::ask_admission() {
  phase_ = Phase::admitting;
  deadline_ = Time::max();
  describe_peer(reader_.head());
  auto self = std::static_pointer_cast<Connection>(shared_from_this());
  asio::post(service_.workers, [self] {
    auto admission = std::make_shared<Admitted>(self->service_.admit_body(self->reader_.head()));
    asio::post(self->loop_.context(), [self, admission] { self->on_admission(std::move(*admission)); });
  });
}

void Connection::on_admission(Admitted admission) {
  if (phase_ == Phase::closed) return;
  if (admission) {
    reader_.admit(*admission);
    return advance();
  }
  exchange_ = Exchange::refused(service_, std::move(admission.error()), reader_.is_head_request());
  write();
}

void Connection::send_continue() {
  phase_ = Phase::continuing;
  continue_ = {};
  continue_.prefix = "HTTP/1.1 100 Continue\r\n\r\n";
  set_deadline(service_.options.write_timeout);
  write_unsent(continue_);
}

void Connection::dispatch() {
  in_body_ = false;
  Incoming incoming = reader_.take();
  describe_peer(incoming.request);
  exchange_ = std::make_shared<Exchange>(service_, std::move(incoming));
  if (exchange_->respond_at_once()) return on_worked();
  work(&Exchange::respond);
}

void Connection::describe_peer(Request& request) const {
  request.tls = transport_->is_tls();
  request.peer_address = transport_->peer_address();
}

void Connection::work(void (Exchange::*step)()) {
  phase_ = Phase::handling;
  deadline_ = Time::max();
  auto self = std::static_pointer_cast<Connection>(shared_from_this());
  asio::post(service_.workers, [self, exchange = exchange_, step]() mutable {
    ((*exchange).*step)();
    exchange.reset();
    asio::post(self->loop_.context(), [self] { self->on_worked(); });
  });
}

void Connection::on_worked() {
  if (phase_ == Phase::closed) return release_exchange();
  if (exchange_->progress == Exchange::Progress::broken) return abort();
  write();
}

void Connection::refuse(const Refusal& refusal) {
  exchange_ =
      Exchange::refused(service_, service_.error_response(refusal.status, refusal.message), reader_.is_head_request());
  write();
}

void Connection::write() {
  phase_ = Phase::writing;
  set_deadline(service_.options.write_timeout);
  write_unsent(exchange_->outgoing);
}

void Connection::write_unsent(const Outgoing& outgoing) {
  std::array<std::string_view, Transport::pieces_max> pieces;
  transport_->write_some(std::span(pieces).first(outgoing.unsent(pieces)));
}

void Connection::on_written(size_t count) {
  if (phase_ == Phase::closed) return;
  if (count == 0) return abort();
  set_deadline(service_.options.write_timeout);
  if (phase_ == Phase::continuing) {
    continue_.sent += count;
    if (continue_.sent == continue_.size()) return advance();
    return write_unsent(continue_);
  }
  exchange_->outgoing.sent += count;
  if (exchange_->outgoing.sent < exchange_->outgoing.size()) return write_unsent(exchange_->outgoing);
  on_response_written();
}

void Connection::on_response_written() {
  if (exchange_->progress == Exchange::Progress::partial) return work(&Exchange::pull);
  const bool closes = exchange_->closes_connection;
  release_exchange();
  if (!closes) return advance();
  phase_ = Phase::finishing;
  set_deadline(linger_time);
  transport_->finish();
}

void Connection::on_finished() {
  if (phase_ == Phase::closed) return;
  phase_ = Phase::lingering;
  transport_->discard_some();
}

void Connection::on_discarded(Outcome outcome) {
  if (phase_ == Phase::closed) return;
  if (outcome == Outcome::failed) return close();
  transport_->discard_some();
}

void Connection::tick(Time now) {
  if (phase_ == Phase::handling && transport_->is_peer_gone()) exchange_->request_stop();
  if (now >= deadline_) on_timeout();
}

void Connection::on_timeout() {
  switch (phase_) {
    case Phase::reading:
      phase_ = Phase::timing_out;
      set_deadline(linger_time);
      return transport_->cancel();
    case Phase::continuing:
    case Phase::writing:
      return abort();
    case Phase::handshaking:
    case Phase::idle:
    case Phase::timing_out:
    case Phase::finishing:
    case Phase::lingering:
      return close();
    case Phase::admitting:
    case Phase::handling:
    case Phase::closed:
      return;
  }
}

void Connection::drain() {
  if (phase_ == Phase::idle || phase_ == Phase::handshaking || phase_ == Phase::lingering) close();
}

void Connection::cancel() {
  if (exchange_) exchange_->request_stop();
  if (phase_ != Phase::handling && phase_ != Phase::writing && phase_ != Phase::finishing) close();
}

void Connection::abort() {
  if (phase_ == Phase::closed) return;
  transport_->abort();
  close();
}

// A stream that was not read to its end may be slow to destroy: a worker does it.
void Connection::release_exchange() {
  if (exchange_ && exchange_->progress == Exchange::Progress::partial) {
    asio::post(service_.workers, [exchange = std::move(exchange_)] {});
  }
  exchange_.reset();
}

void Connection::close() {
  if (phase_ == Phase::closed) return;
  const bool worked_on = phase_ == Phase::handling;
  phase_ = Phase::closed;
  deadline_ = Time::max();
  transport_->close();
  if (exchange_) exchange_->abandon();
  if (!worked_on) release_exchange();
  loop_.remove(*this);
}

}  // namespace vedette::http
