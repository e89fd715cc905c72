// A map of values that are computed at their first use, under a lock for many readers.
#include <heddle/checker/model.hpp>
#include <heddle/scheduler/execution.hpp>
#include <heddle/sync/atomic.hpp>
#include <heddle/sync/patterns/rw_map.hpp>
#include <heddle/sync/thread.hpp>

namespace heddle::seeds {

namespace {

using int_map = rw_map<int, int>;

const model_registration repaired{{
    .name = "seeds/load_or_compute",
    .body =
        [] {
          int_map map("map");
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

// Broken: between the look and the store another thread may have computed the value.
int load_or_compute_without_second_look(int_map& map, int key, atomic<int>& computed) {
  if (const auto known = map.load(key)) return *known;
  const int value = computed.fetch_add(1) + 7;
  map.store(key, value);
  return value;
}

const model_registration no_second_look{{
    .name = "seeds/load_or_compute_no_second_look",
    .expected = finding_kind::assertion,
    .body =
        [] {
          int_map map("map");
          atomic<int> computed{0, "computed"};
          thread other([&] { load_or_compute_without_second_look(map, 1, computed); });
          load_or_compute_without_second_look(map, 1, computed);
          other.join();
          expect(computed.load() == 1, "the value is computed once");
        },
    .summary = "two threads compute the same value",
}};

const model_registration aside{{
    .name = "seeds/load_or_compute_aside",
    .body =
        [] {
          int_map map("map");
          atomic<int> computed{0, "computed"};
          const auto compute = [&] { return computed.fetch_add(1) + 7; };
          thread other([&] { map.load_or_compute_aside(1, compute); });
          const int value = map.load_or_compute_aside(1, compute);
          other.join();
          expect(value == 7, "the value is the one that was computed");
          expect(computed.load() == 1, "the value is computed once");
        },
    .summary = "those who want one value wait for it, and not for the lock",
}};

// Broken: the value of a key is made of itself.
const model_registration asks_for_itself{{
    .name = "seeds/load_or_compute_aside_asks_for_itself",
    .expected = finding_kind::deadlock,
    .body =
        [] {
          int_map map("map");
          map.load_or_compute_aside(1,
                                    [&] { return map.load_or_compute_aside(1, [] { return 7; }); });
        },
    .summary = "a computation waits for its own result",
}};

const model_registration one_read_lock{{
    .name = "seeds/rw_map",
    .body =
        [] {
          int_map map("map");
          thread writer([&] { map.store(1, 7); });
          const auto sum = map.read([](const auto& values) {
            int total = 0;
            for (const auto& [key, value] : values) total += value;
            return total;
          });
          writer.join();
          expect(sum == 0 || sum == 7, "before the writer or after it");
        },
    .summary = "a reader locks once",
}};

// Broken: locks for reading what it has locked for reading.  A writer that came between waits for
// the first lock, and the second waits for the writer.
const model_registration recursive_read{{
    .name = "seeds/rw_map_recursive_read",
    .expected = finding_kind::deadlock,
    .body =
        [] {
          int_map map("map");
          thread writer([&] { map.store(1, 7); });
          const int sum = map.read([&](const auto&) { return map.load(1).value_or(0); });
          writer.join();
          expect(sum == 0 || sum == 7, "before the writer or after it");
        },
    .summary = "a reader locks again while a writer waits",
}};

}  // namespace

}  // namespace heddle::seeds
