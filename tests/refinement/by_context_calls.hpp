// Calls that give up when a context is done, as operations of the machines of the primitive and of
// contexts.
//
// Such a call looks at the context, and gives up if it is done.  Else it goes on as the call with a
// deadline does, which may give up where it would block; this one does so where the context is done
// then.  `F` says of a primitive which calls its clients make:
//
//   name, base   of the primitive, and the description of its calls
//   calls, kinds their names and what they are there; the last call, of no kind, cancels
//   looks_at     the place before which a call by the context looks at it
//   if_done      where it goes on if that is done; `ends` if it returns
//   platform     of the context
//   perform      makes a call by the context
#pragma once

#include <array>
#include <cstdint>
#include <string_view>

#include <heddle/models/specs/context.hpp>
#include <heddle/sync/context.hpp>
#include <heddle/tests/refinement/client.hpp>
#include <heddle/tests/refinement/cond_calls.hpp>
#include <heddle/tests/refinement/judge.hpp>
#include <heddle/tests/refinement/mutex_calls.hpp>
#include <heddle/tests/refinement/parking_lot_calls.hpp>
#include <heddle/tests/refinement/rw_mutex_calls.hpp>
#include <heddle/tests/refinement/semaphore_calls.hpp>
#include <heddle/tests/refinement/wait_group_calls.hpp>

namespace heddle::refinement {

/// A call of a primitive, and whether it is made by the context.  Such a call has the number of the
/// call with a deadline.
struct call_kind {
  unsigned call;
  bool by_context = false;
};
inline constexpr unsigned ends = 0xFFFF;
inline constexpr unsigned never_looks = 0xFFFF;

template <class F>
struct by_context_calls {
  using base = typename F::base;
  static constexpr std::string_view name = F::name;
  static constexpr auto& calls = F::calls;
  static constexpr unsigned variants = base::variants;
  static constexpr unsigned clocks = base::clocks + specs::contexts::clocks;

  struct object {
    explicit object(unsigned variant) : it(variant) {}
    typename base::object it;
    basic_cancel_context<typename F::platform> context;
  };
  using local = typename base::local;
  static bool makes(const local& of, unsigned what) {
    return cancels(what) || base::makes(of, F::kinds[what].call);
  }
  static void note(local& of, unsigned what, std::uint64_t result) {
    if (!cancels(what)) base::note(of, F::kinds[what].call, result);
  }

  static std::uint64_t perform(object& with, unsigned what) {
    if (cancels(what)) return with.context.cancel() ? 1 : 0;
    const call_kind kind = F::kinds[what];
    if (!kind.by_context) return base::perform(with.it, kind.call);
    return F::perform(with.it, with.context, kind.call) ? 1 : 0;
  }

  struct state {
    explicit state(unsigned variant = 0)
        : it(variant), context(machine::make({}, 0, machine::nobody).next) {}
    typename base::state it;
    specs::contexts::state context;
    friend bool operator==(const state&, const state&) = default;
  };
  static unsigned options(unsigned what, unsigned place) {
    if (cancels(what)) return 1;
    if (F::kinds[what].by_context) return place == F::looks_at ? 2 : 1;
    return base::options(F::kinds[what].call, place);
  }
  /// Outcome 1 of a look is that it does not see the cancellation yet.  Context and primitive are
  /// two objects: a call of one that synchronizes with nothing, as a try that fails, does not say
  /// what has become of the other.
  static bool overlooks(unsigned what, unsigned place, unsigned option, unsigned other) {
    return cancels(other) && !cancels(what) && F::kinds[what].by_context && place == F::looks_at &&
           option == 1;
  }
  static move<state> step(const state& now, unsigned what, unsigned thread, unsigned place,
                          unsigned option) {
    if (cancels(what)) {
      return of_context(now, machine::finish(now.context, 0, machine::reason::cancelled, 0));
    }
    const call_kind kind = F::kinds[what];
    if (!kind.by_context) {
      return of_base(now, base::step(now.it, kind.call, thread, place, option), place);
    }
    if (place == F::looks_at) {
      return option == 0 ? looks(now) : goes_on(move<state>{.next = now}, F::looks_at | looked);
    }
    // The context is looked at once: from there on places have a mark.
    const unsigned here = place & ~looked;
    auto made = base::step(now.it, kind.call, thread, here, 0);
    const bool done = now.context.all[0].why != machine::reason::none;
    if (made.blocks && done) {
      made = base::step(now.it, kind.call, thread, here, specs::give_up);
      made.acquires |= std::uint32_t{machine::clock_of(0)} << base::clocks;
    }
    return of_base(now, made, place);
  }

 private:
  using machine = specs::contexts;
  static constexpr unsigned looked = 64;

  static constexpr bool cancels(unsigned what) { return what == F::kinds.size(); }

