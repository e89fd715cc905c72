// A map of values that are computed at their first use, under a lock for many readers.
#include <map>

#include <heddle/checker/model.hpp>
#include <heddle/scheduler/execution.hpp>
#include <heddle/sync/atomic.hpp>
#include <heddle/sync/guards.hpp>
#include <heddle/sync/rw_mutex.hpp>
#include <heddle/sync/shared.hpp>
#include <heddle/sync/thread.hpp>

namespace heddle::seeds {

namespace {

class rw_map {
 public:
  /// The value of `key`, which is `compute()` if there is none yet.  It is computed once.
  template <class F>
  int load_or_compute(int key, F compute) {
    {
      const shared_lock guard(lock_);
      if (const int* known = find(key)) return *known;
    }
    const lock_guard guard(lock_);
    if (const int* known = find(key)) return *known;
    return values_.write()[key] = compute();
  }

  // Broken: between the two locks another thread may have computed the value.
  template <class F>
  int load_or_compute_without_second_look(int key, F compute) {
    {
      const shared_lock guard(lock_);
      if (const int* known = find(key)) return *known;
    }
    const lock_guard guard(lock_);
    return values_.write()[key] = compute();
  }

  void store(int key, int value) {
    const lock_guard guard(lock_);
    values_.write()[key] = value;
  }

  [[nodiscard]] int load(int key) {
    const shared_lock guard(lock_);
    const int* known = find(key);
    return known == nullptr ? 0 : *known;
  }

  [[nodiscard]] int sum(int a, int b) {
    const shared_lock guard(lock_);
    const int* first = find(a);
    const int* second = find(b);
    return (first == nullptr ? 0 : *first) + (second == nullptr ? 0 : *second);
  }

  // Broken: locks for reading what it has locked for reading.  A writer that came between waits for
  // the first lock, and the second waits for the writer.
  [[nodiscard]] int sum_by_loads(int a, int b) {
    const shared_lock guard(lock_);
    const int first = load(a);
    return first + load(b);
  }

 private:
  [[nodiscard]] const int* find(int key) const {
    const std::map<int, int>& values = values_.read();
    const auto at = values.find(key);
    return at == values.end() ? nullptr : &at->second;
  }

  rw_mutex lock_{"map"};
  shared<std::map<int, int>> values_{{}, "values"};
};

const model_registration repaired{{
    .name = "seeds/load_or_compute",
    .body =
        [] {
          rw_map map;
          atomic<int> computed{0, "computed"};
          const auto compute = [&] { return computed.fetch_add(1) + 7; };
          thread other([&] { map.load_or_compute(1, compute); });
          const int value = map.load_or_compute(1, compute);
          other.join();
          expect(value == 7, "the value is the one that was computed");
          expect(computed.load() == 1, "the value is computed once");
        },
    .summary = "looks again under the lock for writing",
}};

const model_registration no_second_look{{
    .name = "seeds/load_or_compute_no_second_look",
    .expected = finding_kind::assertion,
    .body =
        [] {
          rw_map map;
          atomic<int> computed{0, "computed"};
          const auto compute = [&] { return computed.fetch_add(1) + 7; };
          thread other([&] { map.load_or_compute_without_second_look(1, compute); });
          map.load_or_compute_without_second_look(1, compute);
          other.join();
          expect(computed.load() == 1, "the value is computed once");
        },
    .summary = "two threads compute the same value",
}};

const model_registration one_read_lock{{
    .name = "seeds/rw_map",
    .body =
        [] {
          rw_map map;
          thread writer([&] { map.store(1, 7); });
          const int sum = map.sum(1, 2);
          writer.join();
          expect(sum == 0 || sum == 7, "before the writer or after it");
        },
    .summary = "a reader locks once",
}};

const model_registration recursive_read{{
    .name = "seeds/rw_map_recursive_read",
    .expected = finding_kind::deadlock,
    .body =
        [] {
          rw_map map;
          thread writer([&] { map.store(1, 7); });
          const int sum = map.sum_by_loads(1, 2);
          writer.join();
          expect(sum == 0 || sum == 7, "before the writer or after it");
        },
    .summary = "a reader locks again while a writer waits",
}};

}  // namespace

}  // namespace heddle::seeds
