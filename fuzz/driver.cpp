// The program around a target: seeds, time, and a file with the input at hand.
#include <fcntl.h>
#include <pthread.h>
#include <sys/resource.h>
#include <sys/time.h>
#include <unistd.h>

#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <ctime>
#include <filesystem>
#include <string>
#include <thread>

#include "files.h"
#include "mutator.h"
#include "target.h"

// Read by the sanitizer at the start. What one query may hold is far below.
extern "C" const char* __asan_default_options();
extern "C" const char* __asan_default_options() {
  return "detect_leaks=0:quarantine_size_mb=32:hard_rss_limit_mb=3000:max_allocation_size_mb=2000";
}

namespace vedette::fuzz {
namespace {

constexpr int input_cpu_seconds_max = 30;

// Holds the input while it runs, whatever ends the process.
class InputFile {
 public:
  InputFile() : path_("fuzz-" + std::string(target_name()) + ".input") {
    file_ = open(path_.c_str(), O_CREAT | O_RDWR | O_TRUNC | O_CLOEXEC, 0644);
  }
  ~InputFile() { close(file_); }
  InputFile(const InputFile&) = delete;
  InputFile& operator=(const InputFile&) = delete;

  void write(const std::string& input) {
    if (ftruncate(file_, 0) != 0 || pwrite(file_, input.data(), input.size(), 0) < 0) std::perror(path_.c_str());
  }
  void remove() { std::filesystem::remove(path_); }
  const std::string& path() const { return path_; }

 private:
  std::string path_;
  int file_ = -1;
};

void on_timer(int) {
  constexpr char text[] = "fuzz: an input takes too long\n";
  if (::write(STDERR_FILENO, text, sizeof text - 1) < 0) _exit(4);
  _exit(3);
}

void limit_cpu_time() {
  const itimerval limit{{0, 0}, {input_cpu_seconds_max, 0}};
  setitimer(ITIMER_PROF, &limit, nullptr);
}

bool run(InputFile& file, const std::string& input) {
  file.write(input);
  limit_cpu_time();
  const std::string problem = run_input(input);
  if (problem.empty()) return true;
  std::fprintf(stderr, "%s: %s\nthe input is in %s:\n%.2000s\n", std::string(target_name()).c_str(), problem.c_str(),
               file.path().c_str(), input.c_str());
  return false;
}

struct Arguments {
  double seconds = 20;  // of processor time, so that a busy machine does as much as an idle one
  uint64_t seed = std::random_device()();
  std::vector<std::string> files;
};

Arguments arguments_of(int argc, char** argv) {
  Arguments out;
  for (int i = 1; i < argc; ++i) {
    if (std::strcmp(argv[i], "--seconds") == 0 && i + 1 < argc)
      out.seconds = std::atof(argv[++i]);
    else if (std::strcmp(argv[i], "--seed") == 0 && i + 1 < argc)
      out.seed = std::strtoull(argv[++i], nullptr, 10);
    else
      out.files.emplace_back(argv[i]);
  }
  return out;
}

// 0 when nothing was found.
int fuzz(const Arguments& arguments) {
  std::signal(SIGPROF, on_timer);
  InputFile file;
  for (const std::string& path : arguments.files)
    if (!run(file, read_file(path))) return 1;
  if (!arguments.files.empty()) return 0;
  std::vector<std::string> known = seeds();
  size_t inputs = 0;
  for (const std::string& seed : known) {
    if (!run(file, seed)) return 1;
    ++inputs;
  }
  Mutator mutator(std::move(known), arguments.seed);
  for (; cpu_seconds() < arguments.seconds; ++inputs)
    if (!run(file, mutator.next())) return 1;
  file.remove();
  std::printf("%s: %zu inputs in %.0f s of processor time, nothing found (--seed %llu)\n",
              std::string(target_name()).c_str(), inputs, arguments.seconds,
              static_cast<unsigned long long>(arguments.seed));
  return 0;
}

}  // namespace

double cpu_seconds() {
  timespec used{};
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &used);
  return static_cast<double>(used.tv_sec) + 1e-9 * static_cast<double>(used.tv_nsec);
}

}  // namespace vedette::fuzz

// The sanitizers make frames several times as large, and a stack of the usual size too small for a query that is as
// deep as it may be. That of main() is the shell's to say.
int main(int argc, char** argv) {
  using namespace vedette::fuzz;
  constexpr size_t stack_bytes = 64 << 20;
  pthread_attr_t attributes;
  pthread_attr_init(&attributes);
  pthread_attr_setstacksize(&attributes, stack_bytes);
  pthread_setattr_default_np(&attributes);
  pthread_attr_destroy(&attributes);
  int status = 1;
  std::thread([&] { status = fuzz(arguments_of(argc, argv)); }).join();
  return status;
}
