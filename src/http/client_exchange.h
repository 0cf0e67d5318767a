// One request of a client as a transfer of libcurl, however it is driven (client.cpp, async_client.cpp).
#pragma once

#include <curl/curl.h>

#include <array>
#include <memory>

#include "vedette/base/owned.h"
#include "vedette/http/client.h"

namespace vedette::http {

class ClientExchange {
 public:
  // `options` outlive it.
  static base::Result<std::unique_ptr<ClientExchange>> create(ClientRequest request, const ClientOptions& options);

  CURL* handle() const { return handle_.get(); }
  // What came of it, after the transfer ended with `code`.
  base::Result<ClientResponse> finish(CURLcode code);

 private:
  ClientExchange(ClientRequest request, const ClientOptions& options)
      : request_(std::move(request)), options_(options) {}

  base::Status check() const;
  void set_request();
  void set_limits();
  base::Error failure(CURLcode code) const;

  static size_t take_body(const char* bytes, size_t, size_t size, void* self);
  static size_t take_header(const char* bytes, size_t, size_t size, void* self);
  static curl_socket_t open_socket(void* self, curlsocktype, curl_sockaddr* address);
  static int is_stopped(void* self, curl_off_t, curl_off_t, curl_off_t, curl_off_t);

  const ClientRequest request_;
  const ClientOptions& options_;
  base::Owned<curl_slist, curl_slist_free_all> fields_;
  base::Owned<CURL, curl_easy_cleanup> handle_;
  std::array<char, CURL_ERROR_SIZE> detail_{};
  ClientResponse response_;
  bool too_large_ = false, out_of_reach_ = false;
};

}  // namespace vedette::http
