// Who may go on: threads that yield let others run, and those that spin wait for a write.
#include <algorithm>
#include <bit>

#include <heddle/scheduler/engine.hpp>

namespace heddle {

namespace {

// Whether a spinner has reason to look again.
constexpr bool writes(op_kind kind) noexcept {
  switch (kind) {
    case op_kind::load:
    case op_kind::store:
    case op_kind::rmw:
    case op_kind::compare_exchange:  // these three tell themselves: note_write
    case op_kind::plain_read:
    case op_kind::yield:
    case op_kind::spin:
    case op_kind::expired:
    case op_kind::random:
    case op_kind::live_threads:
    case op_kind::fence:
      return false;
    default:
      return true;
  }
}

}  // namespace

thread_set engine::enabled() const noexcept {
  if (watched_) return ready_;
  const thread_set awake = ready_ & ~spinning_;
  thread_set fair = awake;
  for (thread_set left = awake & yielders_; left != 0; left &= left - 1) {
    const auto t = static_cast<std::uint32_t>(std::countr_zero(left));
    if ((threads_[t].behind & awake) != 0) fair &= ~bit(t);
  }
  return fair | timed_;
}

// A thread that yields twice goes behind those who could have run meanwhile and did not, or else
// two that yield in turn would keep a third from ever running.
//
// Musuvathi, Qadeer: Fair stateless model checking, PLDI 2008.  Differs in one thing: those whom
// the yielding thread itself has put to sleep are not counted.
void engine::note_yielding(bool yields) noexcept {
  yielded_ = 0;
  for (thread_set left = yielders_; left != 0; left &= left - 1) {
    thread_state& t = threads_[static_cast<std::uint32_t>(std::countr_zero(left))];
    t.behind &= ~bit(current_);
    t.could_run &= ready_ & ~spinning_;
    t.have_run |= bit(current_);
  }
  if (!yields) return;
  thread_state& me = self();
  if ((yielders_ & bit(current_)) != 0) me.behind |= me.could_run & ~me.have_run;
  me.could_run = ready_ & ~spinning_ & ~bit(current_);
  me.have_run = 0;
  yielders_ |= bit(current_);
  yielded_ = bit(current_);
}

// A spinner waits for another thread's write; not if there was one since it began to look, which
// is when it last went on after a spin, for it may have looked too early.  Nor if it has looked at
// the clock.
void engine::note_spinning(const operation& op) {
  thread_state& me = self();
  const std::uint32_t others = writes_ - me.writes;
  const bool spins = op.kind == op_kind::spin || (probing_ && op.kind == op_kind::yield);
  if (spins) {
    if (me.seen_writes == others) spinning_ |= bit(current_);
  } else if (me.spun) {
    me.seen_writes = others;
  }
  me.spun = spins;
  if (op.kind == op_kind::expired) --me.seen_writes;
  if (writes(op.kind)) note_write();
}

// Something is not as it was, and the loop of a spinner may end.  To write what is there already
// changes nothing: two who spin for a lock by exchange(true) would keep each other running.
void engine::note_write() noexcept {
  spinning_ = 0;
  idle_rounds_ = 0;
  ++writes_;
  ++self().writes;
}

// Nobody is left to write.  A loop that counts its rounds ends all the same, so the spinners go on
// one after the other, and are taken to be stuck after a number of rounds.
bool engine::release_spinner() {
  const std::uint32_t most = probing_ || !watched_ ? 1000 : 16;
  const thread_set spinners = ready_ & spinning_;
  if (spinners == 0 || idle_rounds_ == most) return false;
  ++idle_rounds_;
  do {
    idle_turn_ = (idle_turn_ + 1) % count_;
  } while ((spinners & bit(idle_turn_)) == 0);
  spinning_ &= ~bit(idle_turn_);
  return true;
}

}  // namespace heddle
