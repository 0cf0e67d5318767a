// base64_*, and the decompression of base64 texts. Source: kusto/query, the page of each function.
// What a compressor writes depends on the compressor: the compressing functions give a text that decompresses to the
// argument, not the engine's bytes.
#include <zlib.h>

#include <algorithm>

#include "families.h"
#include "vedette/base/base64.h"
#include "vedette/base/utf8.h"
#include "vedette/kql/functions/kernel.h"

namespace vedette::kql {
namespace {

using base::Result;
using columnar::Arena;
using columnar::Dynamic;
using columnar::DynamicKind;
using Text = std::string_view;

constexpr size_t decompressed_bytes_max = 64 << 20;

Result<Vector> encode_text(const CallContext&, std::span<const Vector> arguments, size_t rows) {
  return map_text(arguments, rows, [](std::string& out, Text text) { out += base::encode_base64(text); });
}

Result<Vector> decode_text(const CallContext&, std::span<const Vector> arguments, size_t rows) {
  return map_text(arguments, rows, [](std::string& out, Text text) {
    const auto bytes = base::decode_base64(text);
    if (bytes && base::is_valid_utf8(*bytes)) out += *bytes;
  });
}

Result<Vector> decode_array(const CallContext&, std::span<const Vector> arguments, size_t rows) {
  return map_dynamic(arguments, rows, [](Arena& arena, Text text) {
    const auto bytes = base::decode_base64(text);
    if (!bytes) return Dynamic();
    auto* items = arena.allocate_array<Dynamic>(bytes->size());
    std::transform(bytes->begin(), bytes->end(), items,
                   [](char c) { return Dynamic::of(int64_t{static_cast<unsigned char>(c)}); });
    return Dynamic::array({items, bytes->size()});
  });
}

Result<Vector> encode_array(const CallContext&, std::span<const Vector> arguments, size_t rows) {
  return map_text(arguments, rows, [](std::string& out, const Dynamic& array) {
    if (array.kind() != DynamicKind::array) return;
    std::string bytes;
    for (const Dynamic& item : array.items()) {
      if (item.kind() != DynamicKind::int64 || item.integer() < 0 || item.integer() > 255) return;
      bytes += static_cast<char>(item.integer());
    }
    out += base::encode_base64(bytes);
  });
}

// A guid's first three fields stand least significant byte first.
constexpr size_t guid_order[16] = {3, 2, 1, 0, 5, 4, 7, 6, 8, 9, 10, 11, 12, 13, 14, 15};

Result<Vector> encode_guid(const CallContext&, std::span<const Vector> arguments, size_t rows) {
  return map_text(arguments, rows, [](std::string& out, const base::Guid& guid) {
    std::string bytes;
    for (const size_t i : guid_order) bytes += static_cast<char>(guid.bytes[i]);
    out += base::encode_base64(bytes);
  });
}

Result<Vector> decode_guid(const CallContext&, std::span<const Vector> arguments, size_t rows) {
  return map<base::Guid>(Type::guid, arguments, rows, [](Text text) -> std::optional<base::Guid> {
    const auto bytes = base::decode_base64(text);
    if (!bytes || bytes->size() != 16) return std::nullopt;
    base::Guid guid;
    for (size_t i = 0; i < 16; ++i) guid.bytes[guid_order[i]] = static_cast<uint8_t>((*bytes)[i]);
    return guid;
  });
}

enum class Inflated { whole, damaged, too_large };

// Appends what `bytes`, one gzip or zlib stream, decompress to.
Inflated inflate_into(std::string& out, std::string_view bytes, int window_bits) {
  z_stream stream{};
  if (inflateInit2(&stream, window_bits) != Z_OK) return Inflated::damaged;
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(bytes.data()));
  stream.avail_in = static_cast<uInt>(bytes.size());
  char block[16384];
  int state = Z_OK;
  StepWatch watch;
  while (state == Z_OK && out.size() <= decompressed_bytes_max && watch.go_on(sizeof block)) {
    stream.next_out = reinterpret_cast<Bytef*>(block);
    stream.avail_out = sizeof block;
    state = inflate(&stream, Z_NO_FLUSH);
    if (state == Z_OK || state == Z_STREAM_END) out.append(block, sizeof block - stream.avail_out);
  }
  const bool whole = state == Z_STREAM_END && stream.avail_in == 0;
  inflateEnd(&stream);
  if (out.size() > decompressed_bytes_max) return Inflated::too_large;
  return whole ? Inflated::whole : Inflated::damaged;
}

constexpr int zlib_format = 15, gzip_format = 15 + 16;  // zlib.h, inflateInit2

template <int Format>
Result<Vector> decompress(const CallContext&, std::span<const Vector> arguments, size_t rows) {
  bool too_large = false;
  auto out = map_text(arguments, rows, [&](std::string& text, Text encoded) {
    const auto bytes = too_large ? std::nullopt : base::decode_base64(encoded);
    const Inflated inflated = bytes ? inflate_into(text, *bytes, Format) : Inflated::damaged;
    too_large = too_large || inflated == Inflated::too_large;
    return inflated == Inflated::whole && base::is_valid_utf8(text);
  });
  if (too_large)
    return base::fail(base::ErrorCode::limit_exceeded, "A text decompresses to more than " +
                                                           std::to_string(decompressed_bytes_max >> 20) +
                                                           " MiB, the most that is allowed.");
  return out;
}

constexpr int deflated_level = 6, stored_level = 0;

// One raw deflate stream (RFC 1951).
std::optional<std::string> deflated(std::string_view bytes, int level) {
  z_stream stream{};
  if (deflateInit2(&stream, level, Z_DEFLATED, -MAX_WBITS, MAX_MEM_LEVEL, Z_DEFAULT_STRATEGY) != Z_OK)
    return std::nullopt;
  constexpr size_t room = 64;  // deflateBound is too small for a few bytes that are stored
  std::string out(deflateBound(&stream, static_cast<uLong>(bytes.size())) + room, '\0');
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(bytes.data()));
  stream.next_out = reinterpret_cast<Bytef*>(out.data());
  stream.avail_out = static_cast<uInt>(out.size());
  constexpr size_t piece_bytes = 64 << 10;  // some milliseconds
  StepWatch watch;
  int state = Z_OK;
  for (size_t at = 0; state == Z_OK && watch.go_on(8 * piece_bytes); at += piece_bytes) {
    const size_t piece = std::min(piece_bytes, bytes.size() - std::min(at, bytes.size()));
    stream.avail_in = static_cast<uInt>(piece);
    state = deflate(&stream, at + piece >= bytes.size() ? Z_FINISH : Z_NO_FLUSH);
  }
  out.resize(stream.total_out);
  deflateEnd(&stream);
  return state == Z_STREAM_END ? std::optional(std::move(out)) : std::nullopt;
}

