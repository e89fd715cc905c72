// The machine of rw_mutex against the rules: one writer or readers; a writer that waits keeps later
// readers out; those who came while a writer held the lock go before the next one.
#include <heddle/models/specs/rw_mutex.hpp>

#include <algorithm>

#include <heddle/tests/specs/history.hpp>

namespace {

using heddle::specs::rw_mutex;
using spec_tests::says;

// Where each thread is; `admitted` readers hold the lock though they have not gone on.
// A `limited` writer waits and may give up.
enum class place { idle, draining, limited, writing, queued, admitted, reading };

class run {
 public:
  void step(unsigned thread, unsigned what) {
    switch (places_.at(thread)) {
      case place::idle:
        return begin(thread, what % 9);
      case place::draining:
        return drain(thread);
      case place::limited:
        return enter_limited(thread, what % 3 == 0);
      case place::writing:
        RC_ASSERT(rw_mutex::assert_held(now_).misuse == nullptr);
        return what % 3 == 0 ? downgrade(thread) : unlock(thread);
      case place::queued:
      case place::admitted:
        return enter(thread, what % 3 == 0);
      case place::reading:
        return unlock_shared(thread);
    }
  }

  void require_exclusion() const {
    const unsigned readers = number_of(place::reading) + number_of(place::admitted);
    RC_ASSERT(number_of(place::writing) <= 1U);
    RC_ASSERT(number_of(place::writing) == 0 || readers == 0);
    RC_ASSERT(number_of(place::draining) + number_of(place::writing) <= 1U);
  }

 private:
  unsigned number_of(place what) const {
    return static_cast<unsigned>(std::count(places_.begin(), places_.end(), what));
  }
  bool closed() const { return number_of(place::writing) + number_of(place::draining) != 0; }
  bool closed_to_readers() const { return closed() || number_of(place::limited) != 0; }
  unsigned active() const { return number_of(place::reading) + number_of(place::admitted); }

  void begin(unsigned thread, unsigned what) {
    if (what < 2) return lock(thread);
    if (what == 2) return try_lock(thread);
    if (what < 5) return lock_shared(thread);
    if (what == 5) return try_lock_shared(thread);
    if (what == 8) return lock_limited(thread);
    // Not the holder: allowed if anybody holds the lock so, misuse if not.
    if (what == 6) {
      if (number_of(place::writing) != 0) return;
      RC_ASSERT(says(rw_mutex::unlock(now_).misuse, "unlock of unlocked rw_mutex"));
      RC_ASSERT(says(rw_mutex::downgrade(now_).misuse, "downgrade of unlocked rw_mutex"));
      RC_ASSERT(says(rw_mutex::assert_held(now_).misuse, "rw_mutex is not held by a writer"));
      RC_ASSERT((rw_mutex::assert_held_shared(now_).misuse == nullptr) == (active() != 0));
    } else if (active() == 0) {
      RC_ASSERT(says(rw_mutex::unlock_shared(now_).misuse, "unlock_shared of unlocked rw_mutex"));
    }
  }

  unsigned perform(unsigned thread, const rw_mutex::answer& answer,
                   const std::vector<unsigned>& promised, place to) {
    RC_ASSERT(!answer.blocks);
    RC_ASSERT(answer.misuse == nullptr);
    places_.at(thread) = to;
    now_ = answer.next;
    return knows_.perform(thread, answer, promised);
  }

  std::vector<unsigned> everything() const {
    std::vector<unsigned> all = written_;
    all.insert(all.end(), read_.begin(), read_.end());
    return all;
  }

  void lock(unsigned thread) {
    const rw_mutex::answer answer = rw_mutex::lock(now_);
    RC_ASSERT(answer.blocks == closed());
    if (answer.blocks) return;
    if (active() != 0) {
      RC_ASSERT(answer.result == rw_mutex::waits);
      perform(thread, answer, {}, place::draining);
    } else {
      RC_ASSERT(answer.result == rw_mutex::taken);
      perform(thread, answer, everything(), place::writing);
    }
  }

  void drain(unsigned thread) {
    const rw_mutex::answer answer = rw_mutex::drain(now_);
    RC_ASSERT(answer.blocks == (active() != 0));
    if (!answer.blocks) perform(thread, answer, everything(), place::writing);
  }

  void try_lock(unsigned thread) {
    const rw_mutex::answer answer = rw_mutex::try_lock(now_);
    const bool takes = !closed() && active() == 0;
    RC_ASSERT((answer.result == rw_mutex::taken) == takes);
    if (!takes) RC_ASSERT(answer.next == now_);
    perform(thread, answer, takes ? everything() : std::vector<unsigned>{},
            takes ? place::writing : place::idle);
  }

