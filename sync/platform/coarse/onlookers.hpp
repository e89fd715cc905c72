// How a wait for a coarse primitive ends by a context.
//
// An operation that waits sleeps on its own object alone.  So a thread that waits by a context
// performs operations that do not wait, and sleeps elsewhere in between: whoever has done something
// that may let it go on makes it look again.
#pragma once

#include <utility>

#include <heddle/sync/immovable.hpp>
#include <heddle/sync/location.hpp>
#include <heddle/sync/platform/coarse/waiting.hpp>

namespace heddle {

template <class P>
class basic_context;

namespace detail {

template <class P>
class nudger;
template <class P>
class attachment;

/// A thread that waits by a context.  It outlives its wait while somebody is about to nudge it.
struct onlooker : immovable {
  sleeper<coarse_platform> bed;
  onlooker* next = nullptr;
  bool listed = false;
  unsigned uses = 1;

  void drop() noexcept {
    if (--uses == 0) delete this;
  }
};

/// The onlookers of a primitive.  The list is changed right after an operation on the primitive,
/// without another step between, and so in the order of those operations.
class onlookers {
 public:
  constexpr onlookers() noexcept = default;

  /// After an operation that may let one of them go on.
  void look_again(location caller) {
    onlooker* each = std::exchange(first_, nullptr);
    for (onlooker* one = each; one != nullptr; one = one->next) {
      one->listed = false;
      ++one->uses;
    }
    while (each != nullptr) {
      onlooker* const next = each->next;
      each->bed.nudge(caller);
      each->drop();
      each = next;
    }
  }

  /// Waits for `owner` until `look()` is true, an operation on it that does not wait; or until
  /// `ctx` is done, then the result is that of the operation `leave()`.
  template <class P, class Look, class Leave>
  [[nodiscard]] bool wait(const fine_platform::object& owner, const basic_context<P>& ctx,
                          Look look, Leave leave, location caller) {
    if (look()) return true;
    control::preserve(owner.ref, &first_, keep);
    onlooker* const self = new onlooker;
    add(*self);
    const bool done = look_on(ctx, *self, look, leave, caller);
    self->drop();
    if (!done) ctx.note_end(caller);
    return done;
  }

  /// Waits until `ctx` is done, for what will never be.
  template <class P>
  static void wait_in_vain(const basic_context<P>& ctx, location caller) {
    sleeper<coarse_platform> bed;
    nudger<P> cancellation(bed);
    const attachment<P> attached(ctx.limit().source, cancellation, caller);
    while (!attached.came_late() && bed.sleep(ctx.deadline(), caller) != late_sleeper &&
           !ctx.known_done(caller)) {
    }
    ctx.note_end(caller);
  }

 private:
  template <class P, class Look, class Leave>
  bool look_on(const basic_context<P>& ctx, onlooker& self, Look look, Leave leave,
               location caller) {
    nudger<P> cancellation(self.bed);
    const attachment<P> attached(ctx.limit().source, cancellation, caller);
    for (;;) {
      const bool late = attached.came_late() ||
                        self.bed.sleep(ctx.deadline(), caller) == late_sleeper ||
                        ctx.known_done(caller);
      const bool done = late ? leave() : look();
      if (done || late) {
        remove(self);
        return done;
      }
      add(self);
    }
  }

  void add(onlooker& one) noexcept {
    if (one.listed) return;
    one.listed = true;
    one.next = nullptr;
    onlooker** end = &first_;
    while (*end != nullptr) end = &(*end)->next;
    *end = &one;
  }

  void remove(onlooker& one) noexcept {
    if (!one.listed) return;
    one.listed = false;
    onlooker** at = &first_;
    while (*at != &one) at = &(*at)->next;
    *at = one.next;
  }

  // The list of a primitive in static storage is empty again in the next execution.
  static constexpr control::keeper keep{
      [](const void*) -> void* { return nullptr; }, [](void*) {},
      [](void*, void* first) { *static_cast<onlooker**>(first) = nullptr; }};

  onlooker* first_ = nullptr;
};

}  // namespace detail
}  // namespace heddle
