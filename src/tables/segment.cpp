// Segment: opening a segment file and reading its blocks. The format's grammar is in segment.h.
#include "vedette/tables/segment.h"

#include <xxhash.h>
#include <zstd.h>

#include "segment_file.h"
#include "vedette/base/bytes.h"
#include "vedette/base/owned.h"
#include "vedette/base/spares.h"

namespace vedette::tables {

using base::ErrorCode;
using base::fail;
using columnar::Column;
using columnar::Vector;

namespace {

// Bytes that are read like a file.
class MemoryFile final : public io::File {
 public:
  explicit MemoryFile(std::shared_ptr<const std::string> bytes) : bytes_(std::move(bytes)) {}
  base::Result<uint64_t> size() const override { return bytes_->size(); }
  base::Status read_into(uint64_t offset, std::span<char> out) const override {
    if (offset > bytes_->size() || out.size() > bytes_->size() - offset)
      return fail(ErrorCode::corrupt_data, "The bytes are cut off.");
    std::copy_n(bytes_->data() + offset, out.size(), out.data());
    return {};
  }
  base::Status append(std::string_view) override { return read_only(); }
  base::Status sync() override { return read_only(); }
  base::Status truncate(uint64_t) override { return read_only(); }

 private:
  static base::Error read_only() { return fail(ErrorCode::internal, "These bytes cannot be written."); }
  const std::shared_ptr<const std::string> bytes_;
};

// Making one takes longer than to decompress a small block.
using Decompression = base::Owned<ZSTD_DCtx, ZSTD_freeDCtx>;
base::Spares<Decompression> decompressions([] { return Decompression(ZSTD_createDCtx()); });

// Just as many bytes as `raw` has room for.
bool decompress(std::string_view stored, std::span<char> raw) {
  auto context = decompressions.take();
  const size_t size = ZSTD_decompressDCtx((*context).get(), raw.data(), raw.size(), stored.data(), stored.size());
  return !ZSTD_isError(size) && size == raw.size();
}

}  // namespace

bool is_intact(std::string_view stored, const BlockRef& ref) {
  return stored.size() == ref.stored_bytes && XXH3_64bits(stored.data(), stored.size()) == ref.checksum;
}

base::Error Segment::Impl::damaged(const std::string& what) const {
  return fail(ErrorCode::corrupt_data, "A stored segment is damaged: " + what + ".").with_cause(path);
}
base::Error Segment::Impl::damaged(const StoredColumn& column, const std::string& what) const {
  return damaged("block '" + what + "' of column " + column.column.name);
}

Segment::Segment(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}

Segment::~Segment() {
  if (!impl_->delete_on_close || impl_->files == nullptr) return;
  impl_->file.reset();
  (void)impl_->files->remove_file(impl_->path);  // what stays behind is removed when the folder is next opened
}

const std::string& Segment::path() const { return impl_->path; }
size_t Segment::row_count() const { return impl_->footer.rows; }
base::DateTime Segment::min_timestamp() const { return {impl_->footer.min_ticks}; }
base::DateTime Segment::max_timestamp() const { return {impl_->footer.max_ticks}; }
base::DateTime Segment::ingested_first() const { return {impl_->footer.ingested_first}; }
base::DateTime Segment::ingested_last() const { return {impl_->footer.ingested_last}; }
uint64_t Segment::identity() const { return impl_->identity; }
const StoredColumn* Segment::first_column() const { return impl_->footer.columns.data(); }
void Segment::delete_on_close() const { impl_->delete_on_close = true; }

base::Result<std::shared_ptr<const Segment>> Segment::open(io::FileSystem& files, std::string path,
                                                           std::shared_ptr<SegmentCache> cache) {
  auto impl = std::make_unique<Impl>();
  impl->cache = std::move(cache);
  impl->files = &files;
  impl->file = TRY(files.open_for_reading(path));
  impl->path = std::move(path);
  TRY(impl->read_footer());
  return std::shared_ptr<const Segment>(new Segment(std::move(impl)));
}

base::Result<std::shared_ptr<const Segment>> Segment::of_bytes(std::string bytes, std::string name,
                                                               std::shared_ptr<SegmentCache> cache) {
  auto impl = std::make_unique<Impl>();
  impl->cache = std::move(cache);
  impl->memory = std::make_shared<const std::string>(std::move(bytes));
  impl->file = std::make_unique<MemoryFile>(impl->memory);
  impl->path = std::move(name);
  TRY(impl->read_footer());
  return std::shared_ptr<const Segment>(new Segment(std::move(impl)));
}

std::shared_ptr<const Segment> Segment::damaged(std::string path, base::Error error) {
  auto impl = std::make_unique<Impl>();
  impl->path = std::move(path);
  impl->damage = std::move(error);
  return std::shared_ptr<const Segment>(new Segment(std::move(impl)));
}

const std::optional<base::Error>& Segment::damage() const { return impl_->damage; }
void Segment::keep_out_of_merges() const { impl_->kept_out_of_merges = true; }
bool Segment::may_be_merged() const { return !impl_->damage && !impl_->kept_out_of_merges; }

base::Status Segment::Impl::read_footer() {
  static std::atomic<uint64_t> opened = 0;
  identity = ++opened;
  const uint64_t size = TRY(file->size());
  if (size < segment_magic.size() + segment_tail_bytes) return damaged("it is too short");
  const std::string magic = TRY(file->read_at(0, segment_magic.size()));
  const int version = magic == segment_magic ? 3 : magic == segment_magic_v2 ? 2 : magic == segment_magic_v1 ? 1 : 0;
  if (version == 0) return damaged("its head is missing");
  const std::string tail = TRY(file->read_at(size - segment_tail_bytes, segment_tail_bytes));
  base::ByteReader reader(tail);
  const auto footer_bytes = reader.fixed<uint32_t>();
  const auto checksum = reader.fixed<uint64_t>();
  if (reader.raw(segment_end_magic.size()) != segment_end_magic) return damaged("its end is missing");
  if (footer_bytes > size - segment_magic.size() - segment_tail_bytes) return damaged("its footer's size is wrong");
  const std::string bytes = TRY(file->read_at(size - segment_tail_bytes - footer_bytes, footer_bytes));
  if (XXH3_64bits(bytes.data(), bytes.size()) != checksum) return damaged("its footer's checksum does not match");
  auto decoded = decode_footer(bytes, version);
  if (!decoded) return damaged("its footer cannot be read");
  footer = std::move(*decoded);
  return {};
}

base::Result<std::string> Segment::Impl::contents(const StoredColumn& column, const BlockRef& ref,
                                                  const std::string& what, std::string stored) const {
  if (!is_intact(stored, ref)) return damaged(column, what);
  if (ref.raw_bytes == ref.stored_bytes) return stored;
  std::string raw(ref.raw_bytes, '\0');
  if (!decompress(stored, raw)) return damaged(column, what);
  return raw;
}

base::Result<std::string> Segment::Impl::read_block(const StoredColumn& column, const BlockRef& ref,
                                                    const std::string& what, int64_t& bytes_read) const {
  if (ref.raw_bytes > raw_bytes_max || ref.stored_bytes > raw_bytes_max) return damaged(column, what);
  std::string stored = TRY(file->read_at(ref.offset, ref.stored_bytes));
  bytes_read += static_cast<int64_t>(stored.size());
  return contents(column, ref, what, std::move(stored));
}

// Neighbours in the file, as many as are read at once: [first, end) of `refs`.
base::Result<std::vector<std::pair<size_t, size_t>>> Segment::Impl::runs_of(const StoredColumn& column,
                                                                            const std::vector<BlockRef>& refs,
                                                                            const char* what) const {
  constexpr uint64_t read_bytes = uint64_t{4} << 20;
  std::vector<std::pair<size_t, size_t>> runs;
  for (size_t first = 0, end = 0; first < refs.size(); first = end) {
    uint64_t bytes = 0;
    for (; end < refs.size() && bytes < read_bytes && refs[end].offset == refs[first].offset + bytes; ++end) {
      if (refs[end].raw_bytes > raw_bytes_max || refs[end].stored_bytes > raw_bytes_max)
        return damaged(column, block_name(what, end));
      bytes += refs[end].stored_bytes;
    }
    runs.emplace_back(first, end);
  }
  return runs;
}

base::Status Segment::Impl::read_blocks(const StoredColumn& column, const std::vector<BlockRef>& refs, const char* what,
                                        int64_t& bytes_read,
                                        const std::function<base::Status(size_t, std::string)>& use) const {
  for (const auto& [first, end] : TRY(runs_of(column, refs, what))) {
    const uint64_t begin = refs[first].offset, bytes = refs[end - 1].offset + refs[end - 1].stored_bytes - begin;
    const std::string run = TRY(file->read_at(begin, bytes));
    bytes_read += static_cast<int64_t>(bytes);
    for (size_t i = first; i < end; ++i)
      TRY(use(i, TRY(contents(column, refs[i], block_name(what, i),
                              run.substr(refs[i].offset - begin, refs[i].stored_bytes)))));
  }
  return {};
}

base::Status Segment::Impl::read_blocks_into(const StoredColumn& column, const std::vector<BlockRef>& refs,
                                             const char* what, int64_t& bytes_read, std::span<char> out) const {
  size_t at = 0;  // in `out`
  for (const auto& [first, end] : TRY(runs_of(column, refs, what))) {
    const bool plain = std::all_of(&refs[first], &refs[end - 1] + 1,
                                   [](const BlockRef& ref) { return ref.raw_bytes == ref.stored_bytes; });
    const uint64_t begin = refs[first].offset, bytes = refs[end - 1].offset + refs[end - 1].stored_bytes - begin;
    const auto buffer = plain ? nullptr : std::make_unique_for_overwrite<char[]>(bytes);
    char* const stored = plain ? out.data() + at : buffer.get();
    TRY(file->read_into(begin, {stored, bytes}));
    bytes_read += static_cast<int64_t>(bytes);
    for (size_t i = first; i < end; ++i) {
      const std::string_view block(stored + (refs[i].offset - begin), refs[i].stored_bytes);
      const auto raw = out.subspan(at, refs[i].raw_bytes);
      if (!is_intact(block, refs[i])) return damaged(column, block_name(what, i));
      if (block.size() != raw.size()) {
        if (!decompress(block, raw)) return damaged(column, block_name(what, i));
      } else if (!plain) {
        std::copy(block.begin(), block.end(), raw.begin());
      }
      at += raw.size();
    }
  }
  return {};
}

base::Result<std::shared_ptr<const std::string>> Segment::Impl::cached_block(const StoredColumn& column,
                                                                             const BlockRef& ref,
                                                                             const std::string& what,
                                                                             int64_t& bytes_read) const {
  const SegmentCache::Key key{identity, ref.offset, SegmentCache::Kind::block};
  if (cache)
    if (auto known = cache->find<std::string>(key)) return known;
  auto block = std::make_shared<const std::string>(TRY(read_block(column, ref, what, bytes_read)));
  if (cache) cache->put(key, block, static_cast<int64_t>(block->size()));
  return block;
}

base::Result<const TermDirectory*> Segment::Impl::term_directory(const StoredColumn& column,
                                                                 int64_t& bytes_read) const {
  {
    const std::lock_guard lock(mutex_);
    if (const auto at = directories_.find(&column); at != directories_.end()) return &at->second;
  }
  const std::string bytes = TRY(read_block(column, column.terms->directory, "term directory", bytes_read));
  auto directory = TermDirectory::parse(bytes);
  if (!directory) return damaged(column, "term directory");
  const std::lock_guard lock(mutex_);
  return &directories_.try_emplace(&column, std::move(*directory)).first->second;
}

const StoredColumn* Segment::find(const Column& column) const {
  for (const StoredColumn& stored : impl_->footer.columns)
    if (stored.column == column) return stored.encoding == Encoding::absent ? nullptr : &stored;
  return nullptr;
}

base::Result<Vector> Segment::read(const Column& column, int64_t& bytes_read) const {
  const StoredColumn* stored = find(column);
  if (!stored) return columnar::constant_null(column.type, row_count());
  if (!has_dictionary(*stored)) return read_flat(*stored, bytes_read);
  const Vector values = TRY(impl_->memory ? values_in_place(*stored, bytes_read) : read_values(*stored, bytes_read));
  return values.select(TRY(read_codes(*stored, bytes_read)));
}

base::Result<std::optional<std::vector<uint32_t>>> Segment::codes_with_term(const StoredColumn& column,
                                                                            std::string_view term,
                                                                            int64_t& bytes_read) const {
  using Codes = std::optional<std::vector<uint32_t>>;
  if (!column.terms || term.size() < term_bytes_min) return Codes();
  const uint32_t hash = term_hash(term);
  const TermDirectory::Group* group = TRY(impl_->term_directory(column, bytes_read))->find(hash);
  if (!group) return Codes(std::vector<uint32_t>());
  const BlockRef ref{column.terms->offset + group->offset, group->bytes, group->bytes, group->checksum};
  auto posting = find_posting(*TRY(impl_->cached_block(column, ref, "terms", bytes_read)), hash);
  if (!posting || (!posting->codes.empty() && posting->codes.back() >= column.value_count))
    return impl_->damaged(column, "terms");
  return posting->all ? Codes() : Codes(std::move(posting->codes));
}

}  // namespace vedette::tables
