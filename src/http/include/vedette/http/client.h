// An HTTP client for requests that this program makes itself (RFC 9110), on libcurl: one request, one answer.
//
// What an address means is decided when the connection is made, after the name was resolved: a name that resolves to a
// forbidden address is refused, however often its answer changes. Redirects are not followed: they are answers.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "vedette/base/deadline.h"
#include "vedette/base/ip_address.h"
#include "vedette/base/result.h"
#include "vedette/http/headers.h"

struct sockaddr;

namespace vedette::http {

// Which addresses a client may connect to.
enum class Reach : uint8_t {
  public_addresses,  // no loopback, private, link-local, shared, documentation, multicast or reserved ones
  any_address,       // the operator named the destination
};

// The addresses whose first `bits` bits are those of `network`; IPv4 addresses are mapped, and have 96 more.
struct AddressRange {
  base::IpAddress network;
  int bits = 128;
};

// "10.0.0.0/8", "fd00::/8", or one address. bad_request for anything else.
base::Result<AddressRange> parse_address_range(std::string_view text);

struct ClientOptions {
  Reach reach = Reach::public_addresses;
  std::vector<AddressRange> allowed;  // beside the public ones
  std::string ca_file;                // PEM; "": the system's
  std::chrono::milliseconds connect_timeout{10'000};
  std::chrono::milliseconds timeout{60'000};  // of the whole exchange
  uint64_t body_bytes_max = 64 << 20;         // of an answer; more is limit_exceeded
};

// Whether a connection to the address may be made.
bool within_reach(const ClientOptions& options, const sockaddr& address);

struct ClientRequest {
  std::string method = "GET";
  std::string url;  // http or https; others are bad_request
  Headers headers;
  std::string body;
  base::StopCheck stop;
};

struct ClientResponse {
  int status = 0;
  Headers headers;
  std::string body;
};

// Errors: `bad_request` for the URL, `forbidden` for an address out of reach, `unavailable` when there was no answer,
// `limit_exceeded`, `cancelled`. A status of 400 and more is an answer. Threads: any.
base::Result<ClientResponse> send(const ClientRequest& request, const ClientOptions& options = {});

// Many requests at once, in one thread of its own, over connections that are kept. What it is asked is sent at once:
// who asks bounds how many there are. Threads: any.
class AsyncClient {
 public:
  // Called once, on the client's thread: must not block.
  using Done = std::function<void(base::Result<ClientResponse>)>;

  explicit AsyncClient(ClientOptions options);
  // What is under way ends as `cancelled`.
  ~AsyncClient();

  void send(ClientRequest request, Done done);

 private:
  struct Impl;
  const std::unique_ptr<Impl> impl_;
};

// Whether `address`, a numeric IPv4 or IPv6 address, is one that Reach::public_addresses allows.
bool is_public_address(std::string_view address);

}  // namespace vedette::http
