// The file behind a segment: its footer, and its blocks by reference, checked and decompressed. What Segment is made
// of.
#pragma once

#include <atomic>
#include <functional>
#include <map>
#include <memory>
#include <mutex>

#include "segment_cache.h"
#include "segment_footer.h"
#include "term_index.h"
#include "vedette/io/file_system.h"
#include "vedette/tables/segment.h"

namespace vedette::tables {

inline constexpr uint64_t raw_bytes_max = uint64_t{4} << 30;  // of a block

inline std::string block_name(const char* what, size_t index) { return what + (" " + std::to_string(index)); }
bool is_intact(std::string_view stored, const BlockRef& ref);
bool has_dictionary(const StoredColumn& column);
std::vector<BlockRef> refs_of(const std::vector<RangeBlock>& blocks);
std::vector<BlockRef> refs_of(const std::vector<ValueChunk>& chunks);
columnar::Vector vector_of_integers(columnar::Type type, const std::vector<int64_t>& values, std::string_view valid);

struct Segment::Impl {
  io::FileSystem* files = nullptr;
  std::string path;
  std::unique_ptr<io::File> file;
  std::shared_ptr<const std::string> memory;  // what `file` reads, of a segment that is in memory
  SegmentFooter footer;
  uint64_t identity = 0;
  std::shared_ptr<SegmentCache> cache;
  mutable std::atomic<bool> delete_on_close = false;
  mutable std::atomic<bool> kept_out_of_merges = false;
  std::optional<base::Error> damage;

  base::Status read_footer();
  base::Error damaged(const std::string& what) const;
  base::Error damaged(const StoredColumn& column, const std::string& what) const;
  // `what` names the block in an error: "codes 3".
  base::Result<std::string> read_block(const StoredColumn& column, const BlockRef& ref, const std::string& what,
                                       int64_t& bytes_read) const;
  // Calls use(i, raw) for each of the blocks, in order; `what` and i name it. Neighbours in the file are read at once.
  base::Status read_blocks(const StoredColumn& column, const std::vector<BlockRef>& refs, const char* what,
                           int64_t& bytes_read, const std::function<base::Status(size_t, std::string)>& use) const;
  // All of them one after another, for which `out` has just the room.
  base::Status read_blocks_into(const StoredColumn& column, const std::vector<BlockRef>& refs, const char* what,
                                int64_t& bytes_read, std::span<char> out) const;
  // A block through the cache: for blocks of which a query wants a part.
  base::Result<std::shared_ptr<const std::string>> cached_block(const StoredColumn& column, const BlockRef& ref,
                                                                const std::string& what, int64_t& bytes_read) const;
  base::Result<const TermDirectory*> term_directory(const StoredColumn& column, int64_t& bytes_read) const;
  // What a block's stored bytes stand for.
  base::Result<std::string> contents(const StoredColumn& column, const BlockRef& ref, const std::string& what,
                                     std::string stored) const;
  // The integers, or codes, in ascending rows.
  base::Result<std::vector<int64_t>> integers_at(const StoredColumn& column, std::span<const uint32_t> rows,
                                                 int64_t& bytes_read) const;

 private:
  base::Result<std::vector<std::pair<size_t, size_t>>> runs_of(const StoredColumn& column,
                                                               const std::vector<BlockRef>& refs,
                                                               const char* what) const;

  mutable std::mutex mutex_;
  mutable std::map<const StoredColumn*, TermDirectory> directories_;  // of those asked for
};

}  // namespace vedette::tables
