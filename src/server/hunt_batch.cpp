#include "hunt_batch.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <cstdio>
#include <memory>

#include "line_reader.h"
#include "query_answer.h"

namespace vedette::server {
namespace {

using base::ErrorCode;
using base::fail;
using Outcome = LineReader::Outcome;

constexpr size_t request_bytes_max = size_t{8} << 20;
// A worker that does not end a query at its time limit by itself gets this much longer before it is killed.
constexpr std::chrono::seconds grace{5};

class Worker {
 public:
  static base::Result<std::unique_ptr<Worker>> start(std::vector<std::string> arguments) {
    int to_worker[2], from_worker[2];
    if (pipe2(to_worker, O_CLOEXEC) != 0) return cannot_start();
    if (pipe2(from_worker, O_CLOEXEC) != 0) {
      close(to_worker[0]), close(to_worker[1]);
      return cannot_start();
    }
    arguments.push_back("--batch-worker");
    std::vector<char*> argv;
    for (std::string& argument : arguments) argv.push_back(argument.data());
    argv.push_back(nullptr);
    const pid_t process = fork();
    if (process == 0) {
      dup2(to_worker[0], STDIN_FILENO);
      dup2(from_worker[1], STDOUT_FILENO);
      execv("/proc/self/exe", argv.data());
      _exit(127);
    }
    close(to_worker[0]), close(from_worker[1]);
    if (process < 0) {
      close(to_worker[1]), close(from_worker[0]);
      return cannot_start();
    }
    return std::unique_ptr<Worker>(new Worker(process, to_worker[1], from_worker[0]));
  }

  Worker(const Worker&) = delete;
  Worker& operator=(const Worker&) = delete;
  ~Worker() {
    close(requests_);
    if (kill_) kill(process_, SIGKILL);
    close(answers_);
    int status = 0;
    while (waitpid(process_, &status, 0) < 0 && errno == EINTR) {
    }
  }

  // Outcome::line with the answer; end when the worker crashed, timed_out when it hangs. It is useless after either.
  Outcome ask(const std::string& line, std::chrono::seconds limit, std::string& answer) {
    if (!write_all(requests_, line + "\n")) return Outcome::end;
    const Outcome outcome = reader_.next(answer, limit + grace);
    kill_ = outcome != Outcome::line;
    return outcome;
  }

 private:
  Worker(pid_t process, int requests, int answers)
      : process_(process), requests_(requests), answers_(answers), reader_(answers, SIZE_MAX) {}

  static base::Error cannot_start() { return fail(ErrorCode::internal, "A worker process could not be started."); }

  const pid_t process_;
  const int requests_, answers_;
  LineReader reader_;
  bool kill_ = false;
};

class Supervisor {
 public:
  Supervisor(const HuntOptions& options, const std::vector<std::string>& arguments)
      : options_(options), arguments_(arguments) {}

  int run() {
    LineReader reader(STDIN_FILENO, request_bytes_max);
    std::string line;
    while (true) {
      const Outcome outcome = reader.next(line);
      if (outcome == Outcome::end) return 0;
      std::string answer = outcome == Outcome::too_long ? too_long() : answer_to(line);
      if (!write_all(STDOUT_FILENO, answer += '\n')) return 1;
    }
  }

 private:
  static std::string too_long() {
    return error_answer(
        "null", "badLine",
        fail(ErrorCode::payload_too_large, fmt::format("The line is longer than {} bytes.", request_bytes_max)));
  }

  std::string answer_to(const std::string& line) {
    if (!worker_) {
      auto started = Worker::start(arguments_);
      if (!started) return error_answer(id_of_line(line), "internalError", started.error());
      worker_ = std::move(*started);
    }
    std::string answer;
    const Outcome outcome = worker_->ask(line, std::chrono::seconds(options_.timeout_seconds), answer);
    if (outcome == Outcome::line) return answer;
    worker_.reset();
    if (outcome == Outcome::timed_out)
      return error_answer(id_of_line(line), batch_code(ErrorCode::limit_exceeded),
                          fail(ErrorCode::limit_exceeded, "The query did not end in time and was killed."));
    return error_answer(id_of_line(line), "crashed", fail(ErrorCode::internal, "The query ended its process."));
  }

  const HuntOptions& options_;
  const std::vector<std::string>& arguments_;
  std::unique_ptr<Worker> worker_;
};

}  // namespace

int run_batch(const HuntOptions& options, const std::vector<std::string>& arguments) {
  return Supervisor(options, arguments).run();
}

int run_batch_worker(const HuntOptions& options) {
  auto tables = open_tables(options);
  LineReader reader(STDIN_FILENO, request_bytes_max);
  std::string line;
  while (reader.next(line) == Outcome::line) {
    std::string answer = tables ? answer_line(line, options, **tables)
                                : error_answer(id_of_line(line), batch_code(tables.error().code), tables.error());
    if (!write_all(STDOUT_FILENO, answer += '\n')) return 1;
  }
  return 0;
}

}  // namespace vedette::server
