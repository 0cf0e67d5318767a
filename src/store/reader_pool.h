// Connections that read, each in use by one call at a time. Threads: any.
#pragma once

#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "sqlite.h"

namespace vedette::store {

// So much of the file is read where the system has it in memory, without a call for each page. Each connection maps it
// for itself, and what it touched counts as the program's memory: all of a large file would.
inline constexpr int64_t mapped_bytes_max = int64_t{128} << 20;

class ReaderPool {
 public:
  class Lease {
   public:
    Lease(ReaderPool& pool, std::unique_ptr<Connection> connection) : pool_(pool), connection_(std::move(connection)) {}
    Lease(Lease&&) = default;
    ~Lease() {
      if (!connection_) return;
      const std::scoped_lock lock(pool_.mutex_);
      pool_.idle_.push_back(std::move(connection_));
    }
    Connection& operator*() const { return *connection_; }

   private:
    ReaderPool& pool_;
    std::unique_ptr<Connection> connection_;
  };

  ReaderPool(std::string path, Access access) : path_(std::move(path)), access_(access) {}

  base::Result<Lease> take() {
    {
      const std::scoped_lock lock(mutex_);
      if (!idle_.empty()) {
        Lease lease(*this, std::move(idle_.back()));
        idle_.pop_back();
        return lease;
      }
    }
    auto connection = TRY(Connection::open(path_, access_));
    TRY(connection->run("PRAGMA query_only = ON"));
    TRY(connection->run("PRAGMA mmap_size = " + std::to_string(mapped_bytes_max)));
    return Lease(*this, std::move(connection));
  }

 private:
  const std::string path_;
  const Access access_;
  std::mutex mutex_;
  std::vector<std::unique_ptr<Connection>> idle_;
};

}  // namespace vedette::store
