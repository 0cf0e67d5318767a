// Where exceptions end: in a thread, nobody else catches them.
#pragma once

#include <exception>

#include "vedette/base/result.h"

namespace vedette::base {

// What `work` gives, a Result or Status; or `internal` with `message`.
template <class Work>
auto contained(const Work& work, const char* message) -> decltype(work()) {
  try {
    return work();
  } catch (const std::exception& problem) {
    return fail(ErrorCode::internal, message).with_cause(problem.what());
  }
}

}  // namespace vedette::base
