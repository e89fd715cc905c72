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

std::uint32_t idle_threads::cycle::come_to(const place& here, std::uint32_t changes_now) noexcept {
  if (window == 0 || changes != changes_now) {
    anchor = here;
    changes = changes_now;
    age = 0;
    window = visits = 1;
  } else if (here == anchor) {
    age = 0;
    ++visits;
  } else if (++age == window) {
    anchor = here;
    age = 0;
    window *= 2;
    visits = 1;
  }
  return visits;
}

std::optional<unsigned> idle_threads::failed() noexcept {
  const unsigned thread = latest_;
  if (thread == max_threads) return std::nullopt;
  latest_ = max_threads;
  thread_loops& of = all_[thread];
  const std::uint32_t changed = view_->changes - changes_before_;
  of.own_changes += changed;
  bool idle = tired_;
  if (tries_) {
    const bool again = of.failure == tried_;
    idle |= again && changed == 0;
    if (changed == 0) {
      of.failure = tried_;
    } else if (again) {
      of.failure = {};
    }
  }
  return idle ? std::optional(thread) : std::nullopt;
}

bool idle_threads::steps(unsigned thread) noexcept {
  const thread_view& next = view_->threads[thread];
  if (next.next == op_kind::yield || next.next == op_kind::spin) return true;
  thread_loops& of = all_[thread];
  const place here = place_of(next);
  latest_ = thread;
  changes_before_ = view_->changes;
  tries_ = next.may_fail;
  tried_ = here;
  tired_ = of.works.come_to(here, view_->changes - of.own_changes) >= of.most_rounds;
  if (tired_) {
    of.most_rounds *= 2;
    of.works.window = 0;
  }
  if (!looks(next.next)) {
    of.waits.window = 0;
    return false;
  }
  return of.waits.come_to(here, view_->changes) >= most_visits;
}

}  // namespace heddle::detail
