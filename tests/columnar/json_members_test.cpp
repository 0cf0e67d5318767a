// Some members of a JSON text are those that the parser of whole texts gives.
#include "vedette/columnar/json_members.h"

#include <gtest/gtest.h>

#include "vedette/columnar/json_walk.h"

namespace vedette::columnar {
namespace {

constexpr std::string_view keys[] = {"a", "b", "c d"};

std::string expected(std::string_view json) {
  Arena arena;
  const auto whole = DynamicParser().parse(json, arena);
  if (!whole || whole->kind() != DynamicKind::bag) return "null";
  std::vector<DynamicMember> members;
  for (const DynamicMember& member : whole->members())
    if (std::find(std::begin(keys), std::end(keys), member.key) != std::end(keys)) members.push_back(member);
  std::string text;
  append_json(text, Dynamic::bag(members));
  return text;
}

std::string nested(int depth) {
  return "{\"a\":1,\"x\":" + std::string(depth, '[') + std::string(depth, ']') + ",\"b\":2}";
}

TEST(JsonMembers, AreThoseOfTheWholeText) {
  JsonMembers members;
  std::vector<std::string> texts = {"",
                                    " ",
                                    "null",
                                    "7",
                                    "[1]",
                                    "{}",
                                    R"({"a":1})",
                                    R"( { "b" : "x" , "a" : -5 } )",
                                    R"({"z":1,"y":"t"})",
                                    R"({"a":1,"a":2,"b":3,"a":"4"})",
                                    R"({"\u0061":1})",
                                    R"({"c d":null,"a":true,"b":false})",
                                    R"({"a":"\"\\\/\b\f\n\r\t\u00e9\ud83d\ude00"})",
                                    R"({"a":"\ud83d"})",
                                    R"({"a":"\ud83d\u0041"})",
                                    R"({"a":"\u12"})",
                                    R"({"a":"\x"})",
                                    R"({"z":"\x","a":1})",
                                    R"({"z":"\ud83d","a":1})",
                                    R"({"a":1.5,"b":1e3,"c d":-0})",
                                    R"({"a":12345678901234567890})",
                                    R"({"a":123456789012345678901234567890})",
                                    R"({"z":123456789012345678901234567890,"a":1})",
                                    R"({"z":1e999,"a":1})",
                                    R"({"z":01,"a":1})",
                                    R"({"z":1.,"a":1})",
                                    R"({"z":-,"a":1})",
                                    R"({"z":tru,"a":1})",
                                    R"({"z":1 2,"a":1})",
                                    R"({"a":1}{})",
                                    R"({"a":1},)",
                                    R"({"a":1,})",
                                    R"({"a"})",
                                    R"({"a":})",
                                    R"({"a":]})",
                                    R"({"a" 1})",
                                    R"({"a":1 "b":2})",
                                    R"({"z":{"a":7},"a":{"z":[1,{"q":"\n"},[],{}]}})",
                                    R"({"z":[1,],"a":1})",
                                    R"({"z":[,1],"a":1})",
                                    R"({"z":{"k":1,},"a":1})",
                                    R"({"z":{"k"},"a":1})",
                                    R"({"z":{"k":},"a":1})",
                                    R"({"z":{1:2},"a":1})",
                                    R"({"z":[1}],"a":1})",
                                    R"({"z":{"k":1],"a":1})",
                                    R"({"z":[1 2],"a":1})",
                                    R"({"z":["\q"],"a":1})",
                                    R"({"z":[01],"a":1})",
                                    R"({"z":[[[]],[{}],{"k":[]}],"a":1})",
                                    R"({"z":[)",
                                    R"({"z":[1)",
                                    R"({"z":[1,)",
                                    R"({"z":{"k":[1)",
                                    R"({"a":"open)",
                                    "{\"a\":\"\xff\"}",
                                    "{\"a\":\"x\ty\"}",
                                    "{\"a\":1\x01}",
                                    "{\"a\"\x01:1}",
                                    "{\"z\":[1\x01],\"a\":1}",
                                    nested(1),
                                    nested(63),
                                    nested(64),
                                    nested(65),
                                    nested(190),
                                    nested(250)};
  for (const std::string& text : texts) {
    Arena arena;
    std::string found;
    append_json(found, members.parse(text, keys, arena));
    EXPECT_EQ(found, expected(text)) << text;
  }
}