  void lock_shared(unsigned thread) {
    const rw_mutex::answer answer = rw_mutex::lock_shared(now_);
    const bool takes = !closed_to_readers();
    RC_ASSERT((answer.result == rw_mutex::taken) == takes);
    turns_.at(thread) = answer.result - rw_mutex::queued_first;
    perform(thread, answer, takes ? written_ : std::vector<unsigned>{},
            takes ? place::reading : place::queued);
  }

  void lock_limited(unsigned thread) {
    const rw_mutex::answer answer = rw_mutex::lock_limited(now_);
    const bool takes = !closed() && active() == 0;
    RC_ASSERT((answer.result == rw_mutex::taken) == takes);
    perform(thread, answer, takes ? everything() : std::vector<unsigned>{},
            takes ? place::writing : place::limited);
  }

  void enter_limited(unsigned thread, bool gives_up) {
    const unsigned option = gives_up ? heddle::specs::give_up : 0;
    const rw_mutex::answer answer = rw_mutex::enter_limited(now_, option);
    const bool takes = !closed() && active() == 0;
    RC_ASSERT(answer.blocks == (!takes && !gives_up));
    if (answer.blocks) return;
    const bool was_closed = closed();
    perform(thread, answer, takes ? everything() : std::vector<unsigned>{},
            takes ? place::writing : place::idle);
    if (!takes && !was_closed) admit();
  }

  void enter(unsigned thread, bool gives_up) {
    const unsigned option = gives_up ? heddle::specs::give_up : 0;
    const auto turn = static_cast<std::uint32_t>(turns_.at(thread));
    const rw_mutex::answer answer = rw_mutex::enter(now_, turn, option);
    const bool waits = places_.at(thread) == place::queued;
    RC_ASSERT(answer.blocks == (waits && !gives_up));
    if (answer.blocks) return;
    perform(thread, answer, waits ? std::vector<unsigned>{} : written_,
            waits ? place::idle : place::reading);
  }

  void try_lock_shared(unsigned thread) {
    const rw_mutex::answer answer = rw_mutex::try_lock_shared(now_);
    const bool takes = !closed_to_readers();
    RC_ASSERT((answer.result == rw_mutex::taken) == takes);
    if (!takes) RC_ASSERT(answer.next == now_);
    perform(thread, answer, takes ? written_ : std::vector<unsigned>{},
            takes ? place::reading : place::idle);
  }

  void admit() {
    for (place& each : places_) {
      if (each == place::queued) each = place::admitted;
    }
  }

  void unlock(unsigned thread) {
    written_.push_back(perform(thread, rw_mutex::unlock(now_), {}, place::idle));
    admit();
  }

  void downgrade(unsigned thread) {
    written_.push_back(perform(thread, rw_mutex::downgrade(now_), {}, place::reading));
    admit();
  }

  void unlock_shared(unsigned thread) {
    read_.push_back(perform(thread, rw_mutex::unlock_shared(now_), {}, place::idle));
  }

  rw_mutex::state now_;
  std::array<place, spec_tests::threads> places_{};
  std::array<std::uint64_t, spec_tests::threads> turns_{};
  std::vector<unsigned> written_, read_;
  spec_tests::knowledge knows_;
};

}  // namespace

BOOST_AUTO_TEST_SUITE(rw_mutex_machine)

BOOST_AUTO_TEST_CASE(histories_keep_the_rules) {
  spec_tests::check("rw_mutex", [](const std::vector<spec_tests::move>& history) {
    run it;
    for (const auto& each : history) {
      it.step(each.thread % spec_tests::threads, each.what);
      it.require_exclusion();
    }
  });
}

BOOST_AUTO_TEST_CASE(a_reader_that_locks_again_behind_a_writer_waits_for_ever) {
  rw_mutex::state now = rw_mutex::lock_shared({}).next;
  const rw_mutex::answer writer = rw_mutex::lock(now);
  BOOST_TEST(writer.result == rw_mutex::waits);
  const rw_mutex::answer again = rw_mutex::lock_shared(writer.next);
  BOOST_TEST(again.result == rw_mutex::queued_first);
  now = again.next;
  BOOST_TEST(rw_mutex::enter(now, 0).blocks);
  BOOST_TEST(rw_mutex::drain(now).blocks);
  BOOST_TEST(rw_mutex::lock(now).blocks);
}

BOOST_AUTO_TEST_SUITE_END()
