// Forms whose records are lines: NDJSON and text. Blank lines are no records.
#include "record_collector.h"

namespace vedette::ingest {

namespace {

bool is_blank(std::string_view text) { return text.find_first_not_of(" \t\r") == std::string_view::npos; }

bool is_object(std::string_view text) { return text[text.find_first_not_of(" \t\r")] == '{'; }

std::string too_long(const ReadLimits& limits) {
  return "The record is longer than " + std::to_string(limits.record_bytes_max) + " bytes.";
}

enum class LineForm : uint8_t { json, text, mixed };

class LineReader final : public FormatReader {
 public:
  LineReader(InputWindow& window, LineForm form) : window_(window), form_(form) {}

  bool next(RecordCollector& out) override {
    while (const auto line = next_line(window_, out.limits().record_bytes_max, overlong_text_)) {
      if (is_blank(line->text)) continue;
      if (line->overlong) {
        out.reject(too_long(out.limits()), line->text, line->place);
      } else if (!line->ended && window_.failure()) {
        reported_ = true;
        out.reject(window_.failure()->message, line->text, line->place);
      } else if (form_ == LineForm::json || (form_ == LineForm::mixed && is_object(line->text))) {
        out.add_json(line->text, line->place);
      } else {
        out.add_text(line->text, line->place);
      }
      return true;
    }
    if (!window_.failure() || reported_) return false;
    reported_ = true;
    out.reject(window_.failure()->message, {}, window_.place());
    return true;
  }

 private:
  InputWindow& window_;
  LineForm form_;
  std::string overlong_text_;
  bool reported_ = false;  // the failure of the bytes
};

class RefusedMember final : public FormatReader {
 public:
  RefusedMember(InputWindow& window, std::string reason) : window_(window), reason_(std::move(reason)) {}
  bool next(RecordCollector& out) override {
    if (reason_.empty()) return false;
    out.reject(std::move(reason_), window_.view(), window_.place());
    reason_.clear();
    return true;
  }

 private:
  InputWindow& window_;
  std::string reason_;
};

}  // namespace

std::unique_ptr<FormatReader> read_json_lines(InputWindow& window) {
  return std::make_unique<LineReader>(window, LineForm::json);
}
std::unique_ptr<FormatReader> read_text(InputWindow& window) {
  return std::make_unique<LineReader>(window, LineForm::text);
}
std::unique_ptr<FormatReader> read_mixed_lines(InputWindow& window) {
  return std::make_unique<LineReader>(window, LineForm::mixed);
}
std::unique_ptr<FormatReader> refuse_member(InputWindow& window, std::string reason) {
  return std::make_unique<RefusedMember>(window, std::move(reason));
}

}  // namespace vedette::ingest
