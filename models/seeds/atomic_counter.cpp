// A counter that is one atomic variable.
#include <heddle/checker/model.hpp>
#include <heddle/scheduler/execution.hpp>
#include <heddle/sync/atomic.hpp>
#include <heddle/sync/thread.hpp>

namespace heddle::seeds {

namespace {

class atomic_counter {
 public:
  void increment() { count_.fetch_add(1); }
  // Broken: two steps, each of them indivisible, are not one.  An increment of another thread
  // between the two is overwritten.
  void increment_in_two_steps() {
    const int old = count_.load();
    count_.store(old + 1);
  }
  [[nodiscard]] int get() const { return count_.load(); }

 private:
  atomic<int> count_{0, "count"};
};

const model_registration repaired{{
    .name = "seeds/atomic_counter",
    .body =
        [] {
          atomic_counter counter;
          thread other([&] { counter.increment(); });
          counter.increment();
          other.join();
          expect(counter.get() == 2, "both increments count");
        },
    .summary = "fetch_add is one step",
}};

const model_registration load_and_store{{
    .name = "seeds/atomic_counter_load_and_store",
    .expected = finding_kind::assertion,
    .body =
        [] {
          atomic_counter counter;
          thread other([&] { counter.increment_in_two_steps(); });
          counter.increment_in_two_steps();
          other.join();
          expect(counter.get() == 2, "both increments count");
        },
    .summary = "a load and a store lose an update",
}};

}  // namespace

}  // namespace heddle::seeds
