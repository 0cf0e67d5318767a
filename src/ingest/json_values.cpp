// JSON values one after the other: objects (pretty printed or not), arrays of them, and pages, which are objects with
// an array of records under a known name. Elements are cut out one by one, so an array may be larger than memory.
#include "json_extent.h"
#include "record_collector.h"

namespace vedette::ingest {

namespace {

enum class Frame : uint8_t { array, wrapper };

class JsonValues final : public FormatReader {
 public:
  explicit JsonValues(InputWindow& window) : window_(window) {}

  bool next(RecordCollector& out) override {
    const uint64_t before = out.next_ordinal();
    while (out.next_ordinal() == before) {
      if (!skip_separators()) return finish(out);
      switch (window_.view().front()) {
        case '{':
          read_object(out);
          break;
        case '[':
          if (frame_) {
            reject_line(out);
          } else {
            frame_ = Frame::array;
            window_.consume(1);
          }
          break;
        case ']':
          if (frame_) {
            close_array(out);
          } else {
            reject_line(out);
          }
          break;
        default:
          reject_line(out);
      }
    }
    return true;
  }

 private:
  bool skip_separators() {
    while (true) {
      const size_t next = window_.view().find_first_not_of(frame_ ? " \t\r\n," : " \t\r\n");
      if (next != std::string_view::npos) return window_.consume(next), true;
      window_.consume(window_.view().size());
      if (!window_.grow()) return false;
    }
  }

  bool finish(RecordCollector& out) {
    if (finished_) return false;
    finished_ = true;
    if (window_.failure() && !reported_) return out.reject(window_.failure()->message, {}, window_.place()), true;
    if (frame_ && !reported_) return out.reject("The JSON array is cut off.", {}, window_.place()), true;
    return false;
  }

  std::string cut_off() {
    if (!window_.at_end()) return "The JSON object is cut off.";
    reported_ = true;
    return window_.failure() ? window_.failure()->message : "The JSON object is cut off.";
  }

  void read_object(RecordCollector& out) {
    // Only what stands by itself can be a page.
    JsonExtent extent(frame_ ? std::span<const std::string>{} : out.options().wrapper);
    const Place place = window_.place();
    std::string overlong;
    while (true) {
      const auto outcome = extent.scan(window_.view());
      const std::string_view text = window_.view().substr(0, extent.position());
      if (outcome == JsonExtent::Outcome::wrapper) {
        frame_ = Frame::wrapper;
        return window_.consume(text.size());
      }
      if (overlong.empty() && window_.view().size() > out.limits().record_bytes_max &&
          text.size() > out.limits().record_bytes_max)
        overlong = text.substr(0, ReadLimits::quarantine_text_bytes_max);
      if (outcome == JsonExtent::Outcome::need_more) {
        if (!overlong.empty()) drop(extent);
        if (window_.grow()) continue;
        const std::string_view rest = overlong.empty() ? window_.view() : overlong;
        out.reject(cut_off(), rest, place);
        return window_.consume(window_.view().size());
      }
      if (!overlong.empty()) {
        out.reject("The record is longer than " + std::to_string(out.limits().record_bytes_max) + " bytes.", overlong,
                   place);
      } else if (outcome == JsonExtent::Outcome::broken) {
        out.reject(cut_off(), text, place);
      } else {
        out.add_json(text, place);
      }
      return window_.consume(text.size());
    }
  }

  void drop(JsonExtent& extent) {
    const size_t bytes = extent.position();
    window_.consume(bytes);
    extent.rebase(bytes);
  }

  // After a page's records, the rest of the page (counts, the next page's address) is passed over.
  void close_array(RecordCollector& out) {
    window_.consume(1);
    const bool in_page = frame_ == Frame::wrapper;
    frame_.reset();
    if (!in_page) return;
    JsonExtent rest(out.options().wrapper, JsonExtent::Start::inside);
    while (true) {
      const auto outcome = rest.scan(window_.view());
      if (outcome != JsonExtent::Outcome::need_more) {
        if (outcome == JsonExtent::Outcome::wrapper) frame_ = Frame::wrapper;
        return window_.consume(rest.position());
      }
      // A key must stay in view until what follows it is known.
      if (window_.view().size() > out.limits().record_bytes_max) drop(rest);
      if (window_.grow()) continue;
      out.reject(cut_off(), window_.view(), window_.place());
      return window_.consume(window_.view().size());
    }
  }

  void reject_line(RecordCollector& out) {
    const Place place = window_.place();
    std::string overlong_text;
    const auto line = next_line(window_, out.limits().record_bytes_max, overlong_text);
    out.reject("A JSON object was expected.", line ? line->text : std::string_view{}, place);
  }

  InputWindow& window_;
  std::optional<Frame> frame_;
  bool reported_ = false;  // why the bytes ended early
  bool finished_ = false;
};

}  // namespace

std::unique_ptr<FormatReader> read_json_values(InputWindow& window) { return std::make_unique<JsonValues>(window); }

}  // namespace vedette::ingest
