// A test program of one check, whose bug the environment switches.
#include <cstdlib>
#include <string>

#include <heddle/checker/check.hpp>
#include <heddle/sync/atomic.hpp>
#include <heddle/sync/thread.hpp>

namespace {

std::string bug() {
  const char* const text = std::getenv("HEDDLE_BUG");
  return text != nullptr ? text : "";
}

// Both threads count: `lost` by a load and a store, `moved` with a load more before these.
void count(const std::string& how) {
  heddle::atomic<int> counter{0, "counter"};
  const auto add = [&] {
    if (how == "repaired") {
      counter.fetch_add(1);
      return;
    }
    static int runs = 0;
    if (how == "differs" && ++runs % 4 < 2) (void)counter.load();
    if (how == "moved" || how == "moved and tolerated") (void)counter.load();
    counter.store(counter.load() + 1);
  };
  heddle::thread other(add);
  add();
  other.join();
  const bool tolerant = how == "tolerated" || how == "moved and tolerated";
  heddle::expect(counter.load() == 2 || tolerant, "both count");
}

// Fails under rc11, not under sc.
void publish() {
  heddle::atomic<int> data{0, "data"}, ready{0, "ready"};
  heddle::thread other([&] {
    data.store(1, std::memory_order_relaxed);
    ready.store(1, std::memory_order_relaxed);
  });
  const bool seen = ready.load(std::memory_order_relaxed) == 1;
  heddle::expect(!seen || data.load(std::memory_order_relaxed) == 1, "data comes before ready");
  other.join();
}

// An update is lost, or else the process ends in one way or another: whoever simplifies or explains
// the one comes to the other.
void count_or_end(const std::string& how) {
  heddle::atomic<int> counter{0, "counter"};
  const auto add = [&] { counter.store(counter.load() + 1); };
  heddle::thread other(add);
  add();
  other.join();
  const bool both = counter.load() == 2;
  static bool failed = false;
  if (both && failed && how == "exit") std::exit(0);
  if (both && failed && how == "quick_exit") std::quick_exit(0);
  if (both && failed && how == "_exit") std::_Exit(0);
  if (!both) failed = true;
  heddle::expect(both, "both count");
}

void body(const std::string& how) {
  if (how == "weak") return publish();
  if (how.ends_with("exit")) return count_or_end(how);
  count(how);
}

}  // namespace

int main() {
  const std::string how = bug();
  try {
    heddle::check("counter", [&] { body(how); });
  } catch (const heddle::check_failed&) {
    return 1;
  }
  return 0;
}
