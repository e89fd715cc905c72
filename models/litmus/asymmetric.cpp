// Asymmetric fences: which of two or three threads may pass a light one.
#include <heddle/checker/model.hpp>
#include <heddle/scheduler/execution.hpp>
#include <heddle/sync/asymmetric_mutex.hpp>
#include <heddle/sync/atomic.hpp>
#include <heddle/sync/scalable_rw_mutex.hpp>
#include <heddle/sync/shared.hpp>
#include <heddle/sync/thread.hpp>

#include <array>
#include <cstddef>

namespace heddle::models {

namespace {

enum class passes { light, heavy };

void pass(passes which) {
  if (which == passes::light) {
    light_fence();
  } else {
    heavy_fence();
  }
}

// A ring of threads: each tells the others that it is there, and looks whether the next one is.  If
// none sees any other, all go on at once.
template <std::size_t N>
void store_buffering(const std::array<passes, N>& fences) {
  constexpr auto relaxed = std::memory_order_relaxed;
  std::array<atomic<int>, N> here{};
  std::array<int, N> seen{};
  const auto enter = [&](std::size_t i) {
    here.at(i).store(1, relaxed);
    pass(fences.at(i));
    seen.at(i) = here.at((i + 1) % N).load(relaxed);
  };
  {
    std::array<thread, N - 1> others;
    for (std::size_t i = 0; i + 1 < N; ++i) others.at(i) = thread([&enter, i] { enter(i); });
    enter(N - 1);
    for (thread& each : others) each.join();
  }
  int all = 0;
  for (const int each : seen) all += each;
  expect(all > 0, "some thread sees the next one");
}

const model_registration light_and_heavy{{
    .name = "fences/light_and_heavy",
    .body =
        [] {
          store_buffering<2>({passes::light, passes::heavy});
        },
    .summary = "one heavy fence of two is enough",
}};

const model_registration both_light{{
    .name = "fences/both_light",
    .expected = finding_kind::assertion,
    .body =
        [] {
          store_buffering<2>({passes::light, passes::light});
        },
    .summary = "two light fences order nothing",
}};

const model_registration one_light_of_three{{
    .name = "fences/one_light_of_three",
    .body =
        [] {
          store_buffering<3>({passes::light, passes::heavy, passes::heavy});
        },
    .summary = "around a ring of three, two must be heavy",
}};

const model_registration two_light_of_three{{
    .name = "fences/two_light_of_three",
    .expected = finding_kind::assertion,
    .body =
        [] {
          store_buffering<3>({passes::light, passes::light, passes::heavy});
        },
    .summary = "two light ones side by side leave a gap",
}};

const model_registration light_publication{{
    .name = "fences/light_publication",
    .expected = finding_kind::assertion,
    .body =
        [] {
          constexpr auto relaxed = std::memory_order_relaxed;
          atomic<int> data{0, "data"}, flag{0, "flag"};
          thread writer([&] {
            data.store(1, relaxed);
            light_fence();
            flag.store(1, relaxed);
          });
          const bool told = flag.load(relaxed) == 1;
          light_fence();
          const bool stale = told && data.load(relaxed) == 0;
          writer.join();
          expect(!stale, "the data comes with the flag");
        },
    .summary = "a light fence neither acquires nor releases",
}};

// The mutex that is built on them.  Nobody may sleep for ever, and no addition may be lost.  Three
// threads are too many to exhaust under rc11, and within bounds on preemptions the search is
// sequentially consistent, where fences make no difference: so their executions are sampled.
template <class Mutex>
void add_under(unsigned threads) {
  Mutex m;
  shared<int> sum{0};
  const auto add = [&] {
    m.lock();
    ++sum;
    m.unlock();
  };
  std::array<thread, 2> others;
  for (unsigned i = 0; i + 1 < threads; ++i) others.at(i) = thread(add);
  add();
  for (unsigned i = 0; i + 1 < threads; ++i) others.at(i).join();
  expect(sum.get() == static_cast<int>(threads), "no addition is lost");
}

struct without_heavy_fence : platform {
  static void heavy_fence(location) {}
};

const model_registration asymmetric_mutex_of_two{{
    .name = "fences/asymmetric_mutex",
    .body = [] { add_under<asymmetric_mutex>(2); },
    .summary = "unlock by a store: the first sleeper's heavy fence is enough",
}};

const model_registration asymmetric_mutex_of_three{{
    .name = "fences/asymmetric_mutex_of_three",
    .body = [] { add_under<asymmetric_mutex>(3); },
    .summary = "the same for one that sleeps while another is still in its heavy fence",
    .settings = {.strategy = "random_walk", .executions = 50000},
}};

const model_registration asymmetric_mutex_broken{{
    .name = "fences/asymmetric_mutex_without_heavy_fence",
    .expected = finding_kind::deadlock,
    .body = [] { add_under<basic_asymmetric_mutex<without_heavy_fence>>(2); },
    .summary = "without the heavy fence a wake-up is lost",
}};

// Readers that pass light fences, and a writer with the heavy one.
template <class Mutex>
void read_beside_writer(unsigned readers) {
  Mutex m;
  shared<int> sum{0};
  const auto read = [&] {
    m.lock_shared();
    (void)sum.get();
    m.unlock_shared();
  };
  std::array<thread, 2> others;
  for (unsigned i = 0; i < readers; ++i) others.at(i) = thread(read);
  m.lock();
  ++sum;
  m.unlock();
  for (unsigned i = 0; i < readers; ++i) others.at(i).join();
  read();
}

/// Under coarse control, too, the text and not what it means.
struct as_written : platform {};

const model_registration scalable_rw_mutex_of_two{{
    .name = "fences/scalable_rw_mutex",
    .body = [] { read_beside_writer<basic_scalable_rw_mutex<as_written>>(1); },
    .summary = "a reader enters its own record, and the writer's heavy fence is enough",
}};

const model_registration scalable_rw_mutex_of_three{{
    .name = "fences/scalable_rw_mutex_of_three",
    .body = [] { read_beside_writer<basic_scalable_rw_mutex<as_written>>(2); },
    .summary = "the same for two readers",
    .settings = {.strategy = "random_walk", .executions = 50000},
}};

const model_registration scalable_rw_mutex_broken{{
    .name = "fences/scalable_rw_mutex_without_heavy_fence",
    .expected = finding_kind::data_race,
    .body = [] { read_beside_writer<basic_scalable_rw_mutex<without_heavy_fence>>(1); },
    .summary = "without the heavy fence reader and writer pass each other unseen",
}};

}  // namespace

}  // namespace heddle::models
