// Bytes in, requests out: one connection's input as a state machine that never sees the socket.
//
// The head is cut out here, line by line, so that line endings, folding and sizes are judged before Beast parses it;
// the body's framing is Beast's. After every request the bytes of the next ones stay in the buffer (pipelining).
#pragma once

#include <memory>
#include <optional>
#include <span>
#include <vector>

#include "buffer_budget.h"
#include "request_rules.h"
#include "vedette/http/server.h"

namespace vedette::http {

enum class KeepAlive : uint8_t { no, yes };

// A request with what its response needs to know.
struct Incoming {
  Request request;
  BufferShare buffered;  // the body's
  HttpVersion version = HttpVersion::http_1_1;
  KeepAlive keep_alive = KeepAlive::no;
};

class RequestReader {
 public:
  // admission: the head is there, and ServerOptions::admit_body has to be asked.
  enum class State : uint8_t { head, admission, body, complete, refused };

  // `options` and `budget` outlive the reader.
  RequestReader(const ServerOptions& options, BufferBudget& budget);
  ~RequestReader();

  // Where the next bytes of the peer belong; commit() takes the first `count` of them and parses as far as it goes.
  std::span<char> prepare();
  void commit(size_t count);

  State state() const { return state_; }
  // No byte of the next request has arrived.
  bool is_between_requests() const { return state_ == State::head && begin_ == end_; }
  // True once when the head asks for `100 Continue`, has passed every check, and no byte of the body has arrived.
  bool take_continue();
  // Bytes that arrived since the head was complete.
  uint64_t body_bytes_received() const { return body_bytes_received_; }

  // State admission: the request without its body, and how to go on.
  Request& head();
  void admit(uint64_t body_bytes_max);

  // State complete: hands the request over and goes on with the bytes behind it.
  Incoming take();
  // State refused: nothing more is parsed on this connection.
  const Refusal& refusal() const { return refusal_; }
  bool is_head_request() const;

 private:
  class Parser;

  void parse();
  bool cut_head();
  bool end_line(size_t line_end);
  void parse_head();
  void accept_head();
  void await_body();
  void parse_body();
  void charge();
  void refuse(Refusal refusal);

  const ServerOptions& options_;
  BufferBudget& budget_;
  BufferShare buffered_;  // buffer_, beyond the little that every connection has
  std::unique_ptr<Parser> parser_;
  State state_ = State::head;
  Refusal refusal_;
  bool continue_wanted_ = false;
  uint64_t body_bytes_received_ = 0;

  // Unparsed input is buffer_[begin_, end_).
  std::vector<char> buffer_;
  size_t begin_ = 0;
  size_t end_ = 0;
  // Of the head in progress: where its current line starts, up to where line ends were searched, lines so far.
  size_t line_begin_ = 0;
  size_t scanned_ = 0;
  size_t lines_ = 0;
  bool blank_line_skipped_ = false;
};

}  // namespace vedette::http
