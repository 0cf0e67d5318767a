#include "request_reader.h"

#include <algorithm>
#include <boost/beast/http/basic_parser.hpp>
#include <cstring>

namespace vedette::http {
namespace {

namespace beast = boost::beast;
using beast::error_code;

constexpr size_t read_bytes_head = 8 * 1024;
constexpr size_t read_bytes_body = 64 * 1024;
constexpr size_t body_reserve_bytes_max = 1 << 20;
constexpr size_t chunk_extension_bytes_max = 4096;  // of all chunks of a body together

std::string_view view(boost::core::string_view text) { return {text.data(), text.size()}; }

std::string limit_message(const char* what, uint64_t limit, const char* unit) {
  return std::string(what) + " than the limit of " + std::to_string(limit) + " " + unit + ".";
}

}  // namespace

// Beast's parser writing straight into a Request.
class RequestReader::Parser final : public beast::http::basic_parser<true> {
 public:
  Parser() {
    header_limit(UINT32_MAX);  // the head is cut out before
    body_limit(boost::none);   // counted here, so that the limit can depend on the target
  }

  Incoming incoming;
  uint64_t body_bytes_max = 0;
  bool head_done = false;

 private:
  using Text = beast::string_view;

  void on_request_impl(beast::http::verb, Text method, Text target, int version, error_code&) override {
    incoming.request.method = view(method);
    incoming.request.target = view(target);
    incoming.version = version == 11 ? HttpVersion::http_1_1 : HttpVersion::http_1_0;
  }
  void on_response_impl(int, Text, int, error_code&) override {}
  void on_field_impl(beast::http::field, Text name, Text value, error_code&) override {
    if (!head_done) incoming.request.headers.add(std::string(view(name)), std::string(view(value)));
  }
  void on_header_impl(error_code&) override { head_done = true; }
  void on_body_init_impl(const boost::optional<std::uint64_t>& length, error_code&) override {
    incoming.request.body.reserve(std::min<uint64_t>(length.value_or(0), body_reserve_bytes_max));
  }
  std::size_t on_body_impl(Text data, error_code&) override {
    incoming.request.body.append(data.data(), data.size());
    return data.size();
  }
  void on_chunk_header_impl(std::uint64_t size, Text extension, error_code& error) override {
    extension_bytes_ += extension.size();
    if (size > body_bytes_max - incoming.request.body.size()) {
      error = beast::http::error::body_limit;
    } else if (extension_bytes_ > chunk_extension_bytes_max || !is_field_value(view(extension))) {
      error = beast::http::error::bad_chunk_extension;
    }
  }
  std::size_t on_chunk_body_impl(std::uint64_t, Text data, error_code& error) override {
    return on_body_impl(data, error);
  }
  void on_finish_impl(error_code&) override {}

