#include "vedette/http/client.h"

#include <charconv>

#include "client_exchange.h"

namespace vedette::http {

base::Result<ClientResponse> send(const ClientRequest& request, const ClientOptions& options) {
  const auto exchange = TRY(ClientExchange::create(request, options));
  return exchange->finish(curl_easy_perform(exchange->handle()));
}

base::Result<AddressRange> parse_address_range(std::string_view text) {
  const auto wrong = [&] {
    return base::fail(base::ErrorCode::bad_request,
                      "'" + std::string(text) + "' is no range of addresses, for example 10.0.0.0/8 or fd00::/8.");
  };
  const size_t slash = text.find('/');
  const auto network = base::parse_ip_address(text.substr(0, slash));
  if (!network) return wrong();
  const int mapped = text.substr(0, slash).find(':') == std::string_view::npos ? 96 : 0;
  AddressRange range{*network, 128};
  if (slash == std::string_view::npos) return range;
  const std::string_view bits = text.substr(slash + 1);
  int number = 0;
  const auto [end, error] = std::from_chars(bits.data(), bits.data() + bits.size(), number);
  if (error != std::errc() || end != bits.data() + bits.size() || number < 0 || number > 128 - mapped) return wrong();
  range.bits = number + mapped;
  return range;
}

}  // namespace vedette::http
