// `vedette hunt --batch` as a program sees it: a line in, a line out, whatever happens to the worker.
#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <fstream>
#include <string>
#include <thread>
#include <vector>

namespace {

using ::testing::HasSubstr;
using ::testing::StartsWith;

class Batch {
 public:
  explicit Batch(std::vector<std::string> options = {}) {
    std::vector<std::string> arguments{VEDETTE_PROGRAM, "hunt", "--batch"};
    arguments.insert(arguments.end(), options.begin(), options.end());
    int in[2], out[2];
    EXPECT_EQ(pipe2(in, O_CLOEXEC) + pipe2(out, O_CLOEXEC), 0);
    process_ = fork();
    if (process_ == 0) {
      dup2(in[0], STDIN_FILENO), dup2(out[1], STDOUT_FILENO);
      std::vector<char*> argv;
      for (std::string& argument : arguments) argv.push_back(argument.data());
      argv.push_back(nullptr);
      execv(argv[0], argv.data());
      _exit(127);
    }
    close(in[0]), close(out[1]);
    in_ = in[1], out_ = out[0];
  }
  ~Batch() {
    close(in_), close(out_);
    int status = 0;
    waitpid(process_, &status, 0);
    EXPECT_EQ(WEXITSTATUS(status), 0);
  }

  void send(const std::string& line) {
    const std::string text = line + "\n";
    ASSERT_EQ(write(in_, text.data(), text.size()), static_cast<ssize_t>(text.size()));
  }
  std::string receive() {
    std::string line;
    for (char c = 0; read(out_, &c, 1) == 1 && c != '\n';) line += c;
    return line;
  }
  std::string ask(const std::string& line) {
    send(line);
    return receive();
  }
  // The worker's process id, once there is one.
  pid_t worker() const {
    const std::string path = "/proc/" + std::to_string(process_) + "/task/" + std::to_string(process_) + "/children";
    for (int i = 0; i < 500; ++i) {
      pid_t child = 0;
      if (std::ifstream(path) >> child) return child;
      std::this_thread::sleep_for(std::chrono::milliseconds(10));
    }
    return 0;
  }

 private:
  pid_t process_ = 0;
  int in_ = -1, out_ = -1;
};

// More work than any test waits for.
const std::string slow =
    "range x from 1 to 10000000 step 1 | extend k = 1 | join kind=inner "
    "(range y from 1 to 1000000 step 1 | extend k = 1) on k | count";

TEST(HuntBatch, AnswersInTheContractsForm) {
  Batch batch;
  const std::string answer = batch.ask(R"x({"id":"a","query":"print x = 1, s = \"q\", n = int(null)"})x");
  EXPECT_THAT(answer, StartsWith(R"({"id":"a","ok":true,"schema":[{"name":"x","type":"long"},{"name":"s","type":)"
                                 R"("string"},{"name":"n","type":"int"}],"results":[[1,"q",null]],"stats":)"));
  for (const char* member : {"elapsedMs", "cpuMs", "rowsScanned", "bytesRead"}) EXPECT_THAT(answer, HasSubstr(member));
}

TEST(HuntBatch, TablesExistAndAreEmptyWithoutData) {
  Batch batch;
  EXPECT_THAT(batch.ask(R"({"id":1,"query":"DeviceProcessEvents | count"})"), HasSubstr(R"("results":[[0]])"));
}

TEST(HuntBatch, SaysWhereAQueryIsWrong) {
  Batch batch;
  EXPECT_THAT(batch.ask(R"({"id":1,"query":"print nope"})"),
              StartsWith(R"({"id":1,"ok":false,"error":{"code":"semanticError")"));
  const std::string answer = batch.ask(R"({"id":2,"query":"print 1 |"})");
  EXPECT_THAT(answer, HasSubstr("syntaxError"));
  EXPECT_THAT(answer, HasSubstr(R"("line":1,"column":)"));
}

TEST(HuntBatch, BadLinesCostOnlyThemselves) {
  Batch batch;
  EXPECT_THAT(batch.ask("nonsense"), StartsWith(R"({"id":null,"ok":false,"error":{"code":"badLine")"));
  EXPECT_THAT(batch.ask(R"({"id":[7]})"), StartsWith(R"({"id":[7],"ok":false,"error":{"code":"badLine")"));
  EXPECT_THAT(batch.ask(std::string(9 << 20, 'x')), HasSubstr("badLine"));
  EXPECT_THAT(batch.ask(R"({"id":1,"query":"print 1"})"), HasSubstr(R"("ok":true)"));
}

TEST(HuntBatch, ACrashCostsOnlyItsLine) {
  Batch batch;
  EXPECT_THAT(batch.ask(R"({"id":1,"query":"print 1"})"), HasSubstr(R"("ok":true)"));
  const pid_t worker = batch.worker();
  ASSERT_GT(worker, 0);
  batch.send(R"({"id":2,"query":")" + slow + R"("})");
  std::this_thread::sleep_for(std::chrono::milliseconds(100));
  kill(worker, SIGSEGV);
  EXPECT_THAT(batch.receive(), StartsWith(R"({"id":2,"ok":false,"error":{"code":"crashed")"));
  EXPECT_THAT(batch.ask(R"({"id":3,"query":"print 1"})"), HasSubstr(R"("ok":true)"));
  EXPECT_NE(batch.worker(), worker);
}

TEST(HuntBatch, StopsAtTheTimeLimit) {
  Batch batch({"--timeout", "1"});
  EXPECT_THAT(batch.ask(R"({"id":1,"query":")" + slow + R"("})"), HasSubstr("limitExceeded"));
  EXPECT_THAT(batch.ask(R"({"id":2,"query":"print 1"})"), HasSubstr(R"("ok":true)"));
}

}  // namespace
