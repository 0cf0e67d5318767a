#include "tls.h"

#include <openssl/ssl.h>

namespace vedette::http {
namespace {

namespace asio = boost::asio;

// A client that offers ALPN without http/1.1 is refused (RFC 7301, section 3.2).
int select_protocol(SSL*, const unsigned char** out, unsigned char* out_length, const unsigned char* in,
                    unsigned in_length, void*) {
  static constexpr unsigned char offered[] = "\x08http/1.1";
  unsigned char* selected = nullptr;
  const int outcome = SSL_select_next_proto(&selected, out_length, offered, sizeof offered - 1, in, in_length);
  *out = selected;
  return outcome == OPENSSL_NPN_NEGOTIATED ? SSL_TLSEXT_ERR_OK : SSL_TLSEXT_ERR_ALERT_FATAL;
}

base::Error unreadable(const char* what, const std::string& path, const boost::system::error_code& error) {
  return base::fail(base::ErrorCode::io_error, std::string("The TLS ") + what + " cannot be used.")
      .with_cause(path + ": " + error.message());
}

}  // namespace

base::Result<std::shared_ptr<asio::ssl::context>> make_tls_context(const TlsFiles& files) {
  auto context = std::make_shared<asio::ssl::context>(asio::ssl::context::tls_server);
  SSL_CTX* native = context->native_handle();
  if (SSL_CTX_set_min_proto_version(native, TLS1_2_VERSION) != 1)
    return base::fail(base::ErrorCode::internal, "TLS 1.2 is not available.");
  SSL_CTX_set_options(native, SSL_OP_NO_RENEGOTIATION | SSL_OP_NO_COMPRESSION | SSL_OP_CIPHER_SERVER_PREFERENCE);
  SSL_CTX_set_alpn_select_cb(native, select_protocol, nullptr);
  boost::system::error_code error;
  // A key with a passphrase is refused; OpenSSL would ask for it on the terminal.
  context->set_password_callback([](size_t, asio::ssl::context::password_purpose) { return std::string(); }, error);
  context->use_certificate_chain_file(files.certificate_path, error);
  if (error) return unreadable("certificate", files.certificate_path, error);
  context->use_private_key_file(files.key_path, asio::ssl::context::pem, error);
  if (error) return unreadable("private key", files.key_path, error);
  return context;
}

}  // namespace vedette::http
