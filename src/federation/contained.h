// Where exceptions end: in a thread, nobody else catches them.
#pragma once

#include <exception>
#include <string>

#include "vedette/base/result.h"

namespace vedette::federation {

// What `work` gives, or `internal` with `message`.
template <class Work>
auto contained(const Work& work, const char* message = "The connector failed.") -> decltype(work()) {
  try {
    return work();
  } catch (const std::exception& problem) {
    return base::fail(base::ErrorCode::internal, message).with_cause(problem.what());
  }
}

}  // namespace vedette::federation
