// One request and its response, worked on by one thread at a time: the connection hands it to a worker for respond()
// or pull() and touches it again when that has returned. The fence at which a handler's exceptions stop.
#pragma once

#include <atomic>
#include <memory>
#include <stop_token>

#include "request_reader.h"
#include "response_writer.h"
#include "service.h"

namespace vedette::http {

class Exchange {
 public:
  enum class Progress : uint8_t {
    last,     // `outgoing` ends the response
    partial,  // there is more: pull() when `outgoing` is written
    broken,   // the body cannot be completed: abort the connection
  };

  Exchange(const Service& service, Incoming incoming);
  // For a response that no handler makes, and that ends the connection; `head_request` tells whether its body is left
  // out.
  static std::unique_ptr<Exchange> refused(const Service& service, Response response, bool head_request);

  // Fills `outgoing` when the response is at hand (ServerOptions::answer_at_once); false: respond().
  bool respond_at_once();
  void respond();  // runs the handler; fills `outgoing` with the head and what is there of the body
  void pull();     // fills `outgoing` with the next piece

  Outgoing outgoing;
  Progress progress = Progress::last;
  bool closes_connection = false;
  // From any thread: fires the request's stop token.
  void request_stop() { stop_.request_stop(); }
  // From any thread: nobody waits for the response any more; what has not begun is left out.
  void abandon() {
    abandoned_ = true;
    request_stop();
  }

 private:
  Response handle();
  Response checked(Response response);
  Response failed(std::string message, std::string cause);
  void send(Response response);
  void send_stream(Response response);
  void send_head(const Response& response, Framing framing, uint64_t body_bytes);
  // The next piece that is not empty; nullopt at the end.
  base::Result<std::optional<std::string>> next_piece();
  void add_piece(std::string piece);

  const Service& service_;
  std::stop_source stop_;
  std::atomic<bool> abandoned_ = false;
  Request request_;
  BufferShare buffered_;
  HttpVersion version_;
  bool head_request_;
  Framing framing_ = Framing::none;
  std::unique_ptr<BodyStream> stream_;
};

}  // namespace vedette::http
