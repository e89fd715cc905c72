// A counter behind a mutex, which is a base class in one form and a member in the other.
#include <heddle/checker/model.hpp>
#include <heddle/scheduler/execution.hpp>
#include <heddle/sync/guards.hpp>
#include <heddle/sync/mutex.hpp>
#include <heddle/sync/shared.hpp>
#include <heddle/sync/thread.hpp>

namespace heddle::seeds {

namespace {

/// The lock is part of the interface: callers may hold it over several calls of their own.
class embedded_counter : public mutex {
 public:
  embedded_counter() : mutex("counter") {}

  void increment() {
    const lock_guard guard(*this);
    ++count_.write();
  }
  [[nodiscard]] int get() {
    const lock_guard guard(*this);
    return count_.get();
  }
  // Broken: a read needs the lock as well.  Nothing orders it with a write that goes on meanwhile.
  [[nodiscard]] int get_without_lock() const { return count_.get(); }

 private:
  shared<int> count_{0, "count"};
};

/// The lock is nobody's business but the counter's.
class composed_counter {
 public:
  void increment() {
    const lock_guard guard(lock_);
    ++count_.write();
  }
  [[nodiscard]] int get() {
    const lock_guard guard(lock_);
    return count_.get();
  }
  // Broken: the one path that was added later does not take the lock.
  void reset_without_lock() { count_.set(0); }

 private:
  mutex lock_{"counter"};
  shared<int> count_{0, "count"};
};

template <class Counter>
void increment_twice() {
  Counter counter;
  thread other([&] { counter.increment(); });
  counter.increment();
  other.join();
  expect(counter.get() == 2, "both increments count");
}

const model_registration embedded{{
    .name = "seeds/counter_embedded",
    .body = increment_twice<embedded_counter>,
    .summary = "a counter that is a mutex; every path locks",
}};

const model_registration embedded_unlocked_path{{
    .name = "seeds/counter_embedded_unlocked_read",
    .expected = finding_kind::data_race,
    .body =
        [] {
          embedded_counter counter;
          thread other([&] { counter.increment(); });
          expect(counter.get_without_lock() <= 1, "one increment");
          other.join();
        },
    .summary = "one path reads without the lock",
}};

const model_registration composed{{
    .name = "seeds/counter_composed",
    .body = increment_twice<composed_counter>,
    .summary = "a counter that has a mutex; every path locks",
}};

const model_registration composed_unlocked_path{{
    .name = "seeds/counter_composed_unlocked_reset",
    .expected = finding_kind::data_race,
    .body =
        [] {
          composed_counter counter;
          thread other([&] { counter.increment(); });
          counter.reset_without_lock();
          other.join();
        },
    .summary = "one path writes without the lock",
}};

}  // namespace

}  // namespace heddle::seeds
