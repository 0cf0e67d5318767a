// Compressed forms of test data, made with the libraries themselves.
#pragma once

#include <archive.h>
#include <archive_entry.h>
#include <zlib.h>
#include <zstd.h>

#include <string>
#include <utility>
#include <vector>

namespace vedette::ingest {

inline std::string gzip(std::string_view text) {
  z_stream zlib{};
  deflateInit2(&zlib, 9, Z_DEFLATED, 15 + 16, 9, Z_DEFAULT_STRATEGY);
  std::string out(deflateBound(&zlib, text.size()) + 32, '\0');
  zlib.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(text.data()));
  zlib.avail_in = static_cast<uInt>(text.size());
  zlib.next_out = reinterpret_cast<Bytef*>(out.data());
  zlib.avail_out = static_cast<uInt>(out.size());
  deflate(&zlib, Z_FINISH);
  out.resize(zlib.total_out);
  deflateEnd(&zlib);
  return out;
}

inline std::string zstd(std::string_view text) {
  std::string out(ZSTD_compressBound(text.size()), '\0');
  out.resize(ZSTD_compress(out.data(), out.size(), text.data(), text.size(), 3));
  return out;
}

enum class ArchiveForm { zip, tar };

inline std::string archive_of(ArchiveForm form, const std::vector<std::pair<std::string, std::string>>& members) {
  size_t bytes = 1 << 16;
  for (const auto& [name, contents] : members) bytes += contents.size() + 4096;
  std::string out(bytes, '\0');
  size_t used = 0;
  archive* handle = archive_write_new();
  if (form == ArchiveForm::zip)
    archive_write_set_format_zip(handle);
  else
    archive_write_set_format_ustar(handle);
  archive_write_open_memory(handle, out.data(), out.size(), &used);
  for (const auto& [name, contents] : members) {
    archive_entry* entry = archive_entry_new();
    archive_entry_set_pathname(entry, name.c_str());
    archive_entry_set_size(entry, static_cast<la_int64_t>(contents.size()));
    archive_entry_set_filetype(entry, AE_IFREG);
    archive_entry_set_perm(entry, 0644);
    archive_write_header(handle, entry);
    archive_write_data(handle, contents.data(), contents.size());
    archive_entry_free(entry);
  }
  archive_write_close(handle);
  archive_write_free(handle);
  out.resize(used);
  return out;
}

}  // namespace vedette::ingest
