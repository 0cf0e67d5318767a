#include "command_line.h"

#include <CLI/CLI.hpp>

namespace vedette::server {

Option Option::required() const { return Option(option_->required()); }
Option Option::with_default() const { return Option(option_->capture_default_str()); }
Option Option::one_of(std::vector<std::string> values) const {
  return Option(option_->check(CLI::IsMember(std::move(values))));
}
Option Option::between(int least, int most) const { return Option(option_->check(CLI::Range(least, most))); }
Option Option::one_value_each() const { return Option(option_->allow_extra_args(false)); }
Option Option::hidden() const { return Option(option_->group("")); }
Option Option::needs(Option other) const { return Option(option_->needs(other.option_)); }
Option Option::excludes(Option other) const { return Option(option_->excludes(other.option_)); }

Command Command::group(const std::string& name, const std::string& description) const {
  const Command group = command(name, description);
  group.app_->require_subcommand(1);
  return group;
}

Command Command::command(const std::string& name, const std::string& description) const {
  return {app_->add_subcommand(name, description), exit_status_};
}

Option Command::option(const std::string& name, std::string& value, const std::string& description) const {
  return Option(app_->add_option(name, value, description));
}

Option Command::option(const std::string& name, std::vector<std::string>& values,
                       const std::string& description) const {
  return Option(app_->add_option(name, values, description));
}

Option Command::option(const std::string& name, int& value, const std::string& description) const {
  return Option(app_->add_option(name, value, description));
}

Option Command::option(const std::string& name, size_t& value, const std::string& description) const {
  return Option(app_->add_option(name, value, description));
}

Option Command::option(const std::string& name, std::function<base::Status(const std::string&)> take,
                       const std::string& description) const {
  const auto read = [name, take = std::move(take)](const std::string& text) {
    if (const auto taken = take(text); !taken) throw CLI::ValidationError(name, taken.error().message);
  };
  return Option(app_->add_option_function<std::string>(name, read, description));
}

Option Command::flag(const std::string& name, bool& value, const std::string& description) const {
  return Option(app_->add_flag(name, value, description));
}

void Command::examples(const std::string& lines) const { app_->footer("Examples:\n" + lines); }

void Command::action(std::function<int()> run) const {
  app_->callback([run = std::move(run), status = exit_status_] { *status = run(); });
}

CommandLine::CommandLine(const std::string& description, const std::string& name, const std::string& version)
    : app_(std::make_unique<CLI::App>(description, name)) {
  app_->set_version_flag("--version", version);
  app_->require_subcommand(1);
}

CommandLine::~CommandLine() = default;

Command CommandLine::root() { return {app_.get(), &exit_status_}; }

int CommandLine::run(int argc, char** argv) {
  try {
    app_->parse(argc, argv);
  } catch (const CLI::Success& asked_for_help) {
    return app_->exit(asked_for_help);
  } catch (const CLI::ParseError& error) {
    app_->exit(error);
    return 2;
  }
  return exit_status_;
}

}  // namespace vedette::server
