// `vedette kql check`: diagnostics and schema as JSON, an exit status that says whether the query is right.
#include <gmock/gmock.h>

#include <fstream>
#include <iterator>

#include "program.h"

namespace {

using ::testing::HasSubstr;

struct Answer {
  int status = 0;
  std::string text;
};

Answer check(const std::string& query) {
  const TemporaryFolder folder;
  std::ofstream(folder / "query.kql") << query;
  const pid_t process = start_program({"kql", "check", folder / "query.kql"}, folder / "out", folder / "err");
  int status = 0;
  waitpid(process, &status, 0);
  std::ifstream out(folder / "out");
  return {WEXITSTATUS(status), std::string(std::istreambuf_iterator<char>(out), {})};
}

TEST(KqlCheck, ARightQueryHasASchema) {
  const Answer answer = check("print x = 1, y = \"a\"");
  EXPECT_EQ(answer.status, 0);
  EXPECT_EQ(answer.text,
            "{\"ok\":true,\"schema\":[{\"name\":\"x\",\"type\":\"long\"},{\"name\":\"y\",\"type\":\"string\"}],"
            "\"diagnostics\":[]}\n");
}

TEST(KqlCheck, SyntaxErrorsAreAllTold) {
  const Answer answer = check("print x = 1\n| wher x > 1\n| tak 1");
  EXPECT_EQ(answer.status, 1);
  EXPECT_THAT(answer.text, HasSubstr("{\"ok\":false,\"schema\":null"));
  EXPECT_THAT(answer.text, HasSubstr("\"code\":\"syntaxError\""));
  EXPECT_THAT(answer.text, HasSubstr("\"line\":2,"));
  EXPECT_THAT(answer.text, HasSubstr("\"line\":3,"));
}

TEST(KqlCheck, AnUnknownNameComesWithTheNearest) {
  const Answer answer = check("DeviceProcessEvents | project Timestmp");
  EXPECT_EQ(answer.status, 1);
  EXPECT_THAT(answer.text, HasSubstr("\"code\":\"semanticError\""));
  EXPECT_THAT(answer.text, HasSubstr("'Timestamp'"));
  EXPECT_THAT(answer.text, HasSubstr("\"text\":\"Timestmp\""));
}

TEST(KqlCheck, AFileThatIsNotThereIsTold) {
  const TemporaryFolder folder;
  const pid_t process = start_program({"kql", "check", folder / "none"}, folder / "out", folder / "err");
  int status = 0;
  waitpid(process, &status, 0);
  EXPECT_EQ(WEXITSTATUS(status), 2);
}

}  // namespace
