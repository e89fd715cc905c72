// What docs/troubleshooting.md is about, each as a model that goes wrong.
#include <chrono>
#include <csignal>
#include <cstdlib>
#include <memory>
#include <mutex>
#include <string>
#include <utility>
#include <vector>

#include <heddle/checker/model.hpp>
#include <heddle/scheduler/execution.hpp>
#include <heddle/sync/atomic.hpp>
#include <heddle/sync/guards.hpp>
#include <heddle/sync/mutex.hpp>
#include <heddle/sync/thread.hpp>

namespace {

void add_from_two_threads(heddle::atomic<int>& to, int times) {
  const auto add = [&] {
    for (int i = 0; i < times; ++i) to.fetch_add(1);
  };
  heddle::thread other(add);
  add();
  other.join();
}

int runs = 0;

const heddle::model_registration keeps_state{{
    .name = "trouble/keeps_state",
    .body =
        [] {
          heddle::atomic<int> count{0, "count"};
          add_from_two_threads(count, ++runs % 2 == 0 ? 1 : 2);
        },
    .summary = "a static counter goes on from execution to execution",
}};

const heddle::model_registration asks_the_time{{
    .name = "trouble/asks_the_time",
    .body =
        [] {
          heddle::atomic<long> latest{0, "latest"};
          const auto stamp = [&] {
            latest.store(std::chrono::steady_clock::now().time_since_epoch().count());
          };
          heddle::thread other(stamp);
          stamp();
          other.join();
        },
    .summary = "the real clock in an atomic",
}};

const heddle::model_registration plain_data{{
    .name = "trouble/plain_data",
    .body =
        [] {
          int count = 0;
          heddle::thread other([&] { ++count; });
          ++count;
          other.join();
        },
    .summary = "threads share a plain variable alone",
}};

const heddle::model_registration waits_in_a_loop{{
    .name = "trouble/waits_in_a_loop",
    .body =
        [] {
          heddle::atomic<bool> ready{false, "ready"};
          heddle::thread other([&] { ready.store(true); });
          for (int rounds = 0; !ready.load(); ++rounds) {
          }
          other.join();
        },
    .summary = "a loop that waits without saying so",
}};

const heddle::model_registration says_that_it_waits{{
    .name = "trouble/says_that_it_waits",
    .body =
        [] {
          heddle::atomic<bool> ready{false, "ready"};
          heddle::thread other([&] { ready.store(true); });
          while (!ready.load()) heddle::spin_hint();
          other.join();
        },
    .summary = "the same loop with spin_hint()",
}};

const heddle::model_registration long_body{{
    .name = "trouble/long_body",
    .body =
        [] {
          heddle::atomic<int> count{0, "count"};
          for (int i = 0; i < 20'001; ++i) count.fetch_add(1);
        },
    .summary = "more steps than an execution may have",
}};

[[gnu::noinline]] int depth_of(int levels) {
  volatile char space[4096] = {};
  const int below = levels == 0 ? 0 : depth_of(levels - 1);
  return below + 1 + space[0];  // the space is in use until here
}

const heddle::model_registration deep{{
    .name = "trouble/deep",
    .body =
        [] {
          heddle::atomic<int> depth{0, "depth"};
          heddle::thread other([&] { depth.store(depth_of(30)); });
          (void)depth.load();
          other.join();
        },
    .summary = "120 KiB of stack",
}};

std::mutex standard_lock;

const heddle::model_registration standard_mutex{{
    .name = "trouble/standard_mutex",
    .body =
        [] {
          heddle::atomic<int> count{0, "count"};
          const auto add = [&] {
            const std::lock_guard<std::mutex> held(standard_lock);
            count.fetch_add(1);
          };
          heddle::thread other(add);
          add();
          other.join();
        },
    .summary = "a std::mutex around a step",
}};

// Never destroyed: what its destructor would free was memory of an execution.
std::vector<std::string>& cache = *new std::vector<std::string>;

const heddle::model_registration fills_a_cache{{
    .name = "trouble/fills_a_cache",
    .body =
        [] {
          heddle::atomic<int> count{0, "count"};
          add_from_two_threads(count, 1);
          cache.push_back("a line that does not fit into the string itself");
        },
    .summary = "a static container grows",
}};

struct counter {
  heddle::mutex lock{"lock"};
  int value = 0;
};

void add_one(counter& to) {
  const heddle::lock_guard held(to.lock);
  ++to.value;
}

const heddle::model_registration shared_owners{{
    .name = "trouble/shared_owners",
    .body =
        [] {
          heddle::atomic<int> ended{0, "ended"};
          auto ours = std::make_shared<counter>();
          auto add = [&ended, theirs = ours]() mutable {
            add_one(*theirs);
            theirs.reset();
            ended.fetch_add(1);
          };
          heddle::thread other(std::move(add));
          add_one(*ours);
          (void)ended.load(std::memory_order_relaxed);
          ours.reset();
          other.join();
        },
    .summary = "the last owner of a std::shared_ptr",
}};

const heddle::model_registration exits{{
    .name = "trouble/exits",
    .body =
        [] {
          heddle::atomic<int> count{0, "count"};
          add_from_two_threads(count, 1);
          std::exit(0);
        },
    .summary = "exit() in a body",
}};

const heddle::model_registration crashes{{
    .name = "trouble/crashes",
    .body =
        [] {
          heddle::atomic<int> count{0, "count"};
          add_from_two_threads(count, 1);
          std::raise(SIGSEGV);
        },
    .summary = "a signal in a body",
}};

const heddle::model_registration large{{
    .name = "trouble/large",
    .body =
        [] {
          heddle::atomic<int> count{0, "count"};
          const auto add = [&] {
            for (int i = 0; i < 8; ++i) count.fetch_add(1);
          };
          heddle::thread one(add);
          heddle::thread two(add);
          add();
          one.join();
          two.join();
        },
    .summary = "9465511770 executions",
}};

const heddle::model_registration lost_update{{
    .name = "trouble/lost_update",
    .body =
        [] {
          heddle::atomic<int> count{0, "count"};
          const auto add = [&] { count.store(count.load() + 1); };
          heddle::thread other(add);
          add();
          other.join();
          heddle::expect(count.load() == 2, "both count");
        },
    .summary = "a finding, for its token",
}};

}  // namespace
