#include "client_exchange.h"

#include <sys/socket.h>

#include <algorithm>
#include <mutex>

#include "public_address.h"

namespace vedette::http {

using base::ErrorCode;
using base::fail;

bool within_reach(const ClientOptions& options, const sockaddr& address) {
  if (options.reach == Reach::any_address || is_public(address)) return true;
  const auto ip = ip_of(address);
  return ip && std::any_of(options.allowed.begin(), options.allowed.end(),
                           [&](const AddressRange& range) { return base::in_network(*ip, range.network, range.bits); });
}

namespace {

// What of a URL may be told: no user, no path, no query, where secrets are.
std::string origin_of(const std::string& url) {
  const base::Owned<CURLU, curl_url_cleanup> parts(curl_url());
  if (!parts || curl_url_set(parts.get(), CURLUPART_URL, url.c_str(), CURLU_NON_SUPPORT_SCHEME) != CURLUE_OK)
    return "the given address";
  std::string origin;
  for (const auto& [part, before] : {std::pair{CURLUPART_SCHEME, ""}, {CURLUPART_HOST, "://"}, {CURLUPART_PORT, ":"}}) {
    char* text = nullptr;
    if (curl_url_get(parts.get(), part, &text, 0) == CURLUE_OK && text) origin += before + std::string(text);
    curl_free(text);
  }
  return origin;
}

}  // namespace

size_t ClientExchange::take_body(const char* bytes, size_t, size_t size, void* self) {
  auto& exchange = *static_cast<ClientExchange*>(self);
  if (exchange.response_.body.size() + size > exchange.options_.body_bytes_max) return exchange.too_large_ = true, 0;
  exchange.response_.body.append(bytes, size);
  return size;
}

// A status line begins a new head: that of an interim answer is forgotten.
size_t ClientExchange::take_header(const char* bytes, size_t, size_t size, void* self) {
  auto& headers = static_cast<ClientExchange*>(self)->response_.headers;
  std::string_view line(bytes, size);
  while (line.ends_with('\n') || line.ends_with('\r') || line.ends_with(' ')) line.remove_suffix(1);
  if (line.starts_with("HTTP/")) return headers = {}, size;
  const size_t colon = line.find(':');
  if (colon == std::string_view::npos) return size;
  std::string_view value = line.substr(colon + 1);
  while (value.starts_with(' ') || value.starts_with('\t')) value.remove_prefix(1);
  headers.add(std::string(line.substr(0, colon)), std::string(value));
  return size;
}

curl_socket_t ClientExchange::open_socket(void* self, curlsocktype, curl_sockaddr* address) {
  auto& exchange = *static_cast<ClientExchange*>(self);
  if (!within_reach(exchange.options_, address->addr)) return exchange.out_of_reach_ = true, CURL_SOCKET_BAD;
  return socket(address->family, address->socktype | SOCK_CLOEXEC, address->protocol);
}

int ClientExchange::is_stopped(void* self, curl_off_t, curl_off_t, curl_off_t, curl_off_t) {
  return static_cast<ClientExchange*>(self)->request_.stop.stopped() ? 1 : 0;
}

base::Status ClientExchange::check() const {
  for (const auto& field : request_.headers)
    if (!is_token(field.name) || !is_field_value(field.value))
      return fail(ErrorCode::bad_request, "The field '" + field.name + "' of the request is not well-formed.");
  if (!is_token(request_.method)) return fail(ErrorCode::bad_request, "'" + request_.method + "' is no method.");
  return {};
}

base::Result<std::unique_ptr<ClientExchange>> ClientExchange::create(ClientRequest request,
                                                                     const ClientOptions& options) {
  static std::once_flag initialised;
  std::call_once(initialised, [] { curl_global_init(CURL_GLOBAL_DEFAULT); });
  std::unique_ptr<ClientExchange> self(new ClientExchange(std::move(request), options));
  TRY(self->check());
  self->handle_.reset(curl_easy_init());
  if (!self->handle_) return fail(ErrorCode::internal, "The HTTP client cannot start.");
  self->set_request();
  self->set_limits();
  return self;
}

void ClientExchange::set_request() {
  CURL* handle = handle_.get();
  curl_slist* list = curl_slist_append(nullptr, "Expect:");
  for (const auto& field : request_.headers)
    list = curl_slist_append(list, (field.name + (field.value.empty() ? ";" : ": " + field.value)).c_str());
  fields_.reset(list);
  curl_easy_setopt(handle, CURLOPT_ERRORBUFFER, detail_.data());
  curl_easy_setopt(handle, CURLOPT_URL, request_.url.c_str());
  curl_easy_setopt(handle, CURLOPT_PROTOCOLS_STR, "http,https");
  curl_easy_setopt(handle, CURLOPT_HTTPHEADER, fields_.get());
  if (request_.method == "HEAD") {
    curl_easy_setopt(handle, CURLOPT_NOBODY, 1L);
  } else if (!request_.body.empty() || request_.method == "POST") {
    curl_easy_setopt(handle, CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(request_.body.size()));
    curl_easy_setopt(handle, CURLOPT_POSTFIELDS, request_.body.c_str());
  }
  curl_easy_setopt(handle, CURLOPT_CUSTOMREQUEST, request_.method == "HEAD" ? nullptr : request_.method.c_str());
}

void ClientExchange::set_limits() {
  CURL* handle = handle_.get();
  curl_easy_setopt(handle, CURLOPT_NOSIGNAL, 1L);
  curl_easy_setopt(handle, CURLOPT_QUICK_EXIT, 1L);  // a resolver that hangs is left behind, not waited for
  curl_easy_setopt(handle, CURLOPT_CONNECTTIMEOUT_MS, static_cast<long>(options_.connect_timeout.count()));
  curl_easy_setopt(handle, CURLOPT_TIMEOUT_MS, static_cast<long>(options_.timeout.count()));
  curl_easy_setopt(handle, CURLOPT_PROXY, options_.reach == Reach::public_addresses ? "" : nullptr);
  if (!options_.ca_file.empty()) curl_easy_setopt(handle, CURLOPT_CAINFO, options_.ca_file.c_str());
  curl_easy_setopt(handle, CURLOPT_OPENSOCKETFUNCTION, &ClientExchange::open_socket);
  curl_easy_setopt(handle, CURLOPT_OPENSOCKETDATA, this);
  curl_easy_setopt(handle, CURLOPT_NOPROGRESS, 0L);
  curl_easy_setopt(handle, CURLOPT_XFERINFOFUNCTION, &ClientExchange::is_stopped);
  curl_easy_setopt(handle, CURLOPT_XFERINFODATA, this);
  curl_easy_setopt(handle, CURLOPT_WRITEFUNCTION, &ClientExchange::take_body);
  curl_easy_setopt(handle, CURLOPT_WRITEDATA, this);
  curl_easy_setopt(handle, CURLOPT_HEADERFUNCTION, &ClientExchange::take_header);
  curl_easy_setopt(handle, CURLOPT_HEADERDATA, this);
}

base::Error ClientExchange::failure(CURLcode code) const {
  const std::string url = origin_of(request_.url);
  if (out_of_reach_) return fail(ErrorCode::forbidden, "'" + url + "' leads to an address that is not public.");
  if (too_large_)
    return fail(ErrorCode::limit_exceeded,
                "The answer of '" + url + "' has more than " + std::to_string(options_.body_bytes_max) + " bytes.");
  if (code == CURLE_URL_MALFORMAT || code == CURLE_UNSUPPORTED_PROTOCOL)
    return fail(ErrorCode::bad_request, "'" + url + "' is no http or https URL.");
  if (code == CURLE_ABORTED_BY_CALLBACK) return fail(ErrorCode::cancelled, "The request was cancelled.");
  return fail(ErrorCode::unavailable, "No answer from '" + url + "': " + curl_easy_strerror(code) + ".")
      .with_cause(detail_.data());
}

base::Result<ClientResponse> ClientExchange::finish(CURLcode code) {
  if (code != CURLE_OK) return failure(code);
  long status = 0;
  curl_easy_getinfo(handle_.get(), CURLINFO_RESPONSE_CODE, &status);
  response_.status = static_cast<int>(status);
  return std::move(response_);
}

}  // namespace vedette::http