void append_number(std::string& out, uint32_t number, std::initializer_list<int> shifts) {
  for (const int shift : shifts) out += static_cast<char>(number >> shift);
}

// Header, stream and checksum of RFC 1952 and RFC 1950. A text that does not shrink is stored.
template <int Format>
Result<Vector> compress(const CallContext&, std::span<const Vector> arguments, size_t rows) {
  return map_text(arguments, rows, [](std::string& out, Text text) {
    auto stream = deflated(text, deflated_level);
    if (stream && stream->size() >= text.size()) stream = deflated(text, stored_level);
    if (!stream) return;
    const auto* bytes = reinterpret_cast<const Bytef*>(text.data());
    const auto size = static_cast<uInt>(text.size());
    std::string whole;
    if constexpr (Format == gzip_format) {
      whole = std::string("\x1f\x8b\x08\0\0\0\0\0\0\xff", 10) + *stream;
      append_number(whole, static_cast<uint32_t>(crc32(crc32(0, nullptr, 0), bytes, size)), {0, 8, 16, 24});
      append_number(whole, size, {0, 8, 16, 24});
    } else {
      whole = "\x78\x01" + *stream;
      append_number(whole, static_cast<uint32_t>(adler32(adler32(0, nullptr, 0), bytes, size)), {24, 16, 8, 0});
    }
    out += base::encode_base64(whole);
  });
}

constexpr ScalarFunction encoding_table[] = {
    {"gzip_compress_to_base64_string", "(string) -> string", compress<gzip_format>,
     "A text compressed by gzip, in Base64."},
    {"zlib_compress_to_base64_string", "(string) -> string", compress<zlib_format>,
     "A text compressed by zlib, in Base64."},
    {"base64_encode_tostring", "(string) -> string", encode_text, "A text in Base64."},
    {"base64_encodestring", "(string) -> string", encode_text, "A text in Base64."},
    {"base64_encode_fromarray", "(dynamic) -> string", encode_array, "An array of bytes in Base64."},
    {"base64_encode_fromguid", "(guid) -> string", encode_guid, "A guid in Base64."},
    {"base64_decode_tostring", "(string) -> string", decode_text, "The text that stands in Base64."},
    {"base64_decodestring", "(string) -> string", decode_text, "The text that stands in Base64."},
    {"base64_decode_toarray", "(string) -> dynamic", decode_array, "The bytes that stand in Base64."},
    {"base64_decode_toguid", "(string) -> guid", decode_guid, "The guid that stands in Base64."},
    {"gzip_decompress_from_base64_string", "(string) -> string", decompress<gzip_format>,
     "The text that stands in Base64, compressed by gzip."},
    {"zlib_decompress_from_base64_string", "(string) -> string", decompress<zlib_format>,
     "The text that stands in Base64, compressed by zlib."},
};

}  // namespace

std::span<const ScalarFunction> encoding_functions() { return encoding_table; }

}  // namespace vedette::kql
