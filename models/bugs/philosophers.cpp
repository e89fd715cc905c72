// Three philosophers who eat one at a time, and count who has eaten (SCTBench, din_phil3_sat).
#include <array>
#include <cstddef>

#include <heddle/checker/model.hpp>
#include <heddle/models/bugs/words.hpp>
#include <heddle/scheduler/execution.hpp>
#include <heddle/sync/guards.hpp>
#include <heddle/sync/mutex.hpp>
#include <heddle/sync/shared.hpp>
#include <heddle/sync/thread.hpp>

namespace heddle::bugs {

namespace {

constexpr std::size_t seats = 3;

// With this lock around it the circle of forks cannot deadlock.
class table {
 public:
  void eat(std::size_t seat) {
    const lock_guard one_at_a_time(lock_);
    const lock_guard right(forks_[(seat + 1) % seats]);
    const lock_guard left(forks_[seat]);
  }

 private:
  mutex lock_{"table"};
  std::array<mutex, seats> forks_{mutex("fork 0"), mutex("fork 1"), mutex("fork 2")};
};

template <class Count>
void run(Count count) {
  table dinner;
  std::array<thread, seats> threads;
  for (std::size_t i = 0; i < seats; ++i) {
    threads[i] = thread([&, i] {
      dinner.eat(i);
      count();
    });
  }
  for (thread& each : threads) each.join();
}

// Broken: the count is not locked, and that all have eaten is taken for an error.
template <class Word>
void run_without_lock() {
  Word eaten{0, "eaten"};
  run([&] {
    eaten.set(eaten.get() + 1);
    expect(eaten.get() != static_cast<int>(seats), "not all have eaten");
  });
}

const model_registration repaired{{
    .name = "bugs/din_phil3_sat",
    .body =
        [] {
          mutex lock("count");
          shared<int> eaten{0, "eaten"};
          run([&] {
            const lock_guard guard(lock);
            eaten.set(eaten.get() + 1);
            expect(eaten.get() <= static_cast<int>(seats), "nobody eats twice");
          });
        },
    .summary = "the count is locked, and may come to all",
    .complaint = not_exhaustive,
}};

const model_registration race{{
    .name = "bugs/din_phil3_sat_race",
    .expected = finding_kind::data_race,
    .body = run_without_lock<shared<int>>,
    .summary = "those who have eaten count themselves outside every lock",
}};

const model_registration all_have_eaten{{
    .name = "bugs/din_phil3_sat_all_have_eaten",
    .expected = finding_kind::assertion,
    .body = run_without_lock<relaxed_int>,
    .summary = "the count comes to all, which was not expected",
}};

}  // namespace

}  // namespace heddle::bugs
