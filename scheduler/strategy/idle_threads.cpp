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

inline std::uint32_t idle_threads::cycle::come_to(const thread_view& here,
                                                  std::uint32_t changes_now) noexcept {
  if (window == 0 || changes != changes_now) {
    anchor.be_that_of(here);
    changes = changes_now;
    age = 0;
    window = visits = 1;
  } else if (anchor.is_that_of(here)) {
    age = 0;
    ++visits;
  } else if (++age == window) {
    anchor.be_that_of(here);
    age = 0;
    window *= 2;
    visits = 1;
  }
  return visits;
}

bool idle_threads::has_failed(unsigned thread, std::uint32_t changed) noexcept {
  if (!tries_) return tired_;
  thread_loops& of = all_[thread];
  const bool again = of.failure == tried_;
  if (changed == 0) {
    of.failure = tried_;
  } else if (again) {
    of.failure = {};
  }
  return tired_ || (again && changed == 0);
}

bool idle_threads::steps(unsigned thread) noexcept {
  const thread_view& next = view_->threads[thread];
  if (next.next == op_kind::yield || next.next == op_kind::spin) return true;
  thread_loops& of = all_[thread];
  latest_ = thread;
  changes_before_ = view_->changes;
  tries_ = next.may_fail;
  if (tries_) tried_.be_that_of(next);
  tired_ = of.works.come_to(next, view_->changes - of.own_changes) >= of.most_rounds;
  if (tired_) {
    of.most_rounds *= 2;
    of.works.window = 0;
  }
  if (!looks(next.next)) {
    of.waits.window = 0;
    return false;
  }
  return of.waits.come_to(next, view_->changes) >= most_visits;
}

}  // namespace heddle::detail
