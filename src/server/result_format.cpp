#include "result_format.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstdio>

#include "query_answer.h"
#include "vedette/base/utf8.h"
#include "vedette/base/work_scope.h"
#include "vedette/kql/exec/row_json.h"

namespace vedette::server {
namespace {

using columnar::Batch;
using columnar::Schema;
using columnar::Type;
using columnar::Vector;

constexpr size_t table_bytes_max = size_t{256} << 20;  // of its cells, which are held until their widths are known

void print(std::string_view text) { std::fwrite(text.data(), 1, text.size(), stdout); }

// Text as it is, everything else as JSON without quotes; null is "".
std::string cell_text(const Vector& column, size_t row) {
  if (column.is_null(row)) return {};
  if (column.type() == Type::string) return std::string(column.view<std::string_view>()[row]);
  std::string text;
  append_json(text, column, row);
  if (column.type() != Type::dynamic && text.size() >= 2 && text.front() == '"') text = text.substr(1, text.size() - 2);
  return text;
}

class JsonFormat final : public ResultFormat {
 public:
  void begin(const Schema& schema) override {
    std::string out = "{";
    append_schema(out, schema);
    print(out += R"(,"results":[)");
  }
  base::Status add(const Batch& batch) override {
    std::string out;
    for (size_t row = 0; row < batch.rows; ++row) {
      out = first_ ? "\n" : ",\n";
      first_ = false;
      kql::append_row_json(out, batch, row);
      TRY(base::may_go_on());
      print(out);
    }
    return {};
  }
  void end() override { print("\n]}\n"); }

 private:
  bool first_ = true;
};

// RFC 4180.
class CsvFormat final : public ResultFormat {
 public:
  void begin(const Schema& schema) override {
    std::string out;
    for (size_t i = 0; i < schema.size(); ++i) append_field(out, schema[i].name, i);
    print(out += "\r\n");
  }
  base::Status add(const Batch& batch) override {
    std::string out;
    for (size_t row = 0; row < batch.rows; ++row) {
      out.clear();
      for (size_t i = 0; i < batch.columns.size(); ++i) append_field(out, cell_text(batch.columns[i], row), i);
      TRY(base::may_go_on());
      print(out += "\r\n");
    }
    return {};
  }
  void end() override {}

 private:
  static void append_field(std::string& out, std::string_view text, size_t index) {
    if (index > 0) out += ',';
    if (text.find_first_of("\",\r\n") == text.npos) {
      out += text;
      return;
    }
    out += '"';
    for (const char c : text) out.append(c == '"' ? 2 : 1, c);
    out += '"';
  }
};

// Columns as wide as their widest cell. Control characters would break the lines; they are shown as blanks.
class TableFormat final : public ResultFormat {
 public:
  void begin(const Schema& schema) override {
    std::vector<std::string> names;
    for (const columnar::Column& column : schema) names.push_back(column.name);
    rows_.push_back(std::move(names));
  }
  base::Status add(const Batch& batch) override {
    for (size_t row = 0; row < batch.rows; ++row) {
      std::vector<std::string> cells;
      for (const Vector& column : batch.columns) {
        cells.push_back(one_line(cell_text(column, row)));
        bytes_ += cells.back().size();
      }
      TRY(base::may_go_on());
      if (bytes_ > table_bytes_max)
        return base::fail(base::ErrorCode::limit_exceeded,
                          fmt::format("A table of more than {} MiB is not printed; --format json and csv print rows as "
                                      "they come.",
                                      table_bytes_max >> 20));
      rows_.push_back(std::move(cells));
    }
    return {};
  }
  void end() override {
    std::vector<size_t> widths(rows_[0].size());
    for (const auto& row : rows_)
      for (size_t i = 0; i < row.size(); ++i) widths[i] = std::max(widths[i], base::count_code_points(row[i]));
    for (size_t row = 0; row < rows_.size(); ++row) {
      print(line(rows_[row], widths));
      if (row > 0) continue;
      std::vector<std::string> rules;
      for (const size_t width : widths) rules.push_back(std::string(width, '-'));
      print(line(rules, widths));
    }
  }

 private:
  static std::string one_line(std::string text) {
    for (char& c : text)
      if (static_cast<unsigned char>(c) < 0x20 || c == 0x7f) c = ' ';
    return text;
  }
  static std::string line(const std::vector<std::string>& cells, const std::vector<size_t>& widths) {
    std::string out;
    for (size_t i = 0; i < cells.size(); ++i) {
      if (i > 0) out += "  ";
      out += cells[i];
      out.append(widths[i] - base::count_code_points(cells[i]), ' ');
    }
    out.erase(out.find_last_not_of(' ') + 1);
    return out += '\n';
  }

  std::vector<std::vector<std::string>> rows_;  // the names first
  size_t bytes_ = 0;                            // of the cells
};

}  // namespace

std::unique_ptr<ResultFormat> ResultFormat::make(std::string_view name) {
  if (name == "table") return std::make_unique<TableFormat>();
  if (name == "json") return std::make_unique<JsonFormat>();
  if (name == "csv") return std::make_unique<CsvFormat>();
  return nullptr;
}

}  // namespace vedette::server
