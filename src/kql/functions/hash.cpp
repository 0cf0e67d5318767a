// Hashes. Source: kusto/query, the page of each function.
//
// hash() is xxHash64 over a text's UTF-8 or over the eight bytes of a long, datetime or timespan, least significant
// first; the cryptographic ones hash a value's text. What other types are hashed as is not documented: refused.
#include <openssl/evp.h>
#include <xxhash.h>

#include <array>

#include "families.h"
#include "vedette/base/hexadecimal.h"
#include "vedette/kql/functions/kernel.h"

namespace vedette::kql {
namespace {

using base::Result;

base::Error not_hashed(const char* function, Type type) {
  return base::fail(base::ErrorCode::not_supported, std::string(function) + "() of a value of type " +
                                                        std::string(columnar::to_string(type)) + " is not supported.");
}

int64_t xxhash64(std::string_view text) { return static_cast<int64_t>(XXH64(text.data(), text.size(), 0)); }

int64_t xxhash64(int64_t value) {
  std::array<unsigned char, 8> bytes;
  for (size_t i = 0; i < bytes.size(); ++i)
    bytes[i] = static_cast<unsigned char>(static_cast<uint64_t>(value) >> 8 * i);
  return static_cast<int64_t>(XXH64(bytes.data(), bytes.size(), 0));
}

template <class T>
Result<Vector> hashed(std::span<const Vector> arguments, size_t rows) {
  if (arguments.size() == 1) return map<int64_t>(Type::long_, arguments, rows, [](T value) { return xxhash64(value); });
  // "An optional modulo value to be applied to the hash result, so that the output value is between 0 and mod - 1": as
  // % is, which is never negative.
  bool refused = false;
  auto out = map<int64_t>(Type::long_, arguments, rows, [&](T value, int64_t mod) -> int64_t {
    refused = refused || mod <= 0;
    if (refused) return 0;
    const int64_t rest = xxhash64(value) % mod;
    return rest < 0 ? rest + mod : rest;
  });
  if (refused)
    return base::fail(base::ErrorCode::not_supported, "hash() with a modulus that is not positive is not supported.");
  return out;
}

Result<Vector> hash(const CallContext&, std::span<const Vector> arguments, size_t rows) {
  switch (arguments[0].type()) {
    case Type::string:
      return hashed<std::string_view>(arguments, rows);
    case Type::long_:
    case Type::datetime:
    case Type::timespan:
      return hashed<int64_t>(arguments, rows);
    default:
      return not_hashed("hash", arguments[0].type());
  }
}

void append_digest(std::string& out, const EVP_MD* algorithm, std::string_view text) {
  std::array<unsigned char, EVP_MAX_MD_SIZE> digest;
  unsigned size = 0;
  const std::unique_ptr<EVP_MD_CTX, void (*)(EVP_MD_CTX*)> context(EVP_MD_CTX_new(), EVP_MD_CTX_free);
  EVP_DigestInit_ex(context.get(), algorithm, nullptr);
  constexpr size_t piece_bytes = 1 << 20;
  StepWatch watch;
  for (size_t at = 0; at < text.size() && watch.go_on(piece_bytes); at += piece_bytes) {
    const std::string_view piece = text.substr(at, piece_bytes);
    EVP_DigestUpdate(context.get(), piece.data(), piece.size());
  }
  EVP_DigestFinal_ex(context.get(), digest.data(), &size);
  out += base::hexadecimal(std::span(digest).first(size));
}

template <const EVP_MD* (*Algorithm)()>
Result<Vector> digest(const CallContext&, std::span<const Vector> arguments, size_t rows) {
  const auto map_with = [&](auto append_text) {
    return map_text(arguments, rows, [&](std::string& out, decltype(append_text.value) value) {
      std::string text;
      append_text(text, value);
      append_digest(out, Algorithm(), text);
    });
  };
  struct AppendText {
    std::string_view value;
    void operator()(std::string& out, std::string_view text) const { out += text; }
  };
  struct AppendLong {
    int64_t value;
    void operator()(std::string& out, int64_t number) const { out += std::to_string(number); }
  };
  struct AppendTime {
    int64_t value;
    void operator()(std::string& out, int64_t ticks) const { out += base::format_date_time({ticks}); }
  };
  switch (arguments[0].type()) {
    case Type::string:
      return map_with(AppendText{});
    case Type::long_:
      return map_with(AppendLong{});
    case Type::datetime:
      return map_with(AppendTime{});
    default:
      return not_hashed("A cryptographic hash", arguments[0].type());
  }
}

constexpr std::string_view hash_signature = "(scalar, mod: long?) -> long";
constexpr std::string_view digest_signature = "(scalar) -> string";
constexpr ScalarFunction hash_table[] = {
    {"hash", hash_signature, hash, "The xxHash64 of a value, or its remainder."},
    {"hash_xxhash64", hash_signature, hash, "The xxHash64 of a value, or its remainder."},
    {"hash_md5", digest_signature, digest<EVP_md5>, "The MD5 of a value's text, in hexadecimal digits."},
    {"hash_sha1", digest_signature, digest<EVP_sha1>, "The SHA-1 of a value's text, in hexadecimal digits."},
    {"hash_sha256", digest_signature, digest<EVP_sha256>, "The SHA-256 of a value's text, in hexadecimal digits."},
};

}  // namespace

std::span<const ScalarFunction> hash_functions() { return hash_table; }

}  // namespace vedette::kql
