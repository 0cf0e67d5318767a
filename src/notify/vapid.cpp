#include "vedette/notify/vapid.h"

#include <openssl/bio.h>
#include <openssl/ec.h>
#include <openssl/evp.h>
#include <openssl/pem.h>

#include <memory>

#include "vedette/base/base64.h"
#include "vedette/base/owned.h"

namespace vedette::notify {
namespace {

using base::ErrorCode;
using base::Result;

using Key = base::Owned<EVP_PKEY, EVP_PKEY_free>;
using Bio = base::Owned<BIO, BIO_free>;

base::Error failed(const char* what) { return base::fail(ErrorCode::internal, "").with_cause(what); }

Result<std::string> new_private_key() {
  const Key key(EVP_EC_gen("P-256"));
  const Bio out(BIO_new(BIO_s_mem()));
  if (!key || !out || PEM_write_bio_PrivateKey(out.get(), key.get(), nullptr, nullptr, 0, nullptr, nullptr) != 1)
    return failed("a key for web push cannot be made");
  char* text = nullptr;
  const long size = BIO_get_mem_data(out.get(), &text);
  return std::string(text, static_cast<size_t>(size));
}

Result<std::string> public_point(const std::string& pem) {
  const Bio in(BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size())));
  const Key key(PEM_read_bio_PrivateKey(in.get(), nullptr, nullptr, nullptr));
  unsigned char* point = nullptr;
  const size_t size = key ? EVP_PKEY_get1_encoded_public_key(key.get(), &point) : 0;
  const std::unique_ptr<unsigned char, void (*)(unsigned char*)> owner(point,
                                                                       [](unsigned char* p) { OPENSSL_free(p); });
  if (size == 0) return failed("the key for web push cannot be read");
  return base::encode_base64url({reinterpret_cast<const char*>(point), size});
}

}  // namespace

Result<std::string> vapid_public_key(store::EntityStore& store, std::string_view tenant) {
  if (const auto known = TRY(store.state(tenant, vapid_state))) return public_point(known->value);
  std::string fresh = TRY(new_private_key());
  store::Commit commit;
  commit.states.push_back({std::string(vapid_state), std::move(fresh), store::must_not_exist});
  const auto made = store.commit(tenant, commit);
  if (!made && made.error().code != ErrorCode::conflict) return made.error();
  const auto kept = TRY(store.state(tenant, vapid_state));  // another's, where that was first
  if (!kept) return failed("the key for web push is gone");
  return public_point(kept->value);
}

}  // namespace vedette::notify
