// Zeek's TSV logs. Source: docs.zeek.org, "Zeek Log Formats and Inspection" and the writer's Ascii.cc.
//
//   #separator \x09      the separator, escaped
//   #set_separator ,     between the elements of sets and vectors
//   #empty_field (empty) an empty string, set or vector
//   #unset_field -       no value: the member is left out, as Zeek's JSON does
//   #path conn           the log's name, given to the record as _path
//   #fields ts uid …     #types time string …
//
// Values take the type JSON would give them: count, int, port → long, double, time, interval → real, bool, sets and
// vectors → arrays, the others → string. \xHH in a value stands for a byte.
#include <charconv>
#include <vector>

#include "record_collector.h"
#include "vedette/base/hexadecimal.h"
#include "vedette/base/utf8.h"

namespace vedette::ingest {

using columnar::Dynamic;
using columnar::DynamicMember;

namespace {

std::string unescape(std::string_view text) {
  std::string plain;
  for (size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '\\' && i + 3 < text.size() && text[i + 1] == 'x' && base::hexadecimal_value(text[i + 2]) >= 0 &&
        base::hexadecimal_value(text[i + 3]) >= 0) {
      plain += static_cast<char>(base::hexadecimal_value(text[i + 2]) * 16 + base::hexadecimal_value(text[i + 3]));
      i += 3;
    } else {
      plain += text[i];
    }
  }
  return plain;
}

void split(std::string_view text, std::string_view separator, std::vector<std::string_view>& parts) {
  parts.clear();
  for (size_t at = 0;;) {
    const size_t end = text.find(separator, at);
    parts.push_back(text.substr(at, end == std::string_view::npos ? end : end - at));
    if (end == std::string_view::npos) return;
    at = end + separator.size();
  }
}

template <class T>
std::optional<T> parse_number(std::string_view text) {
  T value{};
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return value;
}

class Zeek final : public FormatReader {
 public:
  explicit Zeek(InputWindow& window) : window_(window) {}

  bool next(RecordCollector& out) override {
    while (const auto line = next_line(window_, out.limits().record_bytes_max, overlong_text_)) {
      if (line->text.empty()) continue;
      if (line->overlong) {
        out.reject("The record is longer than " + std::to_string(out.limits().record_bytes_max) + " bytes.", line->text,
                   line->place);
      } else if (!line->ended && window_.failure()) {
        reported_ = true;
        out.reject(window_.failure()->message, line->text, line->place);
      } else if (line->text.front() == '#') {
        if (read_directive(line->text, out)) continue;
        out.reject("The header has more than " + std::to_string(out.limits().columns_max) + " columns.", line->text,
                   line->place);
      } else {
        add_row(out, *line);
      }
      return true;
    }
    if (!window_.failure() || reported_) return false;
    reported_ = true;
    return out.reject(window_.failure()->message, {}, window_.place()), true;
  }

 private:
  // False when it declares too many columns.
  bool read_directive(std::string_view line, const RecordCollector& out) {
    const std::string between = line.starts_with("#separator ") ? " " : separator_;
    const size_t end = line.find(between);
    const std::string_view name = line.substr(0, end);
    const std::string_view value = end == std::string_view::npos ? "" : line.substr(end + between.size());
    if (name == "#separator") separator_ = unescape(value);
    if (separator_.empty()) separator_ = "\t";
    if (name == "#set_separator") set_separator_ = unescape(value);
    if (name == "#empty_field") empty_field_ = value;
    if (name == "#unset_field") unset_field_ = value;
    if (name == "#path") path_ = value;
    if (name == "#fields" || name == "#types") {
      split(value, separator_, parts_);
      if (parts_.size() > out.limits().columns_max) return fields_.clear(), false;
      auto& names = name == "#fields" ? fields_ : types_;
      names.assign(parts_.begin(), parts_.end());
      if (name == "#fields") types_.clear();
    }
    return true;
  }

  void add_row(RecordCollector& out, const Line& line) {
    if (fields_.empty()) return out.reject("A row stands before #fields.", line.text, line.place);
    split(line.text, separator_, parts_);
    if (parts_.size() != fields_.size())
      return out.reject("The row has " + std::to_string(parts_.size()) + " fields where #fields has " +
                            std::to_string(fields_.size()) + ".",
                        line.text, line.place);
    if (!base::is_valid_utf8(line.text)) return out.reject("The row is not UTF-8.", line.text, line.place);
    if (!out.wanted()) return out.skip();
    auto& arena = out.arena();
    auto* members = arena.allocate_array<DynamicMember>(fields_.size() + 1);
    size_t count = 0;
    if (!path_.empty()) new (members + count++) DynamicMember{"_path", Dynamic::string(arena.copy(path_))};
    for (size_t i = 0; i < fields_.size(); ++i) {
      if (parts_[i] == unset_field_) continue;
      const std::string_view type = i < types_.size() ? std::string_view(types_[i]) : "string";
      new (members + count++) DynamicMember{arena.copy(fields_[i]), value_of(parts_[i], type, arena)};
    }
    out.add_value(Dynamic::bag({members, count}), line.text);
  }

  Dynamic value_of(std::string_view text, std::string_view type, columnar::Arena& arena) {
    const size_t bracket = type.find('[');
    if (bracket == std::string_view::npos) return scalar_of(text, type, arena);
    const std::string_view element_type = type.substr(bracket + 1, type.size() - bracket - 2);
    std::vector<std::string_view> elements;
    if (text != empty_field_) split(text, set_separator_, elements);
    auto* items = arena.allocate_array<Dynamic>(elements.size());
    for (size_t i = 0; i < elements.size(); ++i)
      new (items + i) Dynamic(elements[i] == unset_field_ ? Dynamic{} : scalar_of(elements[i], element_type, arena));
    return Dynamic::array({items, elements.size()});
  }

  Dynamic scalar_of(std::string_view text, std::string_view type, columnar::Arena& arena) const {
    if (type == "count" || type == "int" || type == "port")
      if (const auto value = parse_number<int64_t>(text)) return Dynamic::of(*value);
    if (type == "double" || type == "time" || type == "interval")
      if (const auto value = parse_number<double>(text)) return Dynamic::of(*value);
    if (type == "bool" && (text == "T" || text == "F")) return Dynamic::of(text == "T");
    if (text == empty_field_) return Dynamic::string({});
    if (text.find("\\x") == std::string_view::npos) return Dynamic::string(arena.copy(text));
    const std::string plain = unescape(text);
    return Dynamic::string(arena.copy(base::is_valid_utf8(plain) ? std::string_view(plain) : text));
  }

  InputWindow& window_;
  std::string separator_ = "\t", set_separator_ = ",", empty_field_ = "(empty)", unset_field_ = "-", path_;
  std::vector<std::string> fields_, types_;
  std::vector<std::string_view> parts_;
  std::string overlong_text_;
  bool reported_ = false;
};

}  // namespace

std::unique_ptr<FormatReader> read_zeek(InputWindow& window) { return std::make_unique<Zeek>(window); }

}  // namespace vedette::ingest
