#pragma once

namespace heddle {

/// Base of every primitive: neither copied nor moved, for a copy of a lock guards nothing.
struct immovable {
  constexpr immovable() noexcept = default;
  immovable(const immovable&) = delete;
  immovable& operator=(const immovable&) = delete;
};

}  // namespace heddle
