#include "vedette/ingest/record_reader.h"

#include "member_source.h"
#include "record_collector.h"

namespace vedette::ingest {

namespace {

class MembersReader final : public RecordReader {
 public:
  MembersReader(Input input, ReadOptions options)
      : input_(std::move(input)), format_(options.format), out_(std::move(options)) {}

  RecordBatch next(size_t records_max) override {
    constexpr size_t batch_bytes_max = 32 << 20;
    while (!ended_ && out_.size() < records_max && out_.text_bytes() < batch_bytes_max) {
      if (!format_reader_ && !open_member()) break;
      if (!format_reader_->next(out_)) format_reader_.reset();
    }
    return out_.take();
  }

  uint64_t next_ordinal() const override { return out_.next_ordinal(); }

 private:
  bool open_member() {
    if (!members_) {
      auto members =
          out_.options().framing == Framing::lines ? open_plain(input_) : open_members(input_, out_.limits());
      if (!members) return end(members.error().message);
      members_ = std::move(*members);
    }
    auto member = members_->next();
    if (!member) return end(member.error().message);
    if (!*member) return ended_ = true, false;
    out_.begin_member((*member)->name);
    window_ = std::make_unique<InputWindow>(std::move((*member)->bytes));
    format_reader_ = open_format(format_, (*member)->name, *window_, out_.options());
    return true;
  }

  bool end(const std::string& reason) {
    ended_ = true;
    out_.begin_member(input_.name);
    out_.reject(reason, {}, {.offset = 0, .line = 0});
    return false;
  }

  Input input_;
  RecordFormat format_;
  RecordCollector out_;
  std::unique_ptr<MemberSource> members_;
  std::unique_ptr<InputWindow> window_;
  std::unique_ptr<FormatReader> format_reader_;
  bool ended_ = false;
};

}  // namespace

std::unique_ptr<RecordReader> RecordReader::open(Input input, ReadOptions options) {
  return std::make_unique<MembersReader>(std::move(input), std::move(options));
}

}  // namespace vedette::ingest
