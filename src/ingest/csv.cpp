// CSV (RFC 4180, but the delimiter may also be ';', tab or '|': the most frequent one in the header), with a header
// unless the reader is told its columns. Every value is a string. A row with another number of fields than the header
// has, or a quote that is never closed, costs that row.
#include <algorithm>
#include <unordered_set>
#include <utility>
#include <vector>

#include "record_collector.h"
#include "vedette/base/utf8.h"

namespace vedette::ingest {

namespace {

class Csv final : public FormatReader {
 public:
  Csv(InputWindow& window, const ReadOptions& options)
      : window_(window), delimiter_(options.delimiter), headless_(!options.columns.empty()), header_(options.columns) {}

  bool next(RecordCollector& out) override {
    while (!refused_) {
      const auto row = next_row(out);
      if (!row) break;
      if (row->bad.empty() && fields_.size() == 1 && fields_[0].empty()) continue;
      if (!row->bad.empty()) return out.reject(row->bad, row->text, row->place), true;
      if (!header_.empty()) return add_row(out, *row), true;
      const std::string problem = take_header(out);
      if (problem.empty()) continue;
      refused_ = true;
      return out.reject(problem, row->text, row->place), true;
    }
    if (!window_.failure() || reported_) return false;
    reported_ = true;
    return out.reject(window_.failure()->message, {}, window_.place()), true;
  }

 private:
  struct Row {
    std::string text;
    Place place;
    std::string bad;  // why it cannot be read
  };

  // Cuts one row into fields_. A quoted field may hold line ends, so the row grows line by line until its quotes close.
  std::optional<Row> next_row(RecordCollector& out) {
    const uint64_t bytes_max = out.limits().record_bytes_max;
    size_t end = 0;  // of the row in the view
    Quotes quotes;
    bool complete = true;
    do {
      const size_t begin = end;
      complete = find_line_end(end, bytes_max);
      if (window_.view().empty()) return std::nullopt;
      if (end > bytes_max) return overlong_row(bytes_max);
      if (delimiter_ == 0) delimiter_ = choose_delimiter(window_.view().substr(0, end));
      for (const char c : window_.view().substr(begin, end - begin)) quotes.step(c, delimiter_);
    } while (quotes.open && complete);
    return finish_row(end, quotes.open, complete);
  }

  Row finish_row(size_t end, bool quote_open, bool complete) {
    Row row{.text = {}, .place = window_.place(), .bad = {}};
    std::string_view text = window_.view().substr(0, end);
    if (quote_open) text = text.substr(0, text.find('\n'));  // costs its first line
    const size_t used = quote_open ? std::min(end, text.size() + 1) : end;
    while (text.ends_with('\n') || text.ends_with('\r')) text.remove_suffix(1);
    row.text = text;
    if (quote_open) row.bad = "A quote is not closed.";
    if (!complete && window_.failure()) reported_ = true, row.bad = window_.failure()->message;
    if (row.bad.empty() && !base::is_valid_utf8(text)) row.bad = "The row is not UTF-8.";
    if (row.bad.empty()) split(text);
    window_.consume(used);
    return row;
  }

  Row overlong_row(uint64_t bytes_max) {
    Row row{.text = {}, .place = window_.place(), .bad = {}};
    std::string overlong_text;
    const auto line = next_line(window_, bytes_max, overlong_text);
    if (line) row.text = line->text.substr(0, ReadLimits::quarantine_text_bytes_max);
    row.bad = "The record is longer than " + std::to_string(bytes_max) + " bytes.";
    return row;
  }

  // Moves `end` past the next line end, or to the end of the bytes (false), or past `bytes_max`.
  bool find_line_end(size_t& end, uint64_t bytes_max) {
    while (true) {
      const size_t at = window_.view().find('\n', end);
      if (at != std::string_view::npos) return end = at + 1, true;
      end = window_.view().size();
      if (end > bytes_max) return true;
      if (!window_.grow()) return false;
    }
  }

  // Follows the quotes of a row: a quote opens at a field's beginning; inside, two stand for one.
  struct Quotes {
    bool open = false, at_field_begin = true, after_quote = false;
    void step(char c, char delimiter) {
      if (open) {
        if (c == '"') open = false, after_quote = true;
      } else if (c == '"' && (at_field_begin || after_quote)) {
        open = true, after_quote = false;
      } else {
        after_quote = false;
      }
      at_field_begin = !open && c == delimiter;
    }
  };

  static char choose_delimiter(std::string_view header) {
    char best = ',';
    for (const char candidate : {',', ';', '\t', '|'})
      if (std::count(header.begin(), header.end(), candidate) > std::count(header.begin(), header.end(), best))
        best = candidate;
    return best;
  }

  void split(std::string_view text) {
    fields_.assign(1, {});
    bool quoted = false;
    bool at_field_begin = true;
    for (size_t i = 0; i < text.size(); ++i) {
      const char c = text[i];
      const bool begins_field = std::exchange(at_field_begin, false);
      if (quoted) {
        if (c != '"') {
          fields_.back() += c;
        } else if (i + 1 < text.size() && text[i + 1] == '"') {
          fields_.back() += c, ++i;
        } else {
          quoted = false;
        }
      } else if (c == '"' && begins_field) {
        quoted = true;
      } else if (c == delimiter_) {
        fields_.emplace_back();
        at_field_begin = true;
      } else {
        fields_.back() += c;
      }
    }
  }

  std::string take_header(const RecordCollector& out) {
    if (fields_.size() > out.limits().columns_max)
      return "The header has more than " + std::to_string(out.limits().columns_max) + " columns.";
    std::unordered_set<std::string_view> seen;
    for (const auto& name : fields_)
      if (!seen.insert(name).second) return "The header names the column '" + name + "' twice.";
    header_ = fields_;
    return {};
  }

  void add_row(RecordCollector& out, const Row& row) {
    if (fields_.size() != header_.size() && !headless_)
      return out.reject("The row has " + std::to_string(fields_.size()) + " fields where the header has " +
                            std::to_string(header_.size()) + ".",
                        row.text, row.place);
    if (!out.wanted()) return out.skip();
    auto& arena = out.arena();
    const size_t size = std::min(header_.size(), fields_.size());
    auto* members = arena.allocate_array<columnar::DynamicMember>(size);
    for (size_t i = 0; i < size; ++i)
      new (members + i)
          columnar::DynamicMember{arena.copy(header_[i]), columnar::Dynamic::string(arena.copy(fields_[i]))};
    out.add_value(columnar::Dynamic::bag({members, size}), row.text);
  }

  InputWindow& window_;
  char delimiter_;
  const bool headless_;
  std::vector<std::string> header_, fields_;
  bool refused_ = false, reported_ = false;
};

}  // namespace

std::unique_ptr<FormatReader> read_csv(InputWindow& window, const ReadOptions& options) {
  return std::make_unique<Csv>(window, options);
}

}  // namespace vedette::ingest
