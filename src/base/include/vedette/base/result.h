// Result<T>: a value or an Error, with the member names of std::expected (C++23, absent from libstdc++ 12).
#pragma once

#include <tl/expected.hpp>
#include <type_traits>
#include <utility>

#include "vedette/base/error.h"

namespace vedette::base {

template <class T>
class [[nodiscard]] Result : public tl::expected<T, Error> {
 public:
  using tl::expected<T, Error>::expected;
  Result(Error error) : tl::expected<T, Error>(tl::unexpect, std::move(error)) {}  // NOLINT: implicit by design
};

using Status = Result<void>;

inline Error fail(ErrorCode code, std::string message) { return Error(code, std::move(message)); }

}  // namespace vedette::base

// `auto x = TRY(f());` yields the value of a Result, or returns its error from the enclosing function.
// Never write TRY(co_await …): g++ 12.2 miscompiles it.
#define TRY(...) VEDETTE_TRY_NAMED(__COUNTER__, __VA_ARGS__)
#define VEDETTE_TRY_NAMED(n, ...) VEDETTE_TRY_PASTE(n, __VA_ARGS__)
#define VEDETTE_TRY_PASTE(n, ...) VEDETTE_TRY_EXPAND(try_result_##n, __VA_ARGS__)
#define VEDETTE_TRY_EXPAND(name, ...)                         \
  __extension__({                                             \
    auto name = (__VA_ARGS__);                                \
    if (!name.has_value()) [[unlikely]]                       \
      return ::vedette::base::Error(std::move(name).error()); \
    ::vedette::base::detail::take(std::move(name));           \
  })

namespace vedette::base::detail {
template <class T>
T take(Result<T>&& result) {
  if constexpr (!std::is_void_v<T>) return std::move(*result);
}
}  // namespace vedette::base::detail
