// A certificate that a server signs itself, for developers: the name of this machine and nobody's word for it. Clients
// trust it when they are given it among their authorities, though it is none: it can sign nothing.
#pragma once

#include <string>
#include <string_view>

#include "vedette/base/result.h"
#include "vedette/base/time.h"

namespace vedette::http {

struct CertificateAndKey {
  std::string certificate, key;  // PEM
};

// An ECDSA key on P-256 and an X.509 certificate for localhost, 127.0.0.1, ::1 and `host`, good for a year.
base::Result<CertificateAndKey> make_development_certificate(std::string_view host, base::DateTime now);

// Whether the first certificate in `pem` is good for `host` from `now` on for a day at least; false for what is none,
// and for an authority's.
bool is_certificate_for(std::string_view pem, std::string_view host, base::DateTime now);

}  // namespace vedette::http
