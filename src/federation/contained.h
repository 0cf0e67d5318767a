// Where exceptions of a connector end: in a thread, nobody else catches them.
#pragma once

#include "vedette/base/contained.h"

namespace vedette::federation {

template <class Work>
auto contained(const Work& work, const char* message = "The connector failed.") {
  return base::contained(work, message);
}

}  // namespace vedette::federation