  static move<state> of_context(const state& now, const machine::answer& answer) {
    const auto put = [](state& next, const machine::state& it) { next.context = it; };
    return moved(now, answer, put, base::clocks);
  }
  static move<state> of_base(const state& now, const move<typename base::state>& made,
                             unsigned place) {
    move<state> result{.blocks = made.blocks, .next = now};
    result.next.it = made.next;
    result.over = made.over;
    result.place = made.place | (place & looked);
    result.result = made.result;
    result.acquires = made.acquires;
    result.empties = made.empties;
    result.releases = made.releases;
    result.misuse = made.misuse;
    return result;
  }
  static move<state> looks(const state& now) {
    auto made = of_context(now, machine::look(now.context, 0));
    if (made.result == machine::no) return goes_on(made, F::looks_at | looked);
    made.result = 0;
    return F::if_done == ends ? made : goes_on(made, F::if_done | looked);
  }
};

struct mutex_by_context {
  using base = mutex_calls;
  using platform = heddle::platform;
  static constexpr std::string_view name = "mutex, by context";
  static constexpr std::array<std::string_view, 5> calls = {"lock", "lock_by", "try_lock_for",
                                                            "unlock", "cancel"};
  static constexpr std::array<call_kind, 4> kinds = {
      call_kind{base::lock}, {base::try_lock_for, true}, {base::try_lock_for}, {base::unlock}};
  static constexpr unsigned looks_at = 0, if_done = ends;
  static bool perform(base::object& with, const heddle::context& by, unsigned) {
    return with.it.lock(by);
  }
};

struct rw_mutex_by_context {
  using base = rw_mutex_calls;
  using platform = heddle::platform;
  static constexpr std::string_view name = "rw_mutex, by context";
  static constexpr std::array<std::string_view, 8> calls = {
      "lock",   "lock_by",       "try_lock_for", "lock_shared_by", "try_lock_shared_for",
      "unlock", "unlock_shared", "cancel"};
  static constexpr std::array<call_kind, 7> kinds = {
      call_kind{base::lock},       {base::try_lock_for, true},
      {base::try_lock_for},        {base::try_lock_shared_for, true},
      {base::try_lock_shared_for}, {base::unlock},
      {base::unlock_shared}};
  static constexpr unsigned looks_at = 0, if_done = ends;
  static bool perform(base::object& with, const heddle::context& by, unsigned what) {
    return what == base::try_lock_for ? with.it.lock(by) : with.it.lock_shared(by);
  }
};

struct wait_group_by_context {
  using base = wait_group_calls;
  using platform = heddle::platform;
  static constexpr std::string_view name = "wait_group, by context";
  static constexpr std::array<std::string_view, 5> calls = {"done", "wait", "wait_by", "wait_for",
                                                            "cancel"};
  static constexpr std::array<call_kind, 4> kinds = {
      call_kind{base::done}, {base::wait}, {base::wait_for, true}, {base::wait_for}};
  static constexpr unsigned looks_at = 0, if_done = ends;
  static bool perform(base::object& with, const heddle::context& by, unsigned) {
    return with.it.wait(by);
  }
};

struct cond_by_context {
  using base = cond_calls;
  using platform = heddle::platform;
  static constexpr std::string_view name = "cond, by context";
  static constexpr std::array<std::string_view, 5> calls = {"wait", "wait_by", "signal",
                                                            "broadcast", "cancel"};
  static constexpr std::array<call_kind, 4> kinds = {
      call_kind{base::wait}, {base::wait_for, true}, {base::signal}, {base::broadcast}};
  /// With the mutex locked.
  static constexpr unsigned looks_at = base::enqueues, if_done = base::leaves_late;
  static bool perform(base::object& with, const heddle::context& by, unsigned) {
    with.lock.lock();
    const bool signalled = with.it.wait(with.lock, by);
    with.lock.unlock();
    return signalled;
  }
};

struct semaphore_by_context {
  using base = semaphore_calls;
  using platform = heddle::platform;
  static constexpr std::string_view name = "semaphore, by context";
  static constexpr std::array<std::string_view, 5> calls = {"acquire", "acquire_by",
                                                            "acquire_two_by", "release", "cancel"};
  static constexpr std::array<call_kind, 4> kinds = {call_kind{base::acquire},
                                                     {base::try_acquire_for, true},
                                                     {base::try_acquire_two_for, true},
                                                     {base::release}};
  static constexpr unsigned looks_at = 0, if_done = ends;
  static bool perform(base::object& with, const heddle::context& by, unsigned what) {
    return with.it.acquire(by, base::number_of(what));
  }
};

/// Of the parking lot itself, which does not look first.
struct parking_lot_by_context {
  using base = parking_lot_calls;
  using platform = fine_platform;
  static constexpr std::string_view name = "parking_lot, by context";
  static constexpr std::array<std::string_view, 6> calls = {"acquire", "acquire_by", "release",
                                                            "park",    "move",       "cancel"};
  static constexpr std::array<call_kind, 5> kinds = {call_kind{base::acquire},
                                                     {base::acquire_for, true},
                                                     {base::release},
                                                     {base::park},
                                                     {base::move}};
  static constexpr unsigned looks_at = never_looks, if_done = ends;
  static bool perform(base::object& with, const basic_context<platform>& by, unsigned) {
    return with.take(detail::queue_end::back, by.limit(), location::here());
  }
};

}  // namespace heddle::refinement
