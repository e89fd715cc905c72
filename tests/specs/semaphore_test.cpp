// The machine of semaphore against the rules: permits are neither made nor lost, the line is served
// strictly in order, and an acquire knows of the releases whose permits it has.
#include <heddle/models/specs/semaphore.hpp>

#include <algorithm>
#include <deque>

#include <heddle/tests/specs/history.hpp>

namespace {

using heddle::specs::semaphore;
using spec_tests::says;

constexpr unsigned never_released = ~0U;

// Permits as things: each knows the release that has put it there.
struct reference {
  struct waiter {
    unsigned thread;
    std::uint32_t number;
    bool served;
    std::vector<unsigned> releases;
  };
  std::uint32_t size;
  std::deque<unsigned> row;
  std::vector<waiter> line;

  explicit reference(std::uint32_t permits) : size(permits), row(permits, never_released) {}

  auto place_of(unsigned thread) {
    return std::find_if(line.begin(), line.end(),
                        [=](const waiter& each) { return each.thread == thread; });
  }
  bool somebody_waits() const {
    return std::any_of(line.begin(), line.end(), [](const waiter& each) { return !each.served; });
  }
  std::vector<unsigned> take(std::uint32_t number) {
    std::vector<unsigned> releases;
    for (; number != 0; --number) {
      if (row.front() != never_released) releases.push_back(row.front());
      row.pop_front();
    }
    return releases;
  }
  void serve() {
    for (waiter& each : line) {
      if (each.served) continue;
      if (each.number > row.size()) return;
      each.releases = take(each.number);
      each.served = true;
    }
  }
};

class run {
 public:
  explicit run(std::uint32_t size) : known_(size), now_(semaphore::initial(size)) {}

  void step(unsigned thread, unsigned what) {
    const auto number = static_cast<std::uint32_t>(what / 8 % (known_.size + 2));
    if (known_.place_of(thread) != known_.line.end()) {
      consume(thread, what % 2);
    } else if (what % 8 < 3) {
      acquire(thread, number);
    } else if (what % 8 < 4) {
      try_acquire(thread, number);
    } else {
      release(thread, number);
    }
    RC_ASSERT(now_.free() == known_.row.size());
  }

 private:
  void acquire(unsigned thread, std::uint32_t number) {
    const auto answer = semaphore::acquire(now_, thread, number, known_.size);
    RC_ASSERT(!answer.blocks);
    if (!known_.somebody_waits() && number <= known_.row.size()) {
      RC_ASSERT(answer.result == semaphore::taken);
      knows_.perform(thread, answer, known_.take(number));
    } else if (number > known_.size) {
      RC_ASSERT(answer.result == semaphore::hopeless);
      RC_ASSERT(answer.next == now_);
      RC_ASSERT(semaphore::wait_alone(answer.next).blocks);
      RC_ASSERT(semaphore::wait_alone(answer.next, 1).result == semaphore::failed);
      RC_ASSERT(semaphore::wait_alone(answer.next, 1).next == now_);
      knows_.perform(thread, answer, {});
    } else {
      RC_ASSERT(answer.result == semaphore::queued);
      knows_.perform(thread, answer, {});
      known_.line.push_back({thread, number, false, {}});
    }
    now_ = answer.next;
  }

  void try_acquire(unsigned thread, std::uint32_t number) {
    const auto answer = semaphore::try_acquire(now_, number);
    const bool takes = !known_.somebody_waits() && number <= known_.row.size();
    RC_ASSERT(!answer.blocks);
    RC_ASSERT((answer.result == semaphore::taken) == takes);
    knows_.perform(thread, answer, takes ? known_.take(number) : std::vector<unsigned>{});
    if (!takes) RC_ASSERT(answer.next == now_);
    now_ = answer.next;
  }

  void consume(unsigned thread, unsigned option) {
    const auto self = known_.place_of(thread);
    const auto answer = semaphore::consume(now_, thread, option);
    RC_ASSERT(answer.blocks == (!self->served && option == 0));
    if (answer.blocks) return;
    RC_ASSERT((answer.result == semaphore::taken) == self->served);
    knows_.perform(thread, answer, self->releases);
    known_.line.erase(self);
    known_.serve();
    now_ = answer.next;
  }

  void release(unsigned thread, std::uint32_t number) {
    const auto answer = semaphore::release(now_, number, known_.size);
    RC_ASSERT(!answer.blocks);
    if (number > known_.size - known_.row.size()) {
      RC_ASSERT(says(answer.misuse, "semaphore released more than held"));
      return;
    }
    RC_ASSERT(answer.misuse == nullptr);
    const unsigned made = knows_.perform(thread, answer, {});
    for (; number != 0; --number) known_.row.push_back(made);
    known_.serve();
    now_ = answer.next;
  }

  reference known_;
  spec_tests::knowledge knows_;
  semaphore::state now_;
};

}  // namespace

BOOST_AUTO_TEST_SUITE(semaphore_machine)

// With few permits there is a clock for each release that somebody may still hear of.
BOOST_AUTO_TEST_CASE(histories_keep_the_rules) {
  for (const std::uint32_t size : {0U, 1U, 2U, 3U}) {
    spec_tests::check("semaphore", [=](const std::vector<spec_tests::move>& history) {
      run it(size);
      for (const auto& each : history) it.step(each.thread % spec_tests::threads, each.what);
    });
  }
}

BOOST_AUTO_TEST_CASE(a_small_request_does_not_overtake_a_large_one) {
  semaphore::state now = semaphore::acquire(semaphore::initial(2), 1, 1, 2).next;
  now = semaphore::acquire(now, 2, 2, 2).next;
  BOOST_TEST(semaphore::try_acquire(now, 1).result == semaphore::failed);
  now = semaphore::acquire(now, 3, 1, 2).next;
  BOOST_TEST(semaphore::consume(now, 3).blocks);
  // The large one gives up, and the small one is served by that.
  now = semaphore::consume(now, 2, 1).next;
  BOOST_TEST(semaphore::consume(now, 3).result == semaphore::taken);
}

// More releases than clocks: edges may be too many, never too few.
BOOST_AUTO_TEST_CASE(releases_beyond_the_clocks_share_the_last) {
  constexpr std::uint32_t size = 40;
  semaphore::state now = semaphore::try_acquire(semaphore::initial(size), size).next;
  unsigned all = 0;
  for (std::uint32_t i = 0; i < size; ++i) {
    const semaphore::answer answer = semaphore::release(now, 1, size);
    BOOST_TEST(answer.releases == 1U << std::min(i, 15U));
    all |= answer.releases;
    now = answer.next;
  }
  for (std::uint32_t i = 0; i < size; ++i) {
    const semaphore::answer answer = semaphore::try_acquire(now, 1);
    BOOST_TEST(answer.result == semaphore::taken);
    BOOST_TEST(answer.acquires == 1U << std::min(i, 15U));
    BOOST_TEST(answer.empties == (i < 15 || i == size - 1 ? answer.acquires : 0U));
    now = answer.next;
  }
  BOOST_TEST(all == 0xFFFFU);
  BOOST_TEST((now == semaphore::initial(0)));
}

BOOST_AUTO_TEST_SUITE_END()
