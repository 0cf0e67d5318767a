// docs/reference/api/operations.md is what the served openapi.json of both roots says: each operation with the
// permissions that suffice. With VEDETTE_BLESS set it is written anew (./dev docs).
#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>
#include <map>
#include <sstream>

#include "operations.h"

namespace vedette::resources {
namespace {

constexpr const char* page = VEDETTE_SOURCE_DIR "/docs/reference/api/operations.md";

struct Row {
  std::string roots, application, delegated;
  bool done = true;
};
using Rows = std::map<std::pair<std::string, std::string>, Row>;  // by path and method

void add_name(std::string& list, const std::string& name) {
  if (list.find("`" + name + "`") != std::string::npos) return;
  list += (list.empty() ? "`" : " `") + name + "`";
}

void add_rows(const std::string& root, Rows& rows) {
  static const OperationService server;
  const auto document = json::parse(server.send("GET", "/" + root + "/openapi.json", {}, "").body).value();
  for (const auto& path : json::find(document, "paths")->get_object())
    for (const auto& method : path.value().get_object()) {
      std::string name(method.key());
      for (char& c : name) c = static_cast<char>(c - ('a' - 'A'));
      Row& row = rows[{std::string(path.key()), name}];
      row.roots += (row.roots.empty() ? "" : " ") + root;
      row.done = !json::find(method.value(), "x-not-implemented");
      for (const auto& alternative : json::find(method.value(), "security")->get_array())
        for (const char* scheme : {"application", "delegated"})
          if (const auto* scopes = json::find(alternative, scheme); scopes && !scopes->get_array().empty())
            add_name(scheme[0] == 'a' ? row.application : row.delegated,
                     std::string(std::string_view(scopes->get_array()[0].get_string())));
    }
}

std::string page_text() {
  Rows rows;
  for (const char* root : {"v1.0", "beta"}) add_rows(root, rows);
  std::ostringstream out;
  out << "# Operations and permissions\n\nWritten by `./dev docs` out of schema/model. Any one of the permissions "
         "suffices; the first is the least privileged.\nA user needs a directory role besides "
         "(docs/guides/identity.md). Operations marked 501 are declared and answer 501 still.\nThe same for programs: "
         "`/v1.0/openapi.json`, `/beta/openapi.json`.\n\n| operation | roots | applications | users | |\n"
         "|---|---|---|---|---|\n";
  for (const auto& [key, row] : rows)
    out << "| " << key.second << " " << key.first << " | " << row.roots << " | " << row.application << " | "
        << row.delegated << " | " << (row.done ? "" : "501") << " |\n";
  return out.str();
}

TEST(ApiReference, PageIsCurrent) {
  const std::string text = page_text();
  if (std::getenv("VEDETTE_BLESS")) std::ofstream(page, std::ios::trunc) << text;
  std::ostringstream committed;
  committed << std::ifstream(page).rdbuf();
  EXPECT_TRUE(committed.str() == text) << page << " is stale: ./dev docs";
}

}  // namespace
}  // namespace vedette::resources
