#pragma once

#include <cstdint>

namespace heddle {

/// What an object is, for reports.
enum class object_kind : std::uint8_t {
  atomic,
  shared,
  probe,
  mutex,
  rw_mutex,
  wait_group,
  cond,
  once,
  semaphore,
  channel,
  context,
  thread,
  thread_slot,
  initialization,  ///< of a function-local static
  interior,        ///< a part of a primitive, which itself sees to it that the part lives
};

/// How an object is held: by one thread, or by any number of them together.
enum class ownership : std::uint8_t { exclusive, shared };

}  // namespace heddle
