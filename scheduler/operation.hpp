#pragma once

#include <cstdint>
#include <string_view>

#include <heddle/sync/location.hpp>

namespace heddle {

enum class op_kind : std::uint8_t {
  load,
  store,
  rmw,
  compare_exchange,
  fence,
  plain_read,
  plain_write,
  destroy,
  futex_wait,
  futex_wake,
  spawn,
  join,
  detach,
  yield,
  spin,
  initialize,  ///< waits until another thread has initialised a function-local static
  sleep,
  expired,
  random,
  live_threads,
  machine,  ///< of a machine of models/specs
};

[[nodiscard]] std::string_view to_string(op_kind kind) noexcept;

/// What a thread is about to do, as data.
struct operation {
  op_kind kind;
  std::uint32_t subject;  ///< slot of the object, number of a thread, or `no_subject`
  location where;

  static constexpr std::uint32_t no_subject = ~std::uint32_t{0};
};

}  // namespace heddle
