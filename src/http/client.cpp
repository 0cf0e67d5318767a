#include "vedette/http/client.h"

#include <curl/curl.h>
#include <sys/socket.h>

#include <array>
#include <memory>
#include <mutex>

#include "public_address.h"

namespace vedette::http {

using base::ErrorCode;
using base::fail;

namespace {

struct Transfer {
  const ClientRequest& request;
  const ClientOptions& options;
  ClientResponse response;
  bool too_large = false, out_of_reach = false;
};

size_t take_body(const char* bytes, size_t, size_t size, void* context) {
  auto& transfer = *static_cast<Transfer*>(context);
  if (transfer.response.body.size() + size > transfer.options.body_bytes_max) return transfer.too_large = true, 0;
  transfer.response.body.append(bytes, size);
  return size;
}

// A status line begins a new head: that of an interim answer is forgotten.
size_t take_header(const char* bytes, size_t, size_t size, void* context) {
  auto& headers = static_cast<Transfer*>(context)->response.headers;
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

curl_socket_t open_socket(void* context, curlsocktype, curl_sockaddr* address) {
  auto& transfer = *static_cast<Transfer*>(context);
  if (transfer.options.reach == Reach::public_addresses && !is_public(address->addr)) {
    transfer.out_of_reach = true;
    return CURL_SOCKET_BAD;
  }
  return socket(address->family, address->socktype | SOCK_CLOEXEC, address->protocol);
}

int is_stopped(void* context, curl_off_t, curl_off_t, curl_off_t, curl_off_t) {
  return static_cast<Transfer*>(context)->request.stop.stopped() ? 1 : 0;
}

using Handle = std::unique_ptr<CURL, decltype(&curl_easy_cleanup)>;
using FieldList = std::unique_ptr<curl_slist, decltype(&curl_slist_free_all)>;

FieldList field_list(const Headers& headers) {
  curl_slist* list = curl_slist_append(nullptr, "Expect:");
  for (const auto& field : headers)
    list = curl_slist_append(list, (field.name + (field.value.empty() ? ";" : ": " + field.value)).c_str());
  return {list, &curl_slist_free_all};
}

void set_request(CURL* handle, Transfer& transfer, curl_slist* fields) {
  const ClientRequest& request = transfer.request;
  curl_easy_setopt(handle, CURLOPT_URL, request.url.c_str());
  curl_easy_setopt(handle, CURLOPT_PROTOCOLS_STR, "http,https");
  curl_easy_setopt(handle, CURLOPT_HTTPHEADER, fields);
  if (request.method == "HEAD") {
    curl_easy_setopt(handle, CURLOPT_NOBODY, 1L);
  } else if (!request.body.empty() || request.method == "POST") {
    curl_easy_setopt(handle, CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(request.body.size()));
    curl_easy_setopt(handle, CURLOPT_POSTFIELDS, request.body.c_str());
  }
  curl_easy_setopt(handle, CURLOPT_CUSTOMREQUEST, request.method == "HEAD" ? nullptr : request.method.c_str());
}

void set_limits(CURL* handle, Transfer& transfer) {
  const ClientOptions& options = transfer.options;
  curl_easy_setopt(handle, CURLOPT_NOSIGNAL, 1L);
  curl_easy_setopt(handle, CURLOPT_CONNECTTIMEOUT_MS, static_cast<long>(options.connect_timeout.count()));
  curl_easy_setopt(handle, CURLOPT_TIMEOUT_MS, static_cast<long>(options.timeout.count()));
  curl_easy_setopt(handle, CURLOPT_PROXY, options.reach == Reach::public_addresses ? "" : nullptr);
  if (!options.ca_file.empty()) curl_easy_setopt(handle, CURLOPT_CAINFO, options.ca_file.c_str());
  curl_easy_setopt(handle, CURLOPT_OPENSOCKETFUNCTION, open_socket);
  curl_easy_setopt(handle, CURLOPT_OPENSOCKETDATA, &transfer);
  curl_easy_setopt(handle, CURLOPT_NOPROGRESS, 0L);
  curl_easy_setopt(handle, CURLOPT_XFERINFOFUNCTION, is_stopped);
  curl_easy_setopt(handle, CURLOPT_XFERINFODATA, &transfer);
  curl_easy_setopt(handle, CURLOPT_WRITEFUNCTION, take_body);
  curl_easy_setopt(handle, CURLOPT_WRITEDATA, &transfer);
  curl_easy_setopt(handle, CURLOPT_HEADERFUNCTION, take_header);
  curl_easy_setopt(handle, CURLOPT_HEADERDATA, &transfer);
}

// What of a URL may be told: no user, no path, no query, where secrets are.
std::string origin_of(const std::string& url) {
  const std::unique_ptr<CURLU, decltype(&curl_url_cleanup)> parts(curl_url(), &curl_url_cleanup);
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

base::Error failure(CURLcode code, const Transfer& transfer, const std::string& detail) {
  const std::string url = origin_of(transfer.request.url);
  if (transfer.out_of_reach) return fail(ErrorCode::forbidden, "'" + url + "' leads to an address that is not public.");
  if (transfer.too_large)
    return fail(ErrorCode::limit_exceeded, "The answer of '" + url + "' has more than " +
                                               std::to_string(transfer.options.body_bytes_max) + " bytes.");
  if (code == CURLE_URL_MALFORMAT || code == CURLE_UNSUPPORTED_PROTOCOL)
    return fail(ErrorCode::bad_request, "'" + url + "' is no http or https URL.");
  if (code == CURLE_ABORTED_BY_CALLBACK) return fail(ErrorCode::cancelled, "The request was cancelled.");
  return fail(ErrorCode::unavailable, "No answer from '" + url + "': " + curl_easy_strerror(code) + ".")
      .with_cause(detail);
}

}  // namespace

base::Result<ClientResponse> send(const ClientRequest& request, const ClientOptions& options) {
  static std::once_flag initialised;
  std::call_once(initialised, [] { curl_global_init(CURL_GLOBAL_DEFAULT); });
  for (const auto& field : request.headers)
    if (!is_token(field.name) || !is_field_value(field.value))
      return fail(ErrorCode::bad_request, "The field '" + field.name + "' of the request is not well-formed.");
  if (!is_token(request.method)) return fail(ErrorCode::bad_request, "'" + request.method + "' is no method.");
  const Handle handle(curl_easy_init(), &curl_easy_cleanup);
  if (!handle) return fail(ErrorCode::internal, "The HTTP client cannot start.");
  Transfer transfer{request, options, {}};
  const FieldList fields = field_list(request.headers);
  std::array<char, CURL_ERROR_SIZE> detail{};
  curl_easy_setopt(handle.get(), CURLOPT_ERRORBUFFER, detail.data());
  set_request(handle.get(), transfer, fields.get());
  set_limits(handle.get(), transfer);
  const CURLcode code = curl_easy_perform(handle.get());
  if (code != CURLE_OK) return failure(code, transfer, detail.data());
  long status = 0;
  curl_easy_getinfo(handle.get(), CURLINFO_RESPONSE_CODE, &status);
  transfer.response.status = static_cast<int>(status);
  return std::move(transfer.response);
}

}  // namespace vedette::http
