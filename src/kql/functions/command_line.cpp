// Source: the Windows page of CommandLineToArgvW.
//
//   first argument: up to the closing quote when it starts with one, else up to a blank; backslashes mean nothing
//   the others, by blanks outside of quotes:
//     2n backslashes and a quote      n backslashes, and quotes begin or end
//     2n + 1 backslashes and a quote  n backslashes and a quote
//     backslashes before all else     themselves
//     the third of three quotes       a quote
#include "command_line.h"

namespace vedette::kql {
namespace {

bool is_blank(char c) { return c == ' ' || c == '\t'; }

size_t skip_blanks(std::string_view line, size_t at) {
  while (at < line.size() && is_blank(line[at])) ++at;
  return at;
}

size_t take_program(std::string_view line, std::string& program) {
  if (line.starts_with('"')) {
    const size_t end = line.find('"', 1);
    program = line.substr(1, end == std::string_view::npos ? end : end - 1);
    return end == std::string_view::npos ? line.size() : end + 1;
  }
  size_t at = 0;
  while (at < line.size() && !is_blank(line[at])) ++at;
  program = line.substr(0, at);
  return at;
}

size_t take_argument(std::string_view line, size_t at, std::string& argument) {
  int quotes = 0;  // 1: inside
  size_t backslashes = 0;
  while (at < line.size() && (quotes > 0 || !is_blank(line[at]))) {
    const char c = line[at++];
    if (c != '"') {
      backslashes = c == '\\' ? backslashes + 1 : 0;
      argument += c;
      continue;
    }
    argument.resize(argument.size() - (backslashes + 1) / 2);
    if (backslashes % 2 == 0)
      ++quotes;
    else
      argument += '"';
    backslashes = 0;
    for (; at < line.size() && line[at] == '"'; ++at)
      if (++quotes == 3) argument += '"', quotes = 0;
    if (quotes == 2) quotes = 0;
  }
  return at;
}

}  // namespace

std::vector<std::string> windows_arguments(std::string_view line) {
  std::vector<std::string> out(1);
  size_t at = skip_blanks(line, take_program(line, out.back()));
  while (at < line.size()) at = skip_blanks(line, take_argument(line, at, out.emplace_back()));
  return out;
}

}  // namespace vedette::kql
