// The locks: additions under them, by all the ways to get them, are all there in the end.
#include <heddle/tests/stress/torture.hpp>

#include <atomic>
#include <memory>
#include <type_traits>

#include <heddle/sync/asymmetric_mutex.hpp>
#include <heddle/sync/context.hpp>
#include <heddle/sync/guards.hpp>
#include <heddle/sync/mutex.hpp>
#include <heddle/sync/ordered.hpp>
#include <heddle/sync/rw_mutex.hpp>
#include <heddle/sync/scalable_rw_mutex.hpp>
#include <heddle/sync/thread.hpp>

namespace stress {

namespace {

constexpr unsigned threads = 4;
constexpr unsigned turns = 1000;

template <class L>
constexpr bool may_give_up = requires(L& lock) {
  lock.try_lock_for(heddle::duration{});
};
template <class L>
constexpr bool takes_context = requires(L& lock) {
  lock.lock(heddle::background());
};
template <class L>
constexpr bool is_shared = requires(L& lock) {
  lock.lock_shared();
};

/// Locks in one of the ways; false if it gave up.
template <class L>
bool lock_somehow(L& lock, const heddle::context& ctx, dice& own) {
  const auto way = own.below(8);
  if (way == 0) return lock.try_lock();
  if constexpr (may_give_up<L>) {
    if (way == 1) return lock.try_lock_for(own.moment());
  }
  if constexpr (takes_context<L>) {
    if (way == 2) return lock.lock(ctx);
  }
  lock.lock();
  return true;
}
template <class L>
bool lock_shared_somehow(L& lock, const heddle::context& ctx, dice& own) {
  const auto way = own.below(8);
  if (way == 0) return lock.try_lock_shared();
  if (way == 1) return lock.try_lock_shared_for(own.moment());
  if (way == 2) return lock.lock_shared(ctx);
  lock.lock_shared();
  return true;
}

/// Whoever is the last to have used it destroys it, at once.
template <class L>
struct object {
  L lock;
  std::uint64_t value = 0;
  std::uint64_t copy = 0;
  unsigned owners = threads;
};

template <class L>
void use_shared(object<L>& what, const heddle::context& ctx, dice& own) {
  if constexpr (is_shared<L>) {
    if (!lock_shared_somehow(what.lock, ctx, own)) return;
    const std::uint64_t before = what.value;
    for (auto i = own.below(64); i != 0; --i) heddle::spin_hint();
    require_equal(what.copy, before, "a reader sees half a write");
    what.lock.unlock_shared();
  }
}

// Threads live for one round.  A context is cancelled in the middle of each.  In some rounds hardly
// anything is written, so that what goes by the share of the readers comes up.
template <class L>
void add_under(const round& now) {
  auto* const what = new object<L>;
  auto ctx = heddle::with_cancel();
  std::atomic<std::uint64_t> added{0};
  std::atomic<std::uint64_t> sum{0};
  const std::uint32_t reads_to_a_write = 1U << (now.seed() % 4 * 3);
  crew(threads, now, [&](unsigned thread, dice& own) {
    for (unsigned turn = 0; turn < turns; ++turn) {
      if (thread == 0 && turn == turns / 2) ctx.cancel();
      if (is_shared<L> && own.below(1 + reads_to_a_write) != 0) {
        use_shared(*what, ctx, own);
        continue;
      }
      if (!lock_somehow(what->lock, ctx, own)) continue;
      ++what->value;
      for (auto i = own.below(16); i != 0; --i) heddle::spin_hint();
      ++what->copy;
      added.fetch_add(1, std::memory_order_relaxed);
      what->lock.unlock();
    }
    what->lock.lock();
    const bool last = --what->owners == 0;
    if (last) sum = what->value;
    what->lock.unlock();
    if (last) delete what;
  });
  require_equal(sum, added, "additions under a lock");
}

// An asymmetric_mutex must outlive each unlock.
void add_under_asymmetric(const round& now) {
  heddle::asymmetric_mutex lock;
  std::uint64_t value = 0;
  std::atomic<std::uint64_t> added{0};
  crew(threads, now, [&](unsigned, dice& own) {
    for (unsigned turn = 0; turn < turns; ++turn) {
      if (own.below(8) != 0) {
        lock.lock();
      } else if (!lock.try_lock()) {
        continue;
      }
      ++value;
      added.fetch_add(1, std::memory_order_relaxed);
      lock.unlock();
    }
  });
  require_equal(value, added, "additions under an asymmetric_mutex");
}

void move_between(const round& now) {
  heddle::mutex a;
  heddle::rw_mutex b;
  heddle::scalable_rw_mutex c;
  std::int64_t of_a = 0, of_b = 0, of_c = 0;
  crew(threads, now, [&](unsigned, dice& own) {
    for (unsigned turn = 0; turn < turns; ++turn) {
      const auto way = own.below(4);
      if (way == 0) {
        const heddle::scoped_lock hold(a, b);
        --of_a, ++of_b;
      } else if (way == 1) {
        const heddle::scoped_lock hold(c, a);
        --of_c, ++of_a;
      } else if (way == 2) {
        const heddle::scoped_lock hold(c, b, a);
        --of_b, ++of_c;
      } else {
        const heddle::lock_guard outer(c);  // by hand, in one order
        const heddle::lock_guard inner(b);
        --of_c, ++of_b;
      }
    }
  });
  require_equal(static_cast<std::uint64_t>(of_a + of_b + of_c), 0, "what was moved");
}

const bool added = [] {
  add({"mutex", add_under<heddle::mutex>});
  add({"asymmetric_mutex", add_under_asymmetric});
  add({"rw_mutex", add_under<heddle::rw_mutex>});
  add({"scalable_rw_mutex", add_under<heddle::scalable_rw_mutex>});
  add({"ordered", add_under<heddle::ordered<heddle::mutex, true>>});
  add({"scoped_lock", move_between});
  return true;
}();

}  // namespace

}  // namespace stress
