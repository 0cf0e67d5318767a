#include "vedette/base/guid.h"

#include <sys/random.h>

#include <algorithm>
#include <cstdlib>

#include "vedette/base/hexadecimal.h"

namespace vedette::base {

std::string to_string(const Guid& guid) {
  const std::string_view bytes(reinterpret_cast<const char*>(guid.bytes.data()), guid.bytes.size());
  std::string out;
  out.reserve(36);
  for (size_t i = 0; i < bytes.size(); ++i) {
    if (i == 4 || i == 6 || i == 8 || i == 10) out += '-';
    append_hexadecimal(out, bytes.substr(i, 1));
  }
  return out;
}

std::optional<Guid> parse_guid(std::string_view text) {
  if (text.size() >= 2 && ((text.front() == '{' && text.back() == '}') || (text.front() == '(' && text.back() == ')')))
    text = text.substr(1, text.size() - 2);
  const bool dashed = text.size() == 36;
  if (!dashed && text.size() != 32) return std::nullopt;
  Guid guid;
  size_t at = 0;
  for (size_t i = 0; i < 16; ++i) {
    if (dashed && (i == 4 || i == 6 || i == 8 || i == 10) && text[at++] != '-') return std::nullopt;
    const int high = hexadecimal_value(text[at++]), low = hexadecimal_value(text[at++]);
    if (high < 0 || low < 0) return std::nullopt;
    guid.bytes[i] = static_cast<uint8_t>(high * 16 + low);
  }
  return guid;
}

// Asks the system for a number of them at once.
Guid random_guid() {
  thread_local std::array<uint8_t, 16 * 16> random;  // getrandom() gives up to 256 bytes whole
  thread_local size_t used = random.size();
  if (used == random.size()) {
    if (getrandom(random.data(), random.size(), 0) != static_cast<ssize_t>(random.size())) std::abort();
    used = 0;
  }
  Guid guid;
  std::copy_n(random.begin() + static_cast<ptrdiff_t>(used), guid.bytes.size(), guid.bytes.begin());
  used += guid.bytes.size();
  guid.bytes[6] = static_cast<uint8_t>((guid.bytes[6] & 0x0f) | 0x40);
  guid.bytes[8] = static_cast<uint8_t>((guid.bytes[8] & 0x3f) | 0x80);
  return guid;
}

}  // namespace vedette::base
