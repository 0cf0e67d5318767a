#include "exchange.h"

#include <exception>

namespace vedette::http {

using base::ErrorCode;

std::optional<Response> Service::configured_response(int status, std::string_view message) const {
  if (!options.error_response) return std::nullopt;
  try {
    Response response = options.error_response(status, message);
    if (!response.stream && !find_fault(response)) return response;
  } catch (const std::exception&) {
  }
  report(ErrorCode::internal, "error_response made no response that can be sent.", "");
  return std::nullopt;
}

Response Service::error_response(int status, std::string_view message) const {
  Response response;
  if (auto configured = configured_response(status, message)) {
    response = std::move(*configured);
  } else {
    response.status = status;
    response.headers.add("Content-Type", "text/plain; charset=utf-8");
    response.body = std::string(message) + "\n";
  }
  if (status == 503 && !response.headers.find("Retry-After")) response.headers.set("Retry-After", "1");
  return response;
}

// Who was not asked is refused: a fault of the hook must not open the door.
Admitted Service::admit_body(const Request& head) const {
  try {
    auto admitted = options.admit_body(head);
    if (admitted || !find_fault(admitted.error())) return admitted;
    report(ErrorCode::internal, "admit_body made no response that can be sent.", "");
  } catch (const std::exception& exception) {
    report(ErrorCode::internal, "A body could not be admitted.", exception.what());
  }
  return tl::unexpected(error_response(500, "The request could not be handled."));
}

Exchange::Exchange(const Service& service, Incoming incoming)
    : closes_connection(incoming.keep_alive == KeepAlive::no),
      service_(service),
      request_(std::move(incoming.request)),
      buffered_(std::move(incoming.buffered)),
      version_(incoming.version),
      head_request_(request_.method == "HEAD") {
  request_.stop_token = stop_.get_token();
  request_.stop = base::StopCheck(stop_.get_token(), std::chrono::steady_clock::time_point::max());
}

std::unique_ptr<Exchange> Exchange::refused(const Service& service, Response response, bool head_request) {
  Incoming nothing;
  if (head_request) nothing.request.method = "HEAD";
  auto exchange = std::make_unique<Exchange>(service, std::move(nothing));
  exchange->send(std::move(response));
  return exchange;
}

bool Exchange::respond_at_once() {
  if (!service_.options.answer_at_once) return false;
  try {
    auto response = service_.options.answer_at_once(request_);
    if (response) send(checked(std::move(*response)));
    return response.has_value();
  } catch (const std::exception&) {
    return false;  // the handler meets what there is to meet
  }
}

void Exchange::respond() {
  if (!abandoned_) send(handle());
}

Response Exchange::handle() {
  std::string cause;
  try {
    return checked(service_.handler(request_));
  } catch (const std::exception& exception) {
    cause = exception.what();
  } catch (...) {
    cause = "an exception of an unknown type";
  }
  return failed("The request could not be handled.", std::move(cause));
}

Response Exchange::checked(Response response) {
  const auto fault = find_fault(response);
  if (!fault) return response;
  return failed("The response is malformed.", "a handler returned " + *fault);
}

Response Exchange::failed(std::string message, std::string cause) {
  Response response = service_.error_response(500, message);
  service_.report(ErrorCode::internal, std::move(message), std::move(cause));
  return response;
}

void Exchange::send(Response response) {
  if (equal_ignoring_case(response.headers.get("Connection"), "close")) closes_connection = true;
  if (has_no_body(response.status)) return send_head(response, Framing::none, 0);
  if (response.stream) return send_stream(std::move(response));
  const bool shared = response.shared_body != nullptr;
  send_head(response, Framing::content_length, shared ? response.shared_body->size() : response.body.size());
  if (head_request_) return;
  if (shared) return add_body(outgoing, std::move(response.shared_body));
  add_body(outgoing, std::move(response.body));
}

// The first piece is pulled before the head is written, so that an early failure still has a status.
void Exchange::send_stream(Response response) {
  const Framing framing = version_ == HttpVersion::http_1_1 ? Framing::chunked : Framing::until_close;
  if (head_request_) return send_head(response, framing, 0);
  stream_ = std::move(response.stream);
  auto piece = next_piece();
  if (!piece) {
    stream_.reset();
    return send(failed("The response could not be made.", piece.error().message + " " + piece.error().cause));
  }
  if (!piece->has_value()) {
    stream_.reset();
    return send_head(response, Framing::content_length, 0);
  }
  send_head(response, framing, 0);
  add_piece(std::move(**piece));
  progress = Progress::partial;
}

void Exchange::send_head(const Response& response, Framing framing, uint64_t body_bytes) {
  framing_ = framing;
  if (framing == Framing::until_close || service_.draining) closes_connection = true;
  ConnectionField connection = ConnectionField::none;
  if (closes_connection) {
    connection = ConnectionField::close;
  } else if (version_ == HttpVersion::http_1_0) {
    connection = ConnectionField::keep_alive;
  }
  outgoing.prefix = write_head(response, framing, body_bytes, connection, service_.now());
}

void Exchange::pull() {
  outgoing = {};
  if (abandoned_) return;
  auto piece = next_piece();
  if (!piece) {
    service_.report(piece.error().code, "A response broke off: " + piece.error().message, piece.error().cause);
    stream_.reset();
    progress = Progress::broken;
  } else if (piece->has_value()) {
    add_piece(std::move(**piece));
  } else {
    stream_.reset();
    if (framing_ == Framing::chunked) add_chunk(outgoing, {});
    progress = Progress::last;
  }
}

base::Result<std::optional<std::string>> Exchange::next_piece() {
  try {
    for (;;) {
      auto piece = stream_->next_chunk();
      if (!piece || !piece->has_value() || !(*piece)->empty()) return piece;
      TRY(request_.stop.check());
    }
  } catch (const std::exception& exception) {
    return base::fail(ErrorCode::internal, "The body's stream failed.").with_cause(exception.what());
  }
}

void Exchange::add_piece(std::string piece) {
  if (framing_ == Framing::chunked) {
    add_chunk(outgoing, std::move(piece));
  } else {
    add_body(outgoing, std::move(piece));
  }
}

}  // namespace vedette::http
