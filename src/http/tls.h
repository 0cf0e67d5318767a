// The server's TLS settings.
#pragma once

#include <boost/asio/ssl/context.hpp>
#include <memory>

#include "vedette/base/result.h"
#include "vedette/http/server.h"

namespace vedette::http {

// TLS 1.2 and newer, no renegotiation, ALPN http/1.1 only. Error `io_error` names the file's role, its cause the path.
base::Result<std::shared_ptr<boost::asio::ssl::context>> make_tls_context(const TlsFiles& files);

}  // namespace vedette::http
