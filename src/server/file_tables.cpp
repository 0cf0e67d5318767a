#include "file_tables.h"

#include <algorithm>
#include <map>

#include "vedette/ingest/file_table.h"
#include "vedette/tables/declaration.h"

namespace vedette::server {
namespace {

using TablePointer = std::shared_ptr<const kql::TableSource>;

class FileCatalog final : public kql::Catalog {
 public:
  explicit FileCatalog(std::shared_ptr<const kql::Catalog> beside) : beside_(std::move(beside)) {}
  bool add(const std::string& name, TablePointer table) { return files_.emplace(name, std::move(table)).second; }

  TablePointer find(std::string_view name) const override {
    const auto file = files_.find(name);
    return file == files_.end() ? beside_->find(name) : file->second;
  }
  std::vector<std::string> table_names() const override {
    std::vector<std::string> names = beside_->table_names();
    for (const auto& [name, table] : files_)
      if (std::find(names.begin(), names.end(), name) == names.end()) names.push_back(name);
    return names;
  }

 private:
  const std::shared_ptr<const kql::Catalog> beside_;
  std::map<std::string, TablePointer, std::less<>> files_;
};

struct NamedFile {
  std::string name, path;
};

bool is_table_name(std::string_view text) {
  const auto letter = [](char c) {
    return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || c == '_';
  };
  return !text.empty() && std::all_of(text.begin(), text.end(), letter);
}

// What stands before a '=' is a name when it could be one; paths may have that sign, too.
NamedFile named_file(const std::string& text) {
  const size_t sign = text.find('=');
  if (sign == std::string::npos || !is_table_name(std::string_view(text).substr(0, sign)))
    return {ingest::file_table_name(text), text};
  return {text.substr(0, sign), text.substr(sign + 1)};
}

}  // namespace

base::Result<std::shared_ptr<const kql::Catalog>> with_files(std::shared_ptr<const kql::Catalog> tables,
                                                             const std::vector<std::string>& files) {
  auto catalog = std::make_shared<FileCatalog>(std::move(tables));
  for (const std::string& text : files) {
    const auto [name, path] = named_file(text);
    const tables::TableDeclaration* declared = tables::find_declaration(name);
    auto table = TRY(ingest::open_file_table(io::posix_file_system(), path, declared ? &declared->schema : nullptr));
    if (!catalog->add(name, std::move(table)))
      return base::fail(base::ErrorCode::bad_request,
                        "Two files are called '" + name + "'. Name one of them: --file OTHER=" + path);
  }
  return std::shared_ptr<const kql::Catalog>(std::move(catalog));
}

}  // namespace vedette::server
