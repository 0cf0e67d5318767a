// Waits for what other threads or processes do.
#pragma once

#include <chrono>
#include <thread>

namespace vedette::test {

// Whether the condition becomes true in time.
template <class Condition>
bool eventually(Condition condition, std::chrono::milliseconds within,
                std::chrono::milliseconds pause = std::chrono::milliseconds(5)) {
  const auto end = std::chrono::steady_clock::now() + within;
  while (std::chrono::steady_clock::now() < end) {
    if (condition()) return true;
    std::this_thread::sleep_for(pause);
  }
  return condition();
}

}  // namespace vedette::test
