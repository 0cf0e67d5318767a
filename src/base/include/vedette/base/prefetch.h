// Memory that is read soon, so that it is on its way already.
#pragma once

namespace vedette::base {

// g++ 12 takes a function that does nothing but __builtin_prefetch for one that does nothing, and drops its calls: the
// empty asm, which has no instruction, keeps them.
inline void prefetch(const void* line) {
  __builtin_prefetch(line);
  asm volatile("");
}

}  // namespace vedette::base
