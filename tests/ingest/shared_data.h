// The folder of real records that some tests read: VEDETTE_SHARED, else the folder `shared` beside the source tree.
#pragma once

#include <cstdlib>
#include <filesystem>
#include <string_view>

namespace vedette::ingest {

inline std::filesystem::path shared_data(std::string_view name) {
  const char* shared = std::getenv("VEDETTE_SHARED");
  const std::filesystem::path source(VEDETTE_SOURCE_DIR);
  return (shared ? std::filesystem::path(shared) : source.parent_path() / "shared") / "data" / name;
}

}  // namespace vedette::ingest
