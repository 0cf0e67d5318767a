// A file system whose n-th changing call fails, for tests of everything that must survive a full or broken disk.
#pragma once

#include <cstdint>

#include "vedette/io/file_system.h"

namespace vedette::io {

enum class Fault : uint8_t {
  no_space,      // the call writes nothing and fails
  torn_write,    // an append writes half of its bytes, then fails
  sync_failure,  // the next sync after the n-th call fails
  one_failure,   // the call does nothing and fails, later ones succeed: a disk that has a bad moment
  exception,     // the next append from the n-th call on throws std::bad_alloc: memory that has a bad moment
};

// Counts append, sync, truncate, rename, remove_file, create_directories and sync_directory. Safe from several
// threads.
class FaultyFileSystem : public FileSystem {
 public:
  // Call number `fail_at` (from 1; 0 = never) and every later one fails until heal().
  virtual void arm(int64_t fail_at, Fault fault) = 0;
  virtual void heal() = 0;
  virtual int64_t calls() const = 0;
};

std::unique_ptr<FaultyFileSystem> make_faulty_file_system(FileSystem& real);

}  // namespace vedette::io
