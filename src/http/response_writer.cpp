#include "response_writer.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <iterator>

namespace vedette::http {
namespace {

constexpr size_t copied_bytes_max = 16 * 1024;

bool is_framing_field(std::string_view name) {
  return equal_ignoring_case(name, "Content-Length") || equal_ignoring_case(name, "Transfer-Encoding") ||
         equal_ignoring_case(name, "Connection") || equal_ignoring_case(name, "Keep-Alive") ||
         equal_ignoring_case(name, "Date");
}

// The Date field's value, formatted once a second and thread.
std::string_view date_field(base::DateTime now) {
  thread_local int64_t second = -1;
  thread_local std::string text;
  const int64_t current = now.ticks / base::ticks_per_second;
  if (current != second) {
    second = current;
    text = format_http_date(now);
  }
  return text;
}

}  // namespace

size_t Outgoing::unsent(std::span<std::string_view> pieces) const {
  size_t count = 0, skipped = sent;
  const auto add = [&](std::string_view piece) {
    const size_t here = std::min(skipped, piece.size());
    skipped -= here;
    piece.remove_prefix(here);
    if (!piece.empty() && count < pieces.size()) pieces[count++] = piece;
  };
  add(prefix);
  if (!shared_body) add(body);
  if (shared_body)
    for (const SharedBody::Piece& piece : shared_body->pieces()) add(piece.text);
  add(suffix);
  return count;
}

std::string format_http_date(base::DateTime time) {
  static constexpr std::array<const char*, 7> days{"Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"};
  static constexpr std::array<const char*, 12> months{"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                                      "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
  const base::CivilTime civil = base::to_civil(time);
  const auto weekday = static_cast<size_t>(time.ticks / base::ticks_per_day % 7);  // 0001-01-01 is a Monday
  return fmt::format("{}, {:02} {} {:04} {:02}:{:02}:{:02} GMT", days[weekday], civil.day,
                     months[static_cast<size_t>(civil.month - 1)], civil.year, civil.hour, civil.minute, civil.second);
}

bool has_no_body(int status) { return status < 200 || status == 204 || status == 304; }

std::optional<std::string> find_fault(const Response& response) {
  if (response.status < 200 || response.status > 599) return "a status outside 200 … 599";
  if (!response.body.empty() + (response.shared_body != nullptr) + (response.stream != nullptr) > 1)
    return "more than one body";
  for (const auto& field : response.headers) {
    if (!is_token(field.name)) return "a field name that is not a token";
    if (!is_field_value(field.value)) return "a control character in the field " + field.name;
  }
  return std::nullopt;
}

std::string write_head(const Response& response, Framing framing, uint64_t body_bytes, ConnectionField connection,
                       base::DateTime now) {
  std::string head;
  head.reserve(512);
  auto out = std::back_inserter(head);
  fmt::format_to(out, "HTTP/1.1 {} {}\r\nDate: {}\r\n", response.status, reason_phrase(response.status),
                 date_field(now));
  for (const auto& field : response.headers) {
    if (is_framing_field(field.name)) continue;
    head.append(field.name).append(": ").append(field.value).append("\r\n");
  }
  if (framing == Framing::content_length) fmt::format_to(out, "Content-Length: {}\r\n", body_bytes);
  if (framing == Framing::chunked) head += "Transfer-Encoding: chunked\r\n";
  if (connection == ConnectionField::close) head += "Connection: close\r\n";
  if (connection == ConnectionField::keep_alive) head += "Connection: keep-alive\r\n";
  return head += "\r\n";
}

void add_body(Outgoing& out, std::string body) {
  if (body.size() <= copied_bytes_max) {
    out.prefix += body;
  } else {
    out.body = std::move(body);
  }
}

void add_body(Outgoing& out, std::shared_ptr<const SharedBody> body) {
  if (body->size() <= copied_bytes_max) {
    for (const SharedBody::Piece& piece : body->pieces()) out.prefix += piece.text;
  } else {
    out.shared_body = std::move(body);
  }
}

void add_chunk(Outgoing& out, std::string data) {
  if (data.empty()) {
    out.prefix += "0\r\n\r\n";
    return;
  }
  fmt::format_to(std::back_inserter(out.prefix), "{:x}\r\n", data.size());
  const bool copied = data.size() <= copied_bytes_max;
  add_body(out, std::move(data));
  if (copied) {
    out.prefix += "\r\n";
  } else {
    out.suffix = "\r\n";
  }
}

}  // namespace vedette::http
