// Objects that cost much to make and that one thread at a time uses: as many are kept as were ever used together, where
// one for each thread would be there for every thread that ever had use for it.
#pragma once

#include <memory>
#include <mutex>
#include <utility>
#include <vector>

namespace vedette::base {

// Threads: any. The pool outlives what it lends.
template <class Object>
class Spares {
 public:
  class Loan {
   public:
    Loan(Spares& pool, Object object) : pool_(pool), object_(std::move(object)) {}
    Loan(const Loan&) = delete;
    ~Loan() {
      const std::scoped_lock lock(pool_.mutex_);
      pool_.spares_.push_back(std::move(object_));
    }
    Object& operator*() { return object_; }

   private:
    Spares& pool_;
    Object object_;
  };

  explicit Spares(Object (*make)()) : make_(make) {}

  Loan take() {
    {
      const std::scoped_lock lock(mutex_);
      if (!spares_.empty()) {
        Object object = std::move(spares_.back());
        spares_.pop_back();
        return Loan(*this, std::move(object));
      }
    }
    return Loan(*this, make_());
  }

 private:
  Object (*const make_)();
  std::mutex mutex_;
  std::vector<Object> spares_;
};

}  // namespace vedette::base
