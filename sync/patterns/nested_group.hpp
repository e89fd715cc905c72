// Groups of tasks within groups.
#pragma once

#include <cstdint>
#include <type_traits>
#include <utility>

#include <heddle/sync/atomic.hpp>
#include <heddle/sync/immovable.hpp>
#include <heddle/sync/location.hpp>
#include <heddle/sync/platform.hpp>
#include <heddle/sync/wait_group.hpp>

namespace heddle {

/// Counts the parts of one task of a parent, a wait_group or a group as this one.  The task is done
/// when the group has been closed and all its parts are; no thread need wait for that.  Who waits
/// for the parent so waits for the parts of the parts.
///
/// It lives until it is done: until a `wait` of it, or of whom it is a part of, has returned.
///
/// Order: each part synchronizes with the return of `wait`, here and above.
template <class P>
class basic_nested_group : immovable {
 public:
  /// One more task of `parent`.  `name` is what reports call its parts.
  explicit basic_nested_group(basic_wait_group<P>& parent, const char* name = nullptr,
                              location caller = location::here())
      : above_(&parent), left_(1, name), own_(name) {
    parent.add(1, caller);
    own_.add(1, caller);
  }
  /// One more part of `parent`.
  ///
  /// Misuse: the parent is done.
  explicit basic_nested_group(basic_nested_group& parent, const char* name = nullptr,
                              location caller = location::here())
      : outer_(&parent), left_(1, name), own_(name) {
    parent.add(1, caller);
    own_.add(1, caller);
  }

  /// Adds parts: by who has not closed the group, or by a part of it.
  ///
  /// Misuse: the group is done.
  void add(std::uint32_t parts = 1, location caller = location::here()) {
    if (left_.fetch_add(parts, std::memory_order_relaxed, caller) == 0) {
      P::misuse("nested_group add after its end", caller);
    }
  }
  /// One part has ended.
  ///
  /// Misuse: there is none.
  void done(location caller = location::here()) {
    const std::uint32_t before = left_.fetch_sub(1, std::memory_order_acq_rel, caller);
    if (before == 0) P::misuse("nested_group done without a part", caller);
    if (before == 1) end(caller);
  }
  /// The maker of the group adds no more parts.  Once.
  void close(location caller = location::here()) { done(caller); }

  /// Runs `body()` in a new thread as one part.  An exception that leaves it ends the program.
  template <class F>
  void go(F&& body, location caller = location::here()) {
    add(1, caller);
    try {
      P::spawn(
          [this, caller, held = std::decay_t<F>(std::forward<F>(body))]() mutable {
            {
              // What the body holds is gone before anyone who waits goes on.
              std::decay_t<F> own(std::move(held));
              own();
            }
            done(caller);
          },
          caller)
          .detach(caller);
    } catch (...) {  // No thread was started.
      done(caller);
      throw;
    }
  }

  /// Waits until the group is done.
  void wait(location caller = location::here()) { own_.wait(caller); }

 private:
  // Whoever waits here may destroy the group as soon as it is told, so the parent is noted before;
  // and is told afterwards, for who waits there may destroy the group too.
  void end(location caller) {
    basic_wait_group<P>* const above = above_;
    basic_nested_group* const outer = outer_;
    own_.done(caller);
    if (above != nullptr) above->done(caller);
    if (outer != nullptr) outer->done(caller);
  }

  basic_wait_group<P>* const above_ = nullptr;
  basic_nested_group* const outer_ = nullptr;
  basic_atomic<P, std::uint32_t> left_;  ///< parts, and one until it is closed
  basic_wait_group<P> own_;              ///< one task: the group
};

using nested_group = basic_nested_group<platform>;

}  // namespace heddle
