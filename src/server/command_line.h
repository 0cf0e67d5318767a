// What commands and options there are, as the command files say it. CLI11 does the work and stays behind this: parsing
// its header takes longer than most files of the project.
//
// A value that an option fills must outlive the run: it belongs to what the command's action holds.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "vedette/base/result.h"

namespace CLI {
class App;
class Option;
}  // namespace CLI

namespace vedette::server {

// One option of a command; what is said of it is said in a chain.
class Option {
 public:
  explicit Option(CLI::Option* option) : option_(option) {}

  Option required() const;
  Option with_default() const;  // --help shows the value that it has without
  Option one_of(std::vector<std::string> values) const;
  Option between(int least, int most) const;
  Option one_value_each() const;  // may be repeated, one value each time
  Option hidden() const;
  Option needs(Option other) const;
  Option excludes(Option other) const;

 private:
  CLI::Option* option_;
};

// A command, or a group of commands.
class Command {
 public:
  Command(CLI::App* app, int* exit_status) : app_(app), exit_status_(exit_status) {}

  Command group(const std::string& name, const std::string& description) const;  // one of its commands must follow
  Command command(const std::string& name, const std::string& description) const;

  // `name` is "--like-this", or "LIKE_THIS" for what stands without one.
  Option option(const std::string& name, std::string& value, const std::string& description) const;
  Option option(const std::string& name, std::vector<std::string>& values, const std::string& description) const;
  Option option(const std::string& name, int& value, const std::string& description) const;
  Option option(const std::string& name, size_t& value, const std::string& description) const;
  // `take` reads the text; its error is a wrong usage.
  Option option(const std::string& name, std::function<base::Status(const std::string&)> take,
                const std::string& description) const;
  Option flag(const std::string& name, bool& value, const std::string& description) const;  // "!--no-x" clears it

  void examples(const std::string& lines) const;  // below --help
  void action(std::function<int()> run) const;    // answers the exit status: 0 done, 1 failed

 private:
  CLI::App* app_;
  int* exit_status_;
};

class CommandLine {
 public:
  CommandLine(const std::string& description, const std::string& name, const std::string& version);
  ~CommandLine();

  Command root();
  // Runs the command that is named and answers its exit status; 2 for a wrong usage.
  int run(int argc, char** argv);

 private:
  std::unique_ptr<CLI::App> app_;
  int exit_status_ = 0;
};

}  // namespace vedette::server
