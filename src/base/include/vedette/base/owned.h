// Objects of C libraries, released by the function that their library has for it: Owned<BIO, BIO_free>.
#pragma once

#include <memory>

namespace vedette::base {

template <auto release>
struct Release {
  template <class T>
  void operator()(T* object) const {
    release(object);
  }
};

template <class T, auto release>
using Owned = std::unique_ptr<T, Release<release>>;

}  // namespace vedette::base
