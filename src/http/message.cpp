#include "vedette/http/message.h"

#include <algorithm>
#include <iterator>

namespace vedette::http {

Target Request::split_target() const {
  const std::string_view text = target;
  const size_t mark = text.find('?');
  if (mark == std::string_view::npos) return {text, std::nullopt};
  return {text.substr(0, mark), text.substr(mark + 1)};
}

void SharedBody::add(std::string text) {
  auto owner = std::make_shared<const std::string>(std::move(text));
  const std::string_view all = *owner;
  add(std::move(owner), all);
}

void SharedBody::add(std::shared_ptr<const std::string> owner, std::string_view part) {
  size_ += part.size();
  pieces_.push_back({std::move(owner), part});
}

std::string SharedBody::text() const {
  std::string all;
  all.reserve(size_);
  for (const Piece& piece : pieces_) all += piece.text;
  return all;
}

void Response::own_body() {
  if (!shared_body) return;
  body = shared_body->text();
  shared_body.reset();
}

namespace {

struct Phrase {
  int status;
  std::string_view text;
};

// The registry of status codes (RFC 9110, section 15; RFC 6585, 4918, 8470, 7725), ascending.
constexpr Phrase phrases[] = {
    {200, "OK"},
    {201, "Created"},
    {202, "Accepted"},
    {203, "Non-Authoritative Information"},
    {204, "No Content"},
    {205, "Reset Content"},
    {206, "Partial Content"},
    {207, "Multi-Status"},
    {300, "Multiple Choices"},
    {301, "Moved Permanently"},
    {302, "Found"},
    {303, "See Other"},
    {304, "Not Modified"},
    {307, "Temporary Redirect"},
    {308, "Permanent Redirect"},
    {400, "Bad Request"},
    {401, "Unauthorized"},
    {402, "Payment Required"},
    {403, "Forbidden"},
    {404, "Not Found"},
    {405, "Method Not Allowed"},
    {406, "Not Acceptable"},
    {407, "Proxy Authentication Required"},
    {408, "Request Timeout"},
    {409, "Conflict"},
    {410, "Gone"},
    {411, "Length Required"},
    {412, "Precondition Failed"},
    {413, "Content Too Large"},
    {414, "URI Too Long"},
    {415, "Unsupported Media Type"},
    {416, "Range Not Satisfiable"},
    {417, "Expectation Failed"},
    {421, "Misdirected Request"},
    {422, "Unprocessable Content"},
    {423, "Locked"},
    {424, "Failed Dependency"},
    {425, "Too Early"},
    {426, "Upgrade Required"},
    {428, "Precondition Required"},
    {429, "Too Many Requests"},
    {431, "Request Header Fields Too Large"},
    {451, "Unavailable For Legal Reasons"},
    {500, "Internal Server Error"},
    {501, "Not Implemented"},
    {502, "Bad Gateway"},
    {503, "Service Unavailable"},
    {504, "Gateway Timeout"},
    {505, "HTTP Version Not Supported"},
    {507, "Insufficient Storage"},
};

}  // namespace

std::string_view reason_phrase(int status) {
  const auto* found = std::lower_bound(std::begin(phrases), std::end(phrases), status,
                                       [](const Phrase& phrase, int wanted) { return phrase.status < wanted; });
  return found != std::end(phrases) && found->status == status ? found->text : std::string_view();
}

}  // namespace vedette::http
