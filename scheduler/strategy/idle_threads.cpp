// Which threads only wait, as far as can be told from what they announce.
#include <heddle/scheduler/strategy/sampler.hpp>

namespace heddle::detail {

namespace {

// How often a thread may come to one operation while nothing changes.
constexpr std::uint32_t most_visits = 3;

// Those that a loop may repeat until they show something else.  The others change something.
constexpr bool looks(op_kind kind) noexcept {
  switch (kind) {
    case op_kind::load:
    case op_kind::rmw:
    case op_kind::compare_exchange:
    case op_kind::plain_read:
    case op_kind::machine:
    case op_kind::live_threads:
      return true;
    default:
      return false;
  }
}

}  // namespace

std::optional<unsigned> idle_threads::failed() noexcept {
  const unsigned thread = latest_;
  if (thread == max_threads) return std::nullopt;
  latest_ = max_threads;
  place& failure = all_[thread].failure;
  const bool again = failure == tried_;
  if (view_->changes == changes_before_) {
    failure = tried_;
    return again ? std::optional(thread) : std::nullopt;
  }
  if (again) failure = {};
  return std::nullopt;
}

// The anchor moves after 1, 2, 4, ... steps, so that it comes to lie on any loop (Brent's way of
// finding a cycle).
bool idle_threads::steps(unsigned thread) noexcept {
  const thread_view& next = view_->threads[thread];
  if (next.next == op_kind::yield || next.next == op_kind::spin) return true;
  loop& of = all_[thread];
  if (!looks(next.next)) {
    of.window = 0;
    return false;
  }
  const place here = place_of(next);
  if (next.may_fail) {
    latest_ = thread;
    tried_ = here;
    changes_before_ = view_->changes;
  }
  if (of.window == 0 || of.changes != view_->changes) {
    of.anchor = here;
    of.changes = view_->changes;
    of.age = 0;
    of.window = of.visits = 1;
    return false;
  }
  if (here == of.anchor) {
    of.age = 0;
    return ++of.visits >= most_visits;
  }
  if (++of.age == of.window) {
    of.anchor = here;
    of.age = 0;
    of.window *= 2;
    of.visits = 1;
  }
  return false;
}

}  // namespace heddle::detail
