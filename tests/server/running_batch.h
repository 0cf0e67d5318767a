// A running `vedette hunt --batch`: a line in, a line out.
#pragma once

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <fstream>
#include <string>
#include <thread>
#include <vector>

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
