#include "kqlt_file.h"

#include <fstream>
#include <stdexcept>

namespace vedette::kql::testing {

std::vector<KqltCase> read_kqlt(const std::string& path) {
  enum class Part { between, comments, query, expected } part = Part::between;
  std::vector<KqltCase> cases;
  std::ifstream file(path);
  std::string line;
  for (int number = 1; std::getline(file, line); ++number) {
    const bool comment = line.starts_with('#');
    if (part == Part::expected && line.empty()) {
      part = Part::between;
      continue;
    }
    if (part == Part::between && line.empty()) continue;
    if (part == Part::between) {
      if (!comment) throw std::runtime_error(path + ":" + std::to_string(number) + ": a case begins with a comment");
      cases.push_back({number, {}, {}, false, {}, {}});
      part = Part::comments;
    }
    KqltCase& current = cases.back();
    if (part == Part::comments && comment) {
      current.comments.push_back(line);
    } else if (part != Part::expected && line.starts_with("----")) {
      current.unordered = line == "---- unordered";
      if (line.starts_with("---- table ")) current.table = line.substr(11);
      part = Part::expected;
    } else if (part == Part::expected) {
      current.expected.push_back(line);
    } else {
      part = Part::query;
      current.query += (current.query.empty() ? "" : "\n") + line;
    }
  }
  if (part == Part::comments || part == Part::query) throw std::runtime_error(path + ": the last case has no ----");
  return cases;
}

void write_kqlt(const std::string& path, const std::vector<KqltCase>& cases) {
  std::ofstream file(path, std::ios::trunc);
  for (size_t i = 0; i < cases.size(); ++i) {
    if (i > 0) file << '\n';
    for (const std::string& comment : cases[i].comments) file << comment << '\n';
    file << cases[i].query << "\n----";
    if (cases[i].unordered) file << " unordered";
    if (!cases[i].table.empty()) file << " table " << cases[i].table;
    file << '\n';
    for (const std::string& line : cases[i].expected) file << line << '\n';
  }
}

}  // namespace vedette::kql::testing
