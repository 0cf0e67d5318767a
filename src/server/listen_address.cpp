#include <charconv>

#include "configuration.h"

namespace vedette::server {

using base::ErrorCode;
using base::fail;

base::Status set_listen(Configuration& configuration, std::string_view listen) {
  const size_t colon = listen.rfind(':');
  const auto wrong_listen = [&] {
    return fail(ErrorCode::bad_request,
                "'" + std::string(listen) + "' is no HOST:PORT, for example 127.0.0.1:8080 or [::1]:8080.");
  };
  if (colon == std::string_view::npos) return wrong_listen();
  std::string_view host = listen.substr(0, colon);
  const std::string_view port = listen.substr(colon + 1);
  if (host.starts_with('[') && host.ends_with(']')) host = host.substr(1, host.size() - 2);
  uint16_t number = 0;
  const auto [end, error] = std::from_chars(port.data(), port.data() + port.size(), number);
  if (error != std::errc() || end != port.data() + port.size()) return wrong_listen();
  if (!host.empty()) configuration.host = host;
  configuration.port = number;
  return {};
}

}  // namespace vedette::server