  size_t extension_bytes_ = 0;
};

RequestReader::RequestReader(const ServerOptions& options, BufferBudget& budget)
    : options_(options), budget_(budget), buffered_(budget), parser_(std::make_unique<Parser>()) {
  parser_->incoming.buffered = BufferShare(budget_);
}
RequestReader::~RequestReader() = default;

std::span<char> RequestReader::prepare() {
  if (begin_ > 0) {
    std::memmove(buffer_.data(), buffer_.data() + begin_, end_ - begin_);
    line_begin_ -= std::min(line_begin_, begin_);
    scanned_ -= std::min(scanned_, begin_);
    end_ -= begin_;
    begin_ = 0;
  }
  const bool large = state_ == State::body && parser_->body_bytes_max > read_bytes_body;
  const size_t wanted = large ? read_bytes_body : read_bytes_head;
  if (buffer_.size() - end_ < wanted / 2) buffer_.resize(end_ + wanted);
  return {buffer_.data() + end_, buffer_.size() - end_};
}

void RequestReader::commit(size_t count) {
  end_ += count;
  if (state_ == State::body) body_bytes_received_ += count;
  parse();
  if (state_ != State::refused) charge();
}

void RequestReader::charge() {
  const std::string& body = parser_->incoming.request.body;
  const bool head_fits = buffered_.hold(buffer_.size() > read_bytes_head ? buffer_.size() : 0);
  if (parser_->incoming.buffered.hold(body.empty() ? 0 : body.capacity()) && head_fits) return;
  refuse({503, limit_message("All requests together hold more bytes", budget_.bytes_max(), "bytes") +
                   " Send this one again."});
}

void RequestReader::parse() {
  if (state_ == State::head && begin_ < end_ && cut_head()) parse_head();
  if (state_ == State::body && begin_ < end_) parse_body();
}

bool RequestReader::take_continue() { return std::exchange(continue_wanted_, false); }

bool RequestReader::is_head_request() const { return parser_->incoming.request.method == "HEAD"; }

Incoming RequestReader::take() {
  Incoming incoming = std::move(parser_->incoming);
  incoming.keep_alive = parser_->keep_alive() ? KeepAlive::yes : KeepAlive::no;
  parser_ = std::make_unique<Parser>();
  parser_->incoming.buffered = BufferShare(budget_);
  state_ = State::head;
  continue_wanted_ = false;
  body_bytes_received_ = 0;
  line_begin_ = scanned_ = begin_;
  lines_ = 0;
  blank_line_skipped_ = false;
  if (begin_ == end_) {
    begin_ = end_ = line_begin_ = scanned_ = 0;
    if (buffer_.size() > read_bytes_head) std::vector<char>().swap(buffer_);
    buffered_.hold(0);
  }
  parse();
  return incoming;
}

void RequestReader::refuse(Refusal refusal) {
  state_ = State::refused;
  refusal_ = std::move(refusal);
  std::string().swap(parser_->incoming.request.body);
  parser_->incoming.buffered.hold(0);
}

// True when the empty line that ends the head has arrived; scanned_ is behind it then.
bool RequestReader::cut_head() {
  const char first = buffer_[begin_];
  if (first != '\r' && !is_token({&first, 1})) return refuse({400, "The request is malformed."}), false;
  while (scanned_ < end_) {
    const void* found = std::memchr(buffer_.data() + scanned_, '\n', end_ - scanned_);
    const size_t line_end = found ? static_cast<size_t>(static_cast<const char*>(found) - buffer_.data()) : end_;
    if (line_end - begin_ >= options_.head_bytes_max) {
      refuse({431, limit_message("The request's head is larger", options_.head_bytes_max, "bytes")});
      return false;
    }
    if (!found) return scanned_ = end_, false;
    scanned_ = line_end + 1;
    if (end_line(line_end)) return true;
    if (state_ == State::refused) return false;
  }
  return false;
}

// Judges the line that ends at `line_end`; true when it is the empty one behind the fields.
bool RequestReader::end_line(size_t line_end) {
  if (line_end == line_begin_ || buffer_[line_end - 1] != '\r')
    return refuse({400, "A line of the head does not end with CR LF."}), false;
  const bool blank = line_end == line_begin_ + 1;
  if (blank && lines_ > 0) return true;
  if (blank) {
    // One empty line before a request is ignored (RFC 9112, section 2.2).
    if (std::exchange(blank_line_skipped_, true)) return refuse({400, "The request is malformed."}), false;
    begin_ = line_begin_ = scanned_;
    return false;
  }
  if (buffer_[line_begin_] == ' ' || buffer_[line_begin_] == '\t')
    return refuse({400, "A header field is folded over two lines."}), false;
  if (++lines_ > options_.head_fields_max + 1)
    return refuse({431, limit_message("The request has more header fields", options_.head_fields_max, "fields")}),
           false;
  line_begin_ = scanned_;
  return false;
}

void RequestReader::parse_head() {
  error_code error;
  const std::string_view head(buffer_.data() + begin_, scanned_ - begin_);
  const size_t used = parser_->put({head.data(), head.size()}, error);
  if (error || used != head.size() || !parser_->head_done) return refuse(refuse_request_line(head));
  begin_ = scanned_;
  if (auto refusal = check_head(parser_->incoming.request, parser_->incoming.version))
    return refuse(std::move(*refusal));
  accept_head();
}

void RequestReader::accept_head() {
  if (parser_->is_done()) {
    state_ = State::complete;
    return;
  }
  parser_->body_bytes_max = options_.body_bytes_max;
  const bool small = parser_->content_length().value_or(UINT64_MAX) <= options_.body_bytes_max;
  if (small || !options_.admit_body) return await_body();
  state_ = State::admission;
}

Request& RequestReader::head() { return parser_->incoming.request; }

void RequestReader::admit(uint64_t body_bytes_max) {
  parser_->body_bytes_max = body_bytes_max;
  await_body();
  parse();
  if (state_ != State::refused) charge();
}

void RequestReader::await_body() {
  if (parser_->content_length().value_or(0) > parser_->body_bytes_max)
    return refuse({413, limit_message("The request's body is larger", parser_->body_bytes_max, "bytes")});
  state_ = State::body;
  body_bytes_received_ = end_ - begin_;
  parser_->eager(true);
  continue_wanted_ = body_bytes_received_ == 0 && parser_->incoming.version == HttpVersion::http_1_1 &&
                     parser_->incoming.request.headers.find("Expect") != nullptr;
}

void RequestReader::parse_body() {
  error_code error;
  begin_ += parser_->put({buffer_.data() + begin_, end_ - begin_}, error);
  if (parser_->is_done()) {
    state_ = State::complete;
  } else if (error == beast::http::error::body_limit) {
    refuse({413, limit_message("The request's body is larger", parser_->body_bytes_max, "bytes")});
  } else if (error && error != beast::http::error::need_more) {
    refuse({400, "The request's chunked body is malformed."});
  } else if (end_ - begin_ > options_.head_bytes_max) {
    refuse({431, limit_message("A chunk's head or trailer is larger", options_.head_bytes_max, "bytes")});
  }
}

}  // namespace vedette::http
