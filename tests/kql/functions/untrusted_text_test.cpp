// Functions that read texts of strangers: whatever the text, an answer, and never a read beyond it (asan).
#include <gtest/gtest.h>
#include <zlib.h>

#include <random>
#include <string>

#include "vedette/kql/functions/signature.h"

namespace vedette::kql {
namespace {

using columnar::constant_string;

struct Reader {
  std::string_view name;
  std::string_view alphabet;  // what its texts are made of
  int texts = 1;              // arguments; the last is "windows" for command lines
};

constexpr Reader readers[] = {
    {"parse_ipv4", "0129./"},
    {"parse_ipv6", "0f9:./"},
    {"has_ipv4", "019. a", 2},
    {"has_ipv4_prefix", "019. a", 2},
    {"ipv6_is_in_range", "0f:./", 2},
    {"base64_decode_toarray", "AZaz09+/= "},
    {"zlib_decompress_from_base64_string", "eJzLSM3AZ09+/="},
    {"punycode_to_string", "az09-\xc3"},
    {"punycode_from_string", "a-\xc3\xa9\xf0\x9f"},
    {"parse_url", "a:/?#[]@&=%"},
    {"url_decode", "%0aG+\xff"},
    {"parse_path", "C:\\/.a?"},
    {"parse_version", "019."},
    {"parse_csv", "a,\"\r\n"},
    {"parse_command_line", "a \"\\"},
};

std::string random_text(std::mt19937& random, std::string_view alphabet) {
  std::string text(random() % 24, ' ');
  for (char& c : text) c = alphabet[random() % alphabet.size()];
  return text;
}

TEST(UntrustedText, IsReadToItsEndOnly) {
  std::mt19937 random(7);
  for (const Reader& reader : readers) {
    SCOPED_TRACE(reader.name);
    for (int i = 0; i < 4000; ++i) {
      std::vector<Vector> arguments;
      for (int k = 0; k < reader.texts; ++k) arguments.push_back(constant_string(random_text(random, reader.alphabet)));
      if (reader.name == "parse_command_line") arguments.push_back(constant_string("windows"));
      const std::vector<ArgumentType> types(arguments.size(), ArgumentType{Type::string, false});
      const ScalarOverload overload = resolve_scalar(reader.name, types);
      ASSERT_NE(overload.function, nullptr);
      const auto result = overload.function->kernel(CallContext{}, arguments, 1);
      if (!result) {
        ASSERT_EQ(result.error().code, base::ErrorCode::not_supported) << result.error().message;
        continue;
      }
      std::string json;
      columnar::append_json(json, *result, 0);
    }
  }
}

std::string base64(const std::string& bytes) {
  columnar::VectorBuilder array(Type::dynamic);
  std::vector<columnar::Dynamic> items;
  for (const char c : bytes) items.push_back(columnar::Dynamic::of(int64_t{static_cast<unsigned char>(c)}));
  array.append_copy(columnar::Dynamic::array(items));
  const std::vector<ArgumentType> types{{Type::dynamic, false}};
  const std::vector<Vector> arguments{array.finish()};
  const auto text = resolve_scalar("base64_encode_fromarray", types).function->kernel(CallContext{}, arguments, 1);
  return std::string(text->view<std::string_view>()[0]);
}

TEST(UntrustedText, DecompressesToALimitOnly) {
  const std::string zeros((64 << 20) + 1, '0');
  std::string compressed(compressBound(zeros.size()), ' ');
  uLongf size = compressed.size();
  ASSERT_EQ(compress(reinterpret_cast<Bytef*>(compressed.data()), &size, reinterpret_cast<const Bytef*>(zeros.data()),
                     zeros.size()),
            Z_OK);
  const std::vector<ArgumentType> types{{Type::string, false}};
  const ScalarOverload overload = resolve_scalar("zlib_decompress_from_base64_string", types);
  const std::vector<Vector> arguments{constant_string(base64(compressed.substr(0, size)))};
  const auto result = overload.function->kernel(CallContext{}, arguments, 1);
  ASSERT_FALSE(result.has_value());
  EXPECT_EQ(result.error().code, base::ErrorCode::limit_exceeded);
  EXPECT_NE(result.error().message.find("64 MiB"), std::string::npos);
}

}  // namespace
}  // namespace vedette::kql