// Each text between any two others, whatever those leave open: as it is alone.
TEST(JsonMembers, OfTextsInARowAreThoseOfEach) {
  const std::vector<std::string> texts = {"",
                                          R"({"a":1})",
                                          R"({"b":[1,{"c":"x"}],"a":"t"} )",
                                          R"( {"a":2})",
                                          R"({"a":"open)",
                                          R"({"a":1,)",
                                          R"("b":2})",
                                          R"("{"a":1})",
                                          R"({"a":tr)",
                                          R"(ue})",
                                          R"({"z":[)",
                                          R"({"a":1}\)",
                                          R"({"a":"\"})",
                                          R"({"a":3}7)",
                                          R"(])",
                                          R"(})",
                                          R"({"a":"é"})",
                                          R"({"z":"\q","a":1})",
                                          "{\"a\":\"\xff\"}",
                                          "{\"a\":\"\xc3",
                                          "{\"a\":\"\t\"}",
                                          "7",
                                          R"(")",
                                          R"({})",
                                          R"({"c d":{}})"};
  JsonMembers members;
  const size_t n = texts.size();
  for (size_t i = 0; i < n * n * n; ++i) {
    const std::string* three[] = {&texts[i / n / n], &texts[i / n % n], &texts[i % n]};
    const std::string run = *three[0] + *three[1] + *three[2];
    members.expect(run);
    Arena arena;
    size_t begin = 0;
    for (const std::string* text : three) {
      std::string found;
      append_json(found, members.parse(std::string_view(run).substr(begin, text->size()), keys, arena));
      ASSERT_EQ(found, expected(*text)) << *text << " in " << run;
      begin += text->size();
    }
  }
}

TEST(JsonMembers, AreToldApartByTheirKeysNotByWhereThoseStand) {
  const std::string bytes = "ab";
  const std::string_view all = bytes, same_place[] = {all.substr(0, 0), all.substr(0, 1), all};
  Arena arena;
  std::string found;
  append_json(found, JsonMembers().parse(R"({"":1,"a":2,"ab":3})", same_place, arena));
  EXPECT_EQ(found, R"({"":1,"a":2,"ab":3})");
}

TEST(JsonStructure, RunsAreTextsOneBehindTheOther) {
  const std::string bytes = R"({"a":1}{"a":2}[3])" + std::string(JsonStructure::run_bytes_max + 9, ' ');
  const std::string_view all = bytes;
  const std::string_view texts[] = {
      "", all.substr(0, 7), "", all.substr(7, 7), all.substr(14, 3), all.substr(18, 4), all.substr(22)};
  const auto run = run_of_texts(texts, 0, 7);
  EXPECT_EQ(run.count, 5);
  EXPECT_EQ(run.bytes, all.substr(0, 17));
  EXPECT_EQ(run_of_texts(texts, 1, 3).bytes, all.substr(0, 7));
  EXPECT_EQ(run_of_texts(texts, 5, 7).count, 1) << "longer than a run may be";
  EXPECT_EQ(run_of_texts(texts, 6, 7).bytes, all.substr(22)) << "but one text always is";
}

TEST(JsonWalk, ReadsScalars) {
  int64_t value = 0;
  EXPECT_TRUE(read_integer("-999999999999999999", value));
  EXPECT_EQ(value, -999999999999999999);
  for (const char* other : {"", "-", "-0", "00", "1.0", "1e1", "1234567890123456789", "1x", "+1"})
    EXPECT_FALSE(read_integer(other, value)) << other;
  for (const char* plain : {"0", "-0", "-0.0", "10.25", "null", "true", "false"})
    EXPECT_TRUE(is_plain_scalar(plain)) << plain;
  for (const char* other : {"", "-", ".5", "5.", "01", "1e1", "1.5x", "nul", "True", "]"})
    EXPECT_FALSE(is_plain_scalar(other)) << other;
}

}  // namespace
}  // namespace vedette::columnar
